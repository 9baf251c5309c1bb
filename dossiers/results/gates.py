"""The readiness gate before a dossier is submitted for recognition. It lists exactly what is missing."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.criteria.models import ThresholdKind
from dossiers.dossier.models import Dossier
from dossiers.gates import Answer, gate, met, not_met
from dossiers.procedures import GateRule, get_procedure
from storage.documents import scanning
from storage.documents.models import ScanOutcome

from .models import Evidence, IndicatorResult, SelfVerdict, listed

FULL_RULE = "Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1: đáp ứng 100% tiêu chí"
THRESHOLD_RULE = "Quyết định 318/QĐ-TTg: mức do UBND cấp tỉnh quy định"

#: What of a result is looked at.
LOOKED_AT = ("department", "self_verdict", "not_applicable", "unsent")


@gate("indicators")
def indicators_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Name every indicator and file that is not ready."""
    found = readiness_gate(dossier)
    return not_met(*found) if found else met(_("Mọi chỉ tiêu đạt mức quy định và có minh chứng."))


def readiness_gate(
    dossier: Dossier, *, only: Collection[int] | None = None, unsent: bool = False
) -> list[Refusal]:
    """Return a refusal for everything that is not ready, files first; empty when all is.

    ``only`` are the ids of the results that are looked at, by default all; with ``unsent`` they are looked at as they
    will be when the commune's chair has sent what was changed.

    An indicator is ready when the figure meets the pinned threshold, or it does not apply for a stated reason; and
    at least one piece of evidence supports it; and a department is responsible for it. A file is ready when whoever
    appraises it can open it (``scanning.withheld``).
    """
    results = (
        IndicatorResult.objects.filter(dossier=dossier)
        .select_related("indicator")
        .only(*LOOKED_AT, "indicator__code", "indicator__threshold_kind")
        .annotate(evidence_count=Count("evidence", filter=listed("evidence__", unsent=unsent)))
        .order_by("position")
    )
    if only is not None:
        results = results.filter(pk__in=only)
    evidence_rule = _evidence_rule(dossier)
    found = []
    for result in results:
        if unsent:
            result.take_over_unsent()
        found += _of_result(dossier, result, evidence_rule)
    return _of_files(dossier, only, unsent=unsent) + found


def _evidence_rule(dossier: Dossier) -> str:
    """Return by which rule each indicator is proved and appraised, as the dossier's procedure names it."""
    procedure = get_procedure(dossier.procedure)
    if not procedure.has_gate("indicators"):
        return ""
    return str(procedure.gate("indicators").parameters.get("evidence_rule", ""))


def _of_result(dossier: Dossier, result: IndicatorResult, evidence_rule: str) -> list[Refusal]:
    link = reverse("results:indicator", args=[dossier.pk, result.indicator.code])
    code = result.indicator.code
    found: list[Refusal] = []

    def add(kind: str, message: str, rule: str) -> None:
        found.append(Refusal(kind, message % {"code": code}, rule=rule, link=link))

    if result.department_id is None:
        add("department", _("Chỉ tiêu %(code)s chưa được giao cho sở, ngành nào thẩm định."), evidence_rule)
    if result.indicator.threshold_kind == ThresholdKind.UNSET and not result.not_applicable:
        add(
            "threshold",
            _("Chỉ tiêu %(code)s chưa có mức đạt: tỉnh phải quy định trước khi dùng."),
            THRESHOLD_RULE,
        )
    elif result.self_verdict == SelfVerdict.UNKNOWN:
        add("figure", _("Chỉ tiêu %(code)s chưa có số liệu."), FULL_RULE)
    elif result.self_verdict == SelfVerdict.NOT_MET:
        add("not_met", _("Chỉ tiêu %(code)s chưa đạt mức quy định."), FULL_RULE)
    if not result.evidence_count:  # type: ignore[attr-defined]
        add("evidence", _("Chỉ tiêu %(code)s chưa có minh chứng."), evidence_rule)
    return found


def _of_files(dossier: Dossier, only: Collection[int] | None, *, unsent: bool) -> list[Refusal]:
    closed = (
        Evidence.including_unsent.filter(listed(unsent=unsent))
        .filter(scanning.withheld_at("document__"), result__dossier=dossier)
        .select_related("document__scan", "result__indicator")
        .order_by("result__position", "listed_at", "pk")
    )
    if only is not None:
        closed = closed.filter(result__in=only)
    found = []
    for evidence in closed:
        document, code = evidence.document, evidence.result.indicator.code
        state = scanning.state_of(document)
        if state == ScanOutcome.INFECTED:
            message = _(
                "Tệp «%(name)s» của chỉ tiêu %(code)s có mã độc (%(threat)s): xin bỏ tệp và gửi lại bản sạch."
            ) % {"name": document.name, "code": code, "threat": document.scan.threat}
        else:
            message = _(
                "Tệp «%(name)s» của chỉ tiêu %(code)s chưa được quét mã độc: xin đợi ít phút rồi trình lại; "
                "nếu vẫn vậy, xin báo quản trị viên."
            ) % {"name": document.name, "code": code}
        link = f"{reverse('results:indicator', args=[dossier.pk, code])}#minh-chung"
        found.append(Refusal(str(state), message, link=link))
    return found
