"""What communes had changed for requests that still wait when this comes goes aside too: it was not sent."""

from django.db import migrations
from django.db.models import Q

FIGURE_FIELDS = (
    "value",
    "figure_year",
    "figure_source",
    "note",
    "not_applicable",
    "not_applicable_reason",
    "self_verdict",
)


def set_aside(apps, schema_editor):
    items = apps.get_model("appraisal", "SupplementItem").objects.filter(
        request__outcome="", request__opinion__dossier__state="appraising"
    )
    for item in items.select_related("request", "result").order_by("pk"):
        _set_figure_aside(item.result, item.before)
        evidence = apps.get_model("results", "Evidence").objects.filter(result=item.result)
        submitted = [file["evidence"] for file in item.before["files"]]
        added = Q(removed_at__isnull=True) | Q(added_at__gte=item.request.asked_at)
        evidence.filter(added).exclude(pk__in=submitted).update(is_unsent=True)
        for row in evidence.filter(pk__in=submitted, removed_at__isnull=False):
            row.unsent_removed_at, row.unsent_removed_by_id = row.removed_at, row.removed_by_id
            row.removed_at = row.removed_by = None
            row.save(update_fields=["unsent_removed_at", "unsent_removed_by", "removed_at", "removed_by"])


def _set_figure_aside(result, before):
    """Put the figure back that was submitted. Who reported it and when is no longer known."""
    if result.updated_at is None or all(getattr(result, name) == before[name] for name in FIGURE_FIELDS):
        return
    result.unsent = {
        **{name: getattr(result, name) for name in FIGURE_FIELDS},
        "revision": result.revision,
        "updated_at": result.updated_at.isoformat(),
        "updated_by": result.updated_by_id,
    }
    for name in FIGURE_FIELDS:
        setattr(result, name, before[name])
    result.save()


class Migration(migrations.Migration):
    dependencies = [
        ("appraisal", "0004_supplements_and_signed_versions"),
        ("results", "0005_unsent"),
    ]

    operations = [migrations.RunPython(set_aside, migrations.RunPython.noop)]
