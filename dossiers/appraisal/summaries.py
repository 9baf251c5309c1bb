"""What people read before they sign: the findings, the verification, and what the departments concluded."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.dossier.models import Dossier
from dossiers.gates import standings
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.results.selectors import indicator_rows, shortfalls

from .models import Finding, Verdict
from .opinions import date_of
from .selectors import OpinionLine, opinion_lines, own_opinion
from .supplements.selectors import requests_of


def _own_findings(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the indicators of the actor's department with its findings: what the head signs. At most ten queries.

    With them what the department asked the commune for in this round, and what was answered.
    """
    opinion = own_opinion(actor, dossier)
    found = {finding.result_id: finding for finding in opinion.findings.all()} if opinion else {}
    rows = [row for group in indicator_rows(actor, dossier) for row in group.rows]
    return {
        "shortfalls": [(row.result, row.shortfall) for row in rows if row.shortfall],
        "opinion": opinion,
        "rows": [(row, found.get(row.result.pk)) for row in rows],
        "requests": requests_of(actor, dossier, opinion) if opinion else [],
        "unfinished": sum(row.result.pk not in found for row in rows),
        "not_met": sum(finding.verdict == Verdict.NOT_MET for finding in found.values()),
        "seen": {"opinion_revision": opinion.revision} if opinion else {},
    }


def _verification(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the current verification, which is decided on, and the figures that miss thresholds. Two queries."""
    current = dossier.verifications.filter(is_current=True).select_related("verified_by").first()
    context: dict[str, Any] = {"verification": current, "shortfalls": shortfalls(actor, dossier)}
    if current is not None:
        recommended = "1" if current.recommends_forwarding else "0"
        context["initial"] = {"recommends_forwarding": recommended, "summary": current.summary}
    return context


def _forwarding(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the verification and how the dossier stands before the gates of forwarding. At most twenty queries."""
    gates = get_procedure(dossier.procedure).gates_at("dossier.forward")
    return {**_verification(actor, dossier), "standings": standings(dossier, gates)}


def departments_context(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the departments' conclusions of the current round, as far as they are open to the actor. Six queries."""
    lines = opinion_lines(actor, dossier)
    unmet = [(line, finding) for line, finding in _open_findings(lines) if finding.verdict == Verdict.NOT_MET]
    return {
        "lines": lines,
        "shortfalls": shortfalls(actor, dossier),
        "sealed": any(line.findings is None for line in lines),
        "unmet": unmet,
        "met_total": sum(line.met for line in lines),
        "not_met_total": len(unmet),
        "not_applicable_total": sum(line.not_applicable for line in lines),
        "differing": [
            (line, finding)
            for line, finding in _open_findings(lines)
            if finding.verdict != finding.result.self_verdict
        ],
        "remarks": [line for line in lines if line.findings is not None and line.opinion.summary],
    }


def _open_findings(lines: list[OpinionLine]) -> list[tuple[OpinionLine, Finding]]:
    """Return the findings with their opinions in the order of the indicators."""
    found = [(line, finding) for line in lines for finding in line.findings or []]
    return sorted(found, key=lambda pair: pair[1].result.position)


OWN_FINDINGS = Summary("appraisal/summary_findings.html", _own_findings)


def _signed_opinion(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return what ``_own_findings`` does, with the signed words to start a correction from. At most ten queries."""
    context = _own_findings(actor, dossier)
    opinion = context["opinion"]
    if opinion is not None and opinion.signed_at is not None:
        context["initial"] = {
            "number": opinion.number,
            "dated_on": date_of(opinion),
            "summary": opinion.summary,
        }
    return context


SIGNED_OPINION = Summary("appraisal/summary_findings.html", _signed_opinion)
FORWARDING = Summary("appraisal/summary_forwarding.html", _forwarding)
VERIFICATION = Summary("appraisal/summary_verification.html", _verification)
DEPARTMENTS = Summary("appraisal/summary_departments.html", departments_context)
