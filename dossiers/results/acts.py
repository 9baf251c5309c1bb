"""Reporting figures, attaching evidence, submitting the dossier for recognition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, Refusal, StaleForm, register
from dossiers.appraisal.models import Opinion
from dossiers.appraisal.sealing import sealed_subject
from dossiers.appraisal.supplements.models import SupplementRequest
from dossiers.consultation.papers import papers_of
from dossiers.criteria.thresholds import InvalidFigure, threshold_for
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import DRAFTED_ALONE, Actor, AtCommune, HasNotDone, HasRole, InOwnRight
from storage.documents import fix, scanning
from storage.documents.models import Document, ScanOutcome

from .models import Evidence, IndicatorResult, SelfVerdict
from .writing import update_rows

EVIDENCE_PER_INDICATOR = 500
FIRST_FIGURE_YEAR = 2015
#: The report that the people are asked about may still be completed with what they say. During the appraisal only
#: what a department asked for is open.
EDITABLE = frozenset(
    {State.IMPLEMENTING, State.CONSULTING, State.RETURNED, State.REVIEWING, State.APPRAISING}
)
#: Where an indicator is locked unless it was opened again.
LOCKED = frozenset({State.RETURNED, State.APPRAISING})


WRITERS = HasRole(Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR) & AtCommune()


@dataclass(frozen=True)
class TargetInput:
    """What the Đề án says of one indicator; ``revision`` is the row's revision the person was looking at."""

    result_id: int
    baseline: str
    target: str
    due_year: int | None
    due_quarter: int | None
    revision: int | None = None


@dataclass(frozen=True)
class FigureInput:
    """A reported figure as typed; ``figure_year`` defaults to the year of the title."""

    result_id: int
    value: str
    figure_year: int | None = None
    figure_source: str = ""
    note: str = ""
    not_applicable: bool = False
    not_applicable_reason: str = ""
    revision: int | None = None


class EditingAct(DossierAct):
    """What the commune's officials do on figures and evidence.

    While a department waits for a supplement, only what it asked for is open, and the history seals what is done from
    those who may not know of it.
    """

    authority = WRITERS
    states = EDITABLE
    _asking: Opinion | None = None

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: during the appraisal a department waits for a supplement."""
        if not super().is_open_to(actor, dossier):
            return False
        return dossier.state != State.APPRAISING or SupplementRequest.objects.awaited(dossier).exists()

    def require_open(self, results: Iterable[IndicatorResult]) -> None:
        """Raise ActRefused when one of the results is locked, or when they belong to requests of two departments."""
        opened = list(results)
        for result in opened:
            if is_locked(self.dossier, result):
                message = _("Chỉ tiêu %(code)s không nằm trong phần phải bổ sung nên đang khóa.")
                raise ActRefused(Refusal("locked", message % {"code": result.indicator.code}))
        if self.dossier.state != State.APPRAISING:
            return
        asking = SupplementRequest.objects.awaited(self.dossier).filter(items__result__in=opened).distinct()
        requests = list(asking.select_related("opinion"))
        if len(requests) > 1:
            message = _("Các chỉ tiêu này do nhiều cơ quan yêu cầu bổ sung; xin làm riêng cho từng yêu cầu.")
            raise ActRefused(Refusal("several", message))
        self._asking = requests[0].opinion

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), **(sealed_subject(self._asking) if self._asking else {})}


def is_locked(dossier: Dossier, result: IndicatorResult) -> bool:
    """Say whether the state of the dossier keeps the commune from changing this indicator."""
    return dossier.state in LOCKED and not result.is_reopened


class IndicatorRowsAct(EditingAct):
    """What the commune's officials do on some of the indicators at once: all rows are saved, or none.

    After a return from appraisal only the indicators that were asked for are open again. Refusals name the row in
    ``field`` as ``r<result id>-<input>``.
    """

    rows: Sequence[Any]

    def results_for_update(self) -> dict[int, IndicatorResult]:
        """Return the results of the rows, checked for lock-out and staleness. One query."""
        wanted = [row.result_id for row in self.rows]
        found = {
            result.pk: result
            for result in IndicatorResult.objects.filter(dossier=self.dossier, pk__in=wanted).select_related(
                "indicator"
            )
        }
        if len(found) != len(set(wanted)) or not wanted:
            raise ActRefused(Refusal("unknown", _("Chỉ tiêu không thuộc hồ sơ này.")))
        self.require_open(found.values())
        if any(
            row.revision is not None and row.revision != found[row.result_id].revision for row in self.rows
        ):
            raise StaleForm
        return found

    def write(self, results: dict[int, IndicatorResult], fields: list[str]) -> None:
        for result in results.values():
            result.revision += 1
            result.updated_at, result.updated_by = self.at, self.actor.user
        update_rows(results.values(), [*fields, "revision", "updated_at", "updated_by"])


@register
class SetTargets(IndicatorRowsAct):
    """In the Đề án: where indicators stand, what is aimed at, and by which quarter."""

    name = "plan.set_targets"
    label = gettext_lazy("Ghi hiện trạng và mục tiêu")
    states = frozenset({State.DRAFTING})

    def __init__(self, *, rows: Sequence[TargetInput], **base: Any) -> None:
        super().__init__(**base)
        self.rows = rows
        self._filled: dict[str, IndicatorResult] = {}

    def change(self) -> None:
        results = self.results_for_update()
        found: list[Refusal] = []
        for row in self.rows:
            found += self._fill(results[row.result_id], row)
        if found:
            raise ActRefused(*found)
        self.write(results, ["baseline_value", "target_value", "due_year", "due_quarter"])

    def _fill(self, result: IndicatorResult, row: TargetInput) -> list[Refusal]:
        threshold = threshold_for(result.indicator)
        found = []
        for name, raw in (("baseline", row.baseline), ("target", row.target)):
            try:
                setattr(result, f"{name}_value", threshold.canonical(raw) if raw.strip() else "")
            except InvalidFigure as error:
                found.append(Refusal("figure", str(error), field=f"r{result.pk}-{name}"))
        if row.due_quarter is not None and row.due_quarter not in (1, 2, 3, 4):
            message = _("Quý phải từ 1 đến 4.")
            found.append(Refusal("due_quarter", message, field=f"r{result.pk}-due_quarter"))
        if row.due_year is not None and abs(row.due_year - self.dossier.title_year) > 5:
            message = _("Năm hoàn thành quá xa năm đạt chuẩn.")
            found.append(Refusal("due_year", message, field=f"r{result.pk}-due_year"))
        result.due_year, result.due_quarter = row.due_year, row.due_quarter
        self._filled[result.indicator.code] = result
        return found

    def payload(self) -> dict[str, Any]:
        return {
            "targets": [
                {
                    "indicator": code,
                    "baseline": result.baseline_value,
                    "target": result.target_value,
                    "due": f"{result.due_year}-Q{result.due_quarter}" if result.due_quarter else "",
                }
                for code, result in self._filled.items()
            ]
        }


@register
class ReportFigures(IndicatorRowsAct):
    """Report figures, or that an indicator does not apply. The verdict follows the pinned threshold."""

    name = "result.report"
    label = gettext_lazy("Nhập số liệu chỉ tiêu")

    def __init__(self, *, rows: Sequence[FigureInput], **base: Any) -> None:
        super().__init__(**base)
        self.rows = rows
        self._reported: list[IndicatorResult] = []

    def change(self) -> None:
        results = self.results_for_update()
        found: list[Refusal] = []
        for row in self.rows:
            found += self._fill(results[row.result_id], row)
        if found:
            raise ActRefused(*found)
        self._reported = [results[row.result_id] for row in self.rows]
        self.write(
            results,
            [
                "value",
                "figure_year",
                "figure_source",
                "note",
                "not_applicable",
                "not_applicable_reason",
                "self_verdict",
            ],
        )

    def _fill(self, result: IndicatorResult, row: FigureInput) -> list[Refusal]:
        found = self._refusals_of(result, row)
        canonical = ""
        if not row.not_applicable and row.value.strip():
            try:
                canonical = threshold_for(result.indicator).canonical(row.value)
            except InvalidFigure as error:
                found.append(Refusal("figure", str(error), field=f"r{result.pk}-value"))
        result.value = canonical
        result.figure_year = row.figure_year or self.dossier.title_year
        result.figure_source, result.note = row.figure_source.strip(), row.note.strip()
        result.not_applicable = row.not_applicable
        result.not_applicable_reason = row.not_applicable_reason.strip() if row.not_applicable else ""
        result.self_verdict = self._verdict(result)
        return found

    def _refusals_of(self, result: IndicatorResult, row: FigureInput) -> list[Refusal]:
        found = []

        def refuse(code: str, message: str, name: str) -> None:
            found.append(Refusal(code, message, field=f"r{result.pk}-{name}"))

        if row.not_applicable and not result.indicator.not_applicable_allowed:
            message = _("Chỉ tiêu %(code)s luôn áp dụng, không thể ghi «không áp dụng».")
            refuse("always_applies", message % {"code": result.indicator.code}, "not_applicable")
        if row.not_applicable and not row.not_applicable_reason.strip():
            refuse("reason", _("Xin nêu căn cứ vì sao chỉ tiêu không áp dụng."), "not_applicable_reason")
        if row.figure_year is not None and not FIRST_FIGURE_YEAR <= row.figure_year <= self.today.year:
            message = _("Năm số liệu phải từ %(first)s đến %(last)s.")
            refuse("year", message % {"first": FIRST_FIGURE_YEAR, "last": self.today.year}, "figure_year")
        return found

    def _verdict(self, result: IndicatorResult) -> SelfVerdict:
        if result.not_applicable:
            return SelfVerdict.NOT_APPLICABLE
        if not result.value:
            return SelfVerdict.UNKNOWN
        met = threshold_for(result.indicator).evaluate(result.value, year=self.dossier.title_year).met
        return {True: SelfVerdict.MET, False: SelfVerdict.NOT_MET, None: SelfVerdict.UNKNOWN}[met]

    def subject(self) -> dict[str, Any]:
        if len(self._reported) == 1:
            return {**super().subject(), "indicator": self._reported[0].indicator.code}
        return super().subject()

    def payload(self) -> dict[str, Any]:
        return {
            "figures": [
                {
                    "indicator": result.indicator.code,
                    "value": result.value,
                    "figure_year": result.figure_year,
                    "figure_source": result.figure_source,
                    "note": result.note,
                    "not_applicable_reason": result.not_applicable_reason,
                    "self_verdict": result.self_verdict,
                }
                for result in self._reported
            ]
        }


@register
class AttachEvidence(EditingAct):
    """Attach a received document to the indicators it proves: one file may serve several. All of them, or none.

    ``sent_as`` is the name of the file the person chose, where a document that was there already serves for it, and
    ``original_bytes`` the size of the photo that the document was made smaller of before it was sent.
    """

    name = "result.attach"
    label = gettext_lazy("Thêm minh chứng")

    def __init__(
        self,
        *,
        document: Document,
        results: Iterable[int],
        caption: str = "",
        sent_as: str = "",
        original_bytes: int | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.document, self.caption = document, caption.strip()
        self.sent_as, self.original_bytes = sent_as or document.name, original_bytes
        self.result_ids = sorted(set(results))
        self.evidence: list[Evidence] = []
        self._codes: list[str] = []

    def change(self) -> None:
        results = list(
            IndicatorResult.objects.filter(dossier=self.dossier, pk__in=self.result_ids)
            .select_related("indicator")
            .order_by("position")
        )
        if not results or len(results) != len(self.result_ids):
            raise ActRefused(Refusal("unknown", _("Chỉ tiêu không thuộc hồ sơ này.")))
        listed, found = listed_hashes(self.result_ids), []
        self.require_open(results)
        for result in results:
            code = result.indicator.code
            found += refusals_of_file(self.document, code, listed[result.pk], sent_as=self.sent_as)
        if found:
            raise ActRefused(*found)
        self._codes = [result.indicator.code for result in results]
        self.evidence = Evidence.objects.bulk_create(
            Evidence(
                result=result,
                document=self.document,
                caption=self.caption,
                original_bytes=self.original_bytes,
                listed_at=self.at,
                added_at=self.at,
                added_by=self.actor.user,
            )
            for result in results
        )

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), "indicator": ", ".join(self._codes)}

    def payload(self) -> dict[str, Any]:
        return {
            "document": document_stamp(self.document),
            "caption": self.caption,
            "indicators": self._codes,
            **made_smaller(self.original_bytes),
        }


class EvidenceRowAct(EditingAct):
    """What the commune's officials do with one file of an indicator's list."""

    def __init__(self, *, evidence: Evidence, **base: Any) -> None:
        super().__init__(**base)
        self.evidence = evidence

    def listed(self) -> Evidence:
        """Return the row as it is now. Raises StaleForm when it was taken off the list."""
        listed = Evidence.objects.current().filter(pk=self.evidence.pk, result__dossier=self.dossier)
        current = listed.select_related("result__indicator", "document__scan").first()
        if current is None:
            raise StaleForm
        return current

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), "indicator": self.evidence.result.indicator.code}


@register
class RemoveEvidence(EvidenceRowAct):
    """Take a document off an indicator's list. File and row are kept, so the history stays readable.

    An infected one is also taken off a list that a return left locked, and opens it: otherwise neither could the
    dossier be submitted nor the file be replaced. The department then signs anew, as its inputs have changed. During
    the appraisal nothing locked is touched: the department asks for a clean copy.
    """

    name = "result.detach"
    label = gettext_lazy("Bỏ minh chứng")

    @classmethod
    def opens_locked(cls, dossier: Dossier) -> bool:
        """Say whether an infected file may be taken off an indicator that is locked."""
        return dossier.state == State.RETURNED

    def change(self) -> None:
        current = self.listed()
        is_infected = scanning.state_of(current.document) == ScanOutcome.INFECTED
        if is_infected and self.opens_locked(self.dossier):
            IndicatorResult.objects.filter(pk=current.result_id).update(is_reopened=True)
        else:
            self.require_open([current.result])
        current.removed_at, current.removed_by = self.at, self.actor.user
        current.save()

    def payload(self) -> dict[str, Any]:
        return {"document": document_stamp(self.evidence.document)}


@register
class RestoreEvidence(EvidenceRowAct):
    """Put a document that was taken off an indicator's list back to where it stood."""

    name = "result.restore"
    label = gettext_lazy("Lấy lại minh chứng đã bỏ")

    def change(self) -> None:
        removed = Evidence.objects.filter(
            pk=self.evidence.pk,
            result__dossier=self.dossier,
            removed_at__isnull=False,
            replaced_by__isnull=True,
        )
        row = removed.select_related("result__indicator", "document__scan").first()
        if row is None:
            raise StaleForm
        code = row.result.indicator.code
        self.require_open([row.result])
        if scanning.state_of(row.document) == ScanOutcome.INFECTED:
            message = _("Tệp «%(name)s» có mã độc, không lấy lại được.")
            raise ActRefused(Refusal("infected", message % {"name": row.document.name}))
        listed = listed_hashes([row.result_id])[row.result_id]
        if found := refusals_of_file(row.document, code, listed, sent_as=row.document.name):
            raise ActRefused(*found)
        row.removed_at = row.removed_by = None
        row.save()

    def payload(self) -> dict[str, Any]:
        return {"document": document_stamp(self.evidence.document)}


@register
class ReplaceEvidence(EvidenceRowAct):
    """Put a new version of a document in the place of one that proves an indicator. The old one stays readable."""

    name = "result.replace"
    label = gettext_lazy("Thay minh chứng bằng bản mới")

    def __init__(
        self, *, document: Document, caption: str = "", original_bytes: int | None = None, **base: Any
    ) -> None:
        super().__init__(**base)
        self.document, self.caption, self.original_bytes = document, caption.strip(), original_bytes

    def change(self) -> None:
        old = self.listed()
        self.require_open([old.result])
        listed = listed_hashes([old.result_id])[old.result_id]
        same = listed.pop(old.document.sha256)
        if self.document.sha256 == old.document.sha256:
            message = _("Bản mới giống hệt bản đang có («%(name)s»), nên không thay.")
            raise ActRefused(Refusal("same", message % {"name": same}, field="file"))
        if found := refusals_of_file(
            self.document, old.result.indicator.code, listed, sent_as=self.document.name
        ):
            raise ActRefused(*found)
        self.replacement = Evidence.objects.create(
            result=old.result,
            document=self.document,
            caption=self.caption or old.caption,
            original_bytes=self.original_bytes,
            listed_at=old.listed_at,
            added_at=self.at,
            added_by=self.actor.user,
        )
        old.removed_at, old.removed_by, old.replaced_by = self.at, self.actor.user, self.replacement
        old.save()

    def payload(self) -> dict[str, Any]:
        return {
            "document": document_stamp(self.document),
            "replaced": document_stamp(self.evidence.document),
            "caption": self.replacement.caption,
            **made_smaller(self.original_bytes),
        }


@register
class SubmitDossier(DossierAct):
    """The chair submits the dossier to the district for recognition, through the gates of the procedure.

    A dossier that was returned is not put before the people again.
    """

    name = "dossier.submit"
    label = gettext_lazy("Trình hồ sơ đề nghị công nhận")
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    transition = "submit_dossier"
    # As with the Đề án: who stands in for the chair does not submit what they put together themselves.
    separation = InOwnRight() | HasNotDone(
        "result.report", "result.attach", unless_alone=Role.COMMUNE_CHAIR, exception=DRAFTED_ALONE
    )
    basis = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1 và Chương II")

    def change(self) -> None:
        self.dossier.results.filter(is_reopened=True).update(is_reopened=False)
        self.dossier.returned_from = ""
        self.kept_until = fix_evidence(self.dossier.pk, at=self.at)
        self.papers = list(papers_of(self.dossier.pk))
        fix([paper.pk for paper in self.papers], at=self.at)

    def payload(self) -> dict[str, Any]:
        return {
            "documents": submitted_documents(self.dossier.pk),
            "papers": [document_stamp(paper) for paper in self.papers],
            "kept_until": self.kept_until.date().isoformat(),
        }


def listed_hashes(result_ids: Iterable[int]) -> defaultdict[int, dict[str, str]]:
    """Return the current files of each indicator, as name by SHA-256. One query."""
    listed: defaultdict[int, dict[str, str]] = defaultdict(dict)
    rows = Evidence.objects.current().filter(result__in=result_ids)
    for result_id, sha256, name in rows.values_list("result_id", "document__sha256", "document__name"):
        listed[result_id][sha256] = name
    return listed


def refusals_of_file(document: Document, code: str, listed: dict[str, str], *, sent_as: str) -> list[Refusal]:
    """Return what is wrong with adding a file to an indicator whose files, by SHA-256, are ``listed``."""
    found = []
    if (same := listed.get(document.sha256)) is not None:
        if same == sent_as:
            message = _("Tệp «%(name)s» đã có trong minh chứng của chỉ tiêu %(code)s.")
        else:
            message = _(
                "Nội dung tệp «%(name)s» đã có trong minh chứng của chỉ tiêu %(code)s, dưới tên «%(same)s»."
            )
        stated = message % {"name": sent_as, "code": code, "same": same}
        found.append(Refusal("listed", stated, field="files"))
    if len(listed) >= EVIDENCE_PER_INDICATOR:
        message = _("Chỉ tiêu %(code)s đã có %(n)s tệp, mức tối đa.")
        stated = message % {"code": code, "n": EVIDENCE_PER_INDICATOR}
        found.append(Refusal("too_many", stated, field="files"))
    return found


def made_smaller(original_bytes: int | None) -> dict[str, int]:
    """Return what the ledger keeps of a photo that was made smaller before it was sent: its size there, in bytes."""
    return {"original_bytes": original_bytes} if original_bytes else {}


def document_stamp(document: Document) -> dict[str, Any]:
    """Return what the ledger keeps of a document: name, hash and the stored version."""
    return {
        "id": str(document.pk),
        "name": document.name,
        "sha256": document.sha256,
        "version": document.version_id,
    }


def fix_evidence(dossier_id: int, *, at: datetime) -> datetime:
    """Fix the exact version of every current piece of evidence; return until when the store keeps it (UTC)."""
    evidence = Evidence.objects.current().filter(result__dossier_id=dossier_id)
    return fix(list(evidence.order_by().values_list("document_id", flat=True).distinct()), at=at)


def submitted_documents(dossier_id: int, *, department_id: int | None = None) -> list[dict[str, Any]]:
    """Return indicator code, hash and stored version of all current evidence, in a fixed order."""
    evidence = Evidence.objects.current().filter(result__dossier_id=dossier_id)
    if department_id is not None:
        evidence = evidence.filter(result__department_id=department_id)
    rows = evidence.order_by("result__position", "document__sha256").values_list(
        "result__indicator__code", "document__sha256", "document__version_id"
    )
    return [{"indicator": code, "sha256": sha256, "version": version} for code, sha256, version in rows]
