"""Whether a return went against what was recommended; of earlier ones it is read from the ledger."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

RETURNS = ("plan.return", "dossier.return", "dossier.return_at_intake", "review.return")


def read_returns(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("ledger", "Entry").objects.filter(
        act__in=RETURNS, payload__against_recommendation=True
    )
    notices = apps.get_model("dossier", "ReturnNotice").objects
    for entry in entries.iterator():
        notices.filter(dossier=entry.subject["dossier"], at=entry.at).update(is_against=True)


class Migration(migrations.Migration):
    dependencies = [
        ("dossier", "0008_cancelled_reviews"),
        ("ledger", "0005_remarkable_entries"),
    ]

    operations = [
        migrations.AddField(
            model_name="returnnotice",
            name="is_against",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(read_returns, migrations.RunPython.noop),
    ]
