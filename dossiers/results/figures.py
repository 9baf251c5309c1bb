"""Setting targets and reporting figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, Refusal, StaleForm, register
from dossiers.criteria.thresholds import InvalidFigure, threshold_for
from dossiers.dossier.models import State

from .editing import EditingAct
from .models import FIGURE_FIELDS, IndicatorResult, SelfVerdict
from .unsent import goes_aside
from .writing import update_rows

FIRST_FIGURE_YEAR = 2015


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
        if any(row.revision not in (None, found[row.result_id].unsent_revision) for row in self.rows):
            raise StaleForm
        return found

    def write(self, results: dict[int, IndicatorResult], fields: list[str]) -> None:
        """Save what was put on the results; a figure goes aside while a department waits for it."""
        for result in results.values():
            if goes_aside(self.dossier):
                result.set_aside(at=self.at, by=self.actor.user.pk)
            else:
                result.revision += 1
                result.updated_at, result.updated_by = self.at, self.actor.user
        written = (
            ["unsent"] if goes_aside(self.dossier) else [*fields, "revision", "updated_at", "updated_by"]
        )
        update_rows(results.values(), written)


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
        self.write(results, list(FIGURE_FIELDS))

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
