"""Rounds of appraisal: who must give an opinion, on which inputs, and which opinions stay valid."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime
from typing import Any

import rfc8785

from dossiers.dossier.models import Dossier
from dossiers.results.models import Evidence, IndicatorResult

from .models import Finding, Opinion, OpinionState, Verdict


def inputs_of_departments(dossier: Dossier, *, department_id: int | None = None) -> dict[int, list[dict[str, Any]]]:
    """Return for each responsible department what it looks at: figures and exact file versions, in fixed order.

    Two queries, whatever the number of indicators and files.
    """
    results = IndicatorResult.objects.filter(dossier=dossier, department__isnull=False)
    evidence = Evidence.objects.current().filter(result__dossier=dossier)
    if department_id is not None:
        results = results.filter(department_id=department_id)
        evidence = evidence.filter(result__department_id=department_id)
    files: dict[int, list[dict[str, str]]] = defaultdict(list)
    rows = evidence.order_by("result_id", "document__sha256", "document__version_id")
    for result_id, sha256, version in rows.values_list(
        "result_id", "document__sha256", "document__version_id"
    ):
        files[result_id].append({"sha256": sha256, "version": version})
    inputs: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for result in results.order_by("position").values(
        "pk", "department_id", "indicator__code", "value", "figure_year", "not_applicable_reason", "self_verdict"
    ):
        inputs[result["department_id"]].append(
            {
                "indicator": result["indicator__code"],
                "value": result["value"],
                "figure_year": result["figure_year"],
                "not_applicable_reason": result["not_applicable_reason"],
                "self_verdict": result["self_verdict"],
                "files": files[result["pk"]],
            }
        )
    return inputs


def inputs_hash(inputs: list[dict[str, Any]]) -> str:
    """Return the SHA-256 (hex) over the canonical JSON (RFC 8785) of a department's inputs."""
    return hashlib.sha256(rfc8785.dumps(inputs)).hexdigest()


def open_round(dossier: Dossier, *, at: datetime) -> list[Opinion]:
    """Create the opinions of the dossier's current round and return those that must be signed.

    A signed opinion of the previous round stays valid when it found nothing unmet and its inputs are unchanged by
    hash; it is carried over with its findings. All other responsible departments must give an opinion anew.
    """
    inputs = inputs_of_departments(dossier)
    previous = {
        opinion.department_id: opinion
        for opinion in Opinion.objects.of_round(dossier, dossier.appraisal_round - 1).prefetch_related("findings")
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
