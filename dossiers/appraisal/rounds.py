"""Rounds of appraisal: who must give an opinion, on which inputs, and which opinions stay valid."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime
from typing import Any

import rfc8785
from django.db.models import FilteredRelation, Q

from dossiers.dossier.models import Dossier
from dossiers.results.models import IndicatorResult

from .models import Finding, Opinion, OpinionState, Verdict

#: What one department looks at: by result id, in the order of the indicators.
Inputs = dict[int, dict[str, Any]]


def inputs_of_departments(dossier: Dossier, *, department_id: int | None = None) -> dict[int, Inputs]:
    """Return for each responsible department what it looks at: figures and exact file versions, in fixed order.

    One query, whatever the number of indicators and files.
    """
    results = IndicatorResult.objects.filter(dossier=dossier, department__isnull=False)
    if department_id is not None:
        results = results.filter(department_id=department_id)
    current = FilteredRelation("evidence", condition=Q(evidence__removed_at__isnull=True))
    rows = (
        results.annotate(current=current)
        .order_by("position", "current__document__sha256", "current__document__version_id")
        .values_list(
            "pk",
            "department_id",
            "indicator__code",
            "value",
            "figure_year",
            "not_applicable_reason",
            "self_verdict",
            "current__document__sha256",
            "current__document__version_id",
        )
    )
    inputs: dict[int, Inputs] = defaultdict(dict)
    for pk, department, code, value, year, reason, verdict, sha256, version in rows:
        looked_at = inputs[department].setdefault(
            pk,
            {
                "indicator": code,
                "value": value,
                "figure_year": year,
                "not_applicable_reason": reason,
                "self_verdict": verdict,
                "files": [],
            },
        )
        if sha256 is not None:
            looked_at["files"].append({"sha256": sha256, "version": version})
    return inputs


def inputs_hash(inputs: Inputs) -> str:
    """Return the SHA-256 (hex) over the canonical JSON (RFC 8785) of a department's inputs, in their order."""
    return hashlib.sha256(rfc8785.dumps(list(inputs.values()))).hexdigest()


def open_round(dossier: Dossier, *, at: datetime) -> list[Opinion]:
    """Create the opinions of the dossier's current round and return those that must be signed.

    A signed opinion of the previous round stays valid when it found nothing unmet and its inputs are unchanged by
    hash; it is carried over with its findings. All other responsible departments must give an opinion anew.
    """
    inputs = inputs_of_departments(dossier)
    previous = {
        opinion.department_id: opinion
        for opinion in Opinion.objects.of_round(dossier, dossier.appraisal_round - 1).prefetch_related(
            "findings"
        )
    }
    opinions = []
    for department_id, looked_at in inputs.items():
        earlier = previous.get(department_id)
        if earlier is not None and _stays_valid(earlier, inputs_hash(looked_at)):
            opinions.append(_carry_over(earlier, dossier))
        else:
            opinions.append(
                Opinion(
                    dossier=dossier,
                    department_id=department_id,
                    round=dossier.appraisal_round,
                    assigned_at=at,
                )
            )
    Opinion.objects.bulk_create(opinions)
    carried = [opinion for opinion in opinions if opinion.carried_over]
    Finding.objects.bulk_create(
        Finding(
            opinion=opinion,
            result_id=finding.result_id,
            verdict=finding.verdict,
            reason=finding.reason,
            found_at=finding.found_at,
            found_by_id=finding.found_by_id,
        )
        for opinion in carried
        for finding in previous[opinion.department_id].findings.all()
    )
    return [opinion for opinion in opinions if not opinion.carried_over]


def _stays_valid(opinion: Opinion, now_hash: str) -> bool:
    unmet = any(finding.verdict == Verdict.NOT_MET for finding in opinion.findings.all())
    return opinion.state == OpinionState.SIGNED and not unmet and opinion.inputs_sha256 == now_hash


def _carry_over(earlier: Opinion, dossier: Dossier) -> Opinion:
    return Opinion(
        dossier=dossier,
        department_id=earlier.department_id,
        round=dossier.appraisal_round,
        state=OpinionState.SIGNED,
        summary=earlier.summary,
        number=earlier.number,
        inputs_sha256=earlier.inputs_sha256,
        assigned_at=earlier.assigned_at,
        signed_at=earlier.signed_at,
        signed_by_id=earlier.signed_by_id,
        carried_over=True,
    )
