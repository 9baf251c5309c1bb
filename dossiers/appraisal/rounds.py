"""Rounds of appraisal: who must give an opinion, on which inputs, and which opinions stay valid."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from dossiers.dossier.models import Dossier
from storage.ledger import canonical_json

from .models import Finding, Opinion, OpinionState, Verdict

# Read at every finding and signature, under the dossier's lock; spelled out, it costs half.
INPUTS = """
SELECT result.id, result.department_id, indicator.code, result.value, result.figure_year,
       result.not_applicable_reason, result.self_verdict, document.sha256, document.version_id,
       result.revision, finding.verdict, finding.reason, finding.revision
FROM results_indicatorresult AS result
JOIN criteria_indicator AS indicator ON indicator.id = result.indicator_id
LEFT JOIN results_evidence AS evidence
  ON evidence.result_id = result.id AND evidence.removed_at IS NULL AND NOT evidence.is_unsent
LEFT JOIN documents_document AS document ON document.id = evidence.document_id
LEFT JOIN appraisal_finding AS finding
  ON finding.result_id = result.id AND finding.opinion_id = %(opinion)s::bigint
WHERE result.dossier_id = %(dossier)s
  AND result.department_id IS NOT NULL
  AND (%(department)s::bigint IS NULL OR result.department_id = %(department)s::bigint)
ORDER BY result.position, document.sha256, document.version_id
"""

#: What one department looks at: by result id, in the order of the indicators. Never what the commune has not sent.
Inputs = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """What a department has found on one result so far."""

    verdict: str
    reason: str
    revision: int


def inputs_of_departments(dossier: Dossier) -> dict[int, Inputs]:
    """Return for each responsible department what it looks at: figures and exact file versions, in fixed order.

    One query, whatever the number of indicators and files.
    """
    return _read(dossier.pk)[0]


@dataclass(frozen=True)
class Examined:
    """What a department looks at and has found, by result id; ``revisions`` are those of the results."""

    inputs: Inputs
    found: dict[int, Found]
    revisions: dict[int, int]


def examined(opinion: Opinion) -> Examined:
    """Return what an opinion's department looks at, and what it has found. One query."""
    inputs, found, revisions = _read(
        opinion.dossier_id, department_id=opinion.department_id, opinion_id=opinion.pk
    )
    return Examined(inputs[opinion.department_id], found, revisions)


def _read(
    dossier_id: int, *, department_id: int | None = None, opinion_id: int | None = None
) -> tuple[dict[int, Inputs], dict[int, Found], dict[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(INPUTS, {"dossier": dossier_id, "department": department_id, "opinion": opinion_id})
        rows = cursor.fetchall()
    inputs: dict[int, Inputs] = defaultdict(dict)
    found: dict[int, Found] = {}
    revisions: dict[int, int] = {}
    for (
        pk,
        department,
        code,
        value,
        year,
        not_applicable,
        self_verdict,
        sha256,
        version,
        revision,
        *finding,
    ) in rows:
        revisions[pk] = revision
        looked_at = inputs[department].setdefault(
            pk,
            {
                "indicator": code,
                "value": value,
                "figure_year": year,
                "not_applicable_reason": not_applicable,
                "self_verdict": self_verdict,
                "files": [],
            },
        )
        if sha256 is not None:
            looked_at["files"].append({"sha256": sha256, "version": version})
        if finding[0] is not None:
            found[pk] = Found(*finding)
    return inputs, found, revisions


def inputs_hash(inputs: Inputs) -> str:
    """Return the SHA-256 (hex) over the canonical JSON (RFC 8785) of a department's inputs, in their order."""
    return hashlib.sha256(canonical_json(list(inputs.values()))).hexdigest()


def open_round(dossier: Dossier, *, at: datetime) -> list[Opinion]:
    """Create the opinions of the dossier's current round and return those that must be signed.

    A signed opinion of the previous round stays valid when it found nothing unmet and its inputs are unchanged by
    hash; it is carried over with its findings. All other responsible departments must give an opinion anew.
    """
    inputs = inputs_of_departments(dossier)
    previous = _opinions_of(dossier, dossier.appraisal_round - 1)
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


def nobody_would_sign_anew(dossier: Dossier) -> bool:
    """Say whether every opinion of the current round would stay valid in the next one. Three queries."""
    opinions = _opinions_of(dossier, dossier.appraisal_round)
    return all(
        (earlier := opinions.get(department)) is not None and _stays_valid(earlier, inputs_hash(looked_at))
        for department, looked_at in inputs_of_departments(dossier).items()
    )


def _opinions_of(dossier: Dossier, number: int) -> dict[int, Opinion]:
    found = Opinion.objects.of_round(dossier, number).prefetch_related("findings")
    return {opinion.department_id: opinion for opinion in found}


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
