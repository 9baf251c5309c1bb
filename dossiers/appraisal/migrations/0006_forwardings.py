"""The district's submissions to the province are rows; of earlier ones the ledger has the number and no paper."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def read_forwardings(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("ledger", "Entry").objects
    forwardings = apps.get_model("appraisal", "Forwarding").objects
    acts = ("dossier.forward", "dossier.recall_forwarding")
    for entry in entries.filter(act__in=acts).order_by("stream", "sequence").iterator():
        dossier = entry.subject["dossier"]
        if entry.act == "dossier.forward":
            forwardings.create(
                dossier_id=dossier,
                number=entry.payload["number"],
                forwarded_at=entry.at,
                forwarded_by_id=entry.actor["user_id"],
            )
        else:
            forwardings.filter(dossier_id=dossier, taken_back_at=None).update(taken_back_at=entry.at)


class Migration(migrations.Migration):
    dependencies = [
        ("appraisal", "0005_reasons_against_verification"),
        ("documents", "0016_upload_acknowledged"),
        ("dossier", "0009_returns_against_recommendations"),
        ("ledger", "0005_remarkable_entries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Forwarding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                ("dated_on", models.DateField(null=True)),
                ("forwarded_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forwardings",
                        to="dossier.dossier",
                    ),
                ),
                (
                    "forwarded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-forwarded_at", "-pk"]},
        ),
        migrations.RunPython(read_forwardings, migrations.RunPython.noop),
    ]
