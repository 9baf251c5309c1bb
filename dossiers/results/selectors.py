"""Reading indicators and evidence, narrowed to what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from dossiers.appraisal.models import Finding, Verdict
from dossiers.criteria.models import Criterion
from dossiers.criteria.thresholds import threshold_for
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.policies.visibility import (
    DEPARTMENTS,
    in_sealed_round,
    is_told_of_reopening,
    may_see_opinion_contents,
    sealed_rounds,
    visible_dossiers,
)
from storage.documents.models import Document, Integrity, ScanOutcome

from .models import Evidence, IndicatorResult, SelfVerdict
from .unsent import as_shown_to, evidence_for, is_listed_for, listed_for, removed_for, rows_as_shown_to


@dataclass
class IndicatorRow:
    """One line of the indicator list."""

    result: IndicatorResult
    threshold: str
    figure: str
    #: That the figure misses the threshold, in words; empty where it does not or that cannot be said.
    shortfall: str
    evidence_count: int
    #: Those that are open to the reader, latest round first.
    findings: list[Finding] = field(default_factory=list)
    #: Whether the reader may know that the indicator is open to the commune again.
    tells_reopened: bool = True

    @property
    def finding(self) -> Finding | None:
        """The latest finding that still counts: one «chưa đạt» of an earlier round has been answered since."""
        latest = next(iter(self.findings), None)
        if latest is None or latest.verdict != Verdict.NOT_MET:
            return latest
        return latest if latest.opinion.round == self.result.dossier.appraisal_round else None

    @property
    def is_found_unmet(self) -> bool:
        return self.finding is not None and self.finding.verdict == Verdict.NOT_MET

    @property
    def is_settled(self) -> bool:
        """Met by the commune's own account, proven, and not found unmet."""
        return self.result.is_settled and self.evidence_count > 0 and not self.is_found_unmet

    @property
    def is_not_applicable(self) -> bool:
        if self.finding is not None:
            return self.finding.verdict == Verdict.NOT_APPLICABLE
        return self.result.not_applicable

    @property
    def is_reopened(self) -> bool:
        return self.result.is_reopened and self.tells_reopened

    @property
    def badge(self) -> str:
        """The word for its state, one of the eight of the interface; it follows what the department found."""
        if self.is_reopened:
            return "returned"
        if self.finding is not None:
            return "not_met" if self.is_found_unmet else "met"
        if self.result.self_verdict in (SelfVerdict.MET, SelfVerdict.NOT_APPLICABLE):
            return "met" if self.evidence_count else "missing"
        if self.result.self_verdict == SelfVerdict.NOT_MET:
            return "not_met"
        return "in_progress" if self.evidence_count else "not_started"

    @property
    def word(self) -> str:
        """The word beside the badge where the usual one would say more than is known; empty otherwise."""
        if self.badge == "met" and self.finding is None and not self.is_not_applicable:
            return _("Xã báo đạt")
        return ""


@dataclass
class CriterionRows:
    criterion: Criterion
    rows: list[IndicatorRow]

    @property
    def settled(self) -> int:
        return sum(row.is_settled for row in self.rows)

    @property
    def not_met(self) -> int:
        return sum(row.is_found_unmet for row in self.rows)


def visible_results(actor: Actor, dossier: Dossier) -> QuerySet[IndicatorResult]:
    """Return the results of a visible dossier that the actor may see: a department sees its own indicators.

    Their figures are those that were submitted; ``as_shown_to`` puts on them what the commune has not sent.
    """
    return _narrowed(actor, IndicatorResult.objects.filter(dossier=dossier))


def results_in_scope(actor: Actor) -> QuerySet[IndicatorResult]:
    """Return what ``visible_results`` returns, of all dossiers that the actor may see."""
    return _narrowed(actor, IndicatorResult.objects.filter(dossier__in=visible_dossiers(actor)))


def _narrowed(actor: Actor, results: QuerySet[IndicatorResult]) -> QuerySet[IndicatorResult]:
    if actor.role in DEPARTMENTS:
        results = results.filter(department_id=actor.agency.pk)
    return results


def indicator_rows(actor: Actor, dossier: Dossier, *, only: str = "") -> list[CriterionRows]:
    """Return the indicators by criterion. ``only`` is missing, not_met or reopened. Three queries."""
    results = (
        visible_results(actor, dossier)
        .select_related("indicator__criterion", "department")
        .annotate(evidence_count=Count("evidence", filter=is_listed_for(actor, "evidence__")))
        .order_by("position")
    )
    findings = visible_findings(actor, dossier)
    tells_reopened = is_told_of_reopening(actor, dossier)
    grouped: dict[int, CriterionRows] = {}
    for result in results:
        row = _row(dossier, as_shown_to(actor, result), findings.get(result.pk, []))
        row.tells_reopened = tells_reopened
        if only and not _matches(row, only):
            continue
        criterion = result.indicator.criterion
        grouped.setdefault(criterion.pk, CriterionRows(criterion, [])).rows.append(row)
    return list(grouped.values())


def shortfall_of(result: IndicatorResult, dossier: Dossier) -> str:
    """Return in words that the reported figure misses the threshold; empty where it does not, or does not apply."""
    if result.not_applicable:
        return ""
    return threshold_for(result.indicator).shortfall(result.value, dossier.title_year)


def shortfalls(actor: Actor, dossier: Dossier) -> list[tuple[IndicatorResult, str]]:
    """Return the results whose figures miss their thresholds, in order, with the words: a warning. One query."""
    reported = visible_results(actor, dossier).exclude(value="").select_related("indicator")
    told = ((result, shortfall_of(result, dossier)) for result in reported.order_by("position"))
    return [(result, words) for result, words in told if words]


def _row(dossier: Dossier, result: IndicatorResult, findings: list[Finding]) -> IndicatorRow:
    threshold = threshold_for(result.indicator)
    result.dossier = dossier
    return IndicatorRow(
        result=result,
        threshold=threshold.describe(dossier.title_year),
        figure=threshold.display(result.value),
        shortfall=shortfall_of(result, dossier),
        evidence_count=result.evidence_count,  # type: ignore[attr-defined]
        findings=findings,
    )


def _matches(row: IndicatorRow, only: str) -> bool:
    if only == "missing":
        return not row.evidence_count or row.result.self_verdict == SelfVerdict.UNKNOWN
    if only == "not_met":
        return row.result.self_verdict == SelfVerdict.NOT_MET or row.is_found_unmet
    if only == "reopened":
        return row.is_reopened
    return True


def findings_are_sealed(actor: Actor, dossier: Dossier, result: IndicatorResult) -> bool:
    """Say whether there may be a finding that the actor cannot read yet, because not all departments have signed."""
    is_own = actor.role is Role.INSPECTOR or result.department_id == actor.agency.pk
    return not is_own and dossier.appraisal_round > 0 and dossier.appraisal_round in sealed_rounds(dossier)


def neighbour(
    actor: Actor, dossier: Dossier, result: IndicatorResult, *, back: bool = False
) -> Evidence | None:
    """Return the first file of the next indicator that has any, or the last of the one before. One query."""
    beyond = Q(result__position__lt=result.position) if back else Q(result__position__gt=result.position)
    evidence = listed_for(actor).filter(beyond, result__in=visible_results(actor, dossier))
    order = ("-result__position", "-listed_at", "-pk") if back else ("result__position", "listed_at", "pk")
    return evidence.select_related("result__indicator").order_by(*order).first()


def visible_findings(actor: Actor, dossier: Dossier) -> dict[int, list[Finding]]:
    """Return the findings by result that are open to the actor, latest round first. One query."""
    findings = (
        Finding.objects.filter(opinion__dossier=dossier, opinion__carried_over=False)
        .select_related("opinion__department", "found_by")
        .annotate(is_sealed=in_sealed_round("opinion__"))
        .order_by("-opinion__round")
    )
    by_result: dict[int, list[Finding]] = {}
    for finding in findings:
        sealed = {finding.opinion.round} if finding.is_sealed else ()
        if may_see_opinion_contents(actor, finding.opinion, sealed):
            by_result.setdefault(finding.result_id, []).append(finding)
    return by_result


def known_document(actor: Actor, dossier: Dossier, sha256: str) -> Document | None:
    """Return the document of these bytes, by SHA-256 in hex, that the dossier's commune has among its evidence already.

    Only evidence of that commune's dossiers that the actor sees is looked at: whether others have the file is never
    told. A file that was taken off a list is in the store still; one that was found damaged or infected is not used
    again. One query.
    """
    dossiers = visible_dossiers(actor).filter(commune=dossier.commune_id)
    evidence = evidence_for(actor).filter(result__dossier__in=dossiers)
    found = Document.objects.filter(sha256=sha256, pk__in=evidence.values("document"))
    sound = found.exclude(integrity__outcome__in=[Integrity.MISSING, Integrity.ALTERED])
    sound = sound.exclude(scan__outcome=ScanOutcome.INFECTED)
    return sound.order_by("uploaded_at", "pk").first()


def removed_evidence(actor: Actor, result: IndicatorResult) -> list[Evidence]:
    """Return what is off an indicator's list, removed or replaced, latest first: files stay readable. One query."""
    removed = removed_for(actor).filter(result=result)
    related = ("document", "added_by", "removed_by", "unsent_removed_by", "replaced_by")
    when = Coalesce("removed_at", "unsent_removed_at")
    return rows_as_shown_to(actor, removed.select_related(*related).order_by(when.desc()))


def earlier_versions(actor: Actor, evidence: Evidence) -> list[Evidence]:
    """Return the rows whose place this one has taken, latest first. One query."""
    removed = removed_evidence(actor, evidence.result)
    replaced = {one.replaced_by_id: one for one in removed if one.replaced_by_id}
    found, current = [], replaced.get(evidence.pk)
    while current is not None:
        found.append(current)
        current = replaced.get(current.pk)
    return found


def places_of_document(
    actor: Actor, dossier: Dossier, document: Document, *, beside: IndicatorResult
) -> list[Evidence]:
    """Return where else in the dossier a document is evidence, as far as the actor may see. One query."""
    current = listed_for(actor).filter(document=document, result__in=visible_results(actor, dossier))
    others = current.exclude(result=beside).select_related("result__indicator")
    return list(others.order_by("result__position"))
