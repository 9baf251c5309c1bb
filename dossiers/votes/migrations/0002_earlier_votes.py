"""Votes of the commune and of the council from before there was one record of votes move into it, and back."""

from django.db import migrations

COUNTS = (
    "dossier_id",
    "met_on",
    "members",
    "present",
    "in_favour",
    "threshold_percent",
    "denominator",
    "passed",
)
RECORDED = ("recorded_at", "recorded_by_id")
OF_COMMUNE = (*COUNTS, "is_secret", "minutes_id", *RECORDED)
OF_COUNCIL = (*COUNTS, "conclusion", *RECORDED)


def move(apps, schema_editor):
    """What earlier rows did not keep (votes against, quorum, source) stays unknown; in the order of their numbers."""
    vote = apps.get_model("votes", "Vote")
    for model, body, fields in (
        (apps.get_model("consultation", "CommuneVote"), "commune_meeting", OF_COMMUNE),
        (apps.get_model("recognition", "CouncilVote"), "provincial_council", OF_COUNCIL),
    ):
        rows = model.objects.order_by("pk").values(*fields)
        vote.objects.bulk_create((vote(body=body, **row) for row in rows.iterator()), batch_size=500)


def move_back(apps, schema_editor):
    """Refuses when a vote has no place in the earlier tables: nothing may be lost."""
    vote = apps.get_model("votes", "Vote")
    if vote.objects.filter(body="district_committee").exists():
        raise RuntimeError("votes of district committees have no place in the earlier tables")
    for model, body, fields in (
        (apps.get_model("consultation", "CommuneVote"), "commune_meeting", OF_COMMUNE),
        (apps.get_model("recognition", "CouncilVote"), "provincial_council", OF_COUNCIL),
    ):
        rows = vote.objects.filter(body=body).order_by("pk").values(*fields)
        model.objects.bulk_create(model(**row) for row in rows)
    vote.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("votes", "0001_votes"),
        ("consultation", "0001_initial"),
        ("recognition", "0001_initial"),
    ]

    operations = [migrations.RunPython(move, move_back)]
