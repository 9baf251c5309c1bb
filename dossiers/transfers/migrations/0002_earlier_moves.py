"""Moves from before this table are read from the ledger, and places in batches that they left behind end.

A move whose units the register no longer has under the names of that day is left out: its history tells it still.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations


def _unit(model: Any, said: dict[str, str]) -> Any:
    return model.objects.filter(code=said["code"], name=said["name"], valid_from=said["valid_from"]).first()


def _province(unit: Any) -> Any:
    while unit.parent is not None:
        unit = unit.parent
    return unit


def read_moves(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("ledger", "Entry").objects.filter(act="dossier.move").order_by("at")
    dossiers = apps.get_model("dossier", "Dossier").objects
    units = apps.get_model("organisations", "AdministrativeUnit")
    transfers = apps.get_model("transfers", "Transfer").objects
    for entry in entries:
        before, after = (_unit(units, entry.payload[name]) for name in ("commune_before", "commune"))
        if before is None or after is None:
            continue
        dossier = dossiers.get(pk=entry.subject["dossier"])
        moved = transfers.create(
            dossier=dossier,
            from_procedure=entry.payload["from"],
            to_procedure=entry.payload["to"],
            from_commune=before,
            to_commune=after,
            from_province=_province(before),
            to_province=_province(after),
            appraisal_round=dossier.appraisal_round,
            sequence=entry.sequence,
            at=entry.at,
        )
        _leave_batch(apps, moved)


def _leave_batch(apps: Any, moved: Any) -> None:
    """End the place in a batch of the old province in which the council has not passed the dossier."""
    votes = apps.get_model("votes", "Vote").objects.filter(
        dossier=moved.dossier, body="provincial_council", passed=True
    )
    places = apps.get_model("batches", "BatchEntry").objects.filter(
        dossier=moved.dossier, left_at__isnull=True, batch__province=moved.from_province
    )
    for place in places.exclude(batch__province=moved.to_province):
        if not votes.filter(recorded_at__gt=place.recorded_at).exists():
            place.left_at = moved.at
            place.save(update_fields=["left_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("transfers", "0001_initial"),
        ("batches", "0001_batches"),
        ("votes", "0002_earlier_votes"),
        ("ledger", "0005_remarkable_entries"),
    ]

    operations = [migrations.RunPython(read_moves, migrations.RunPython.noop)]
