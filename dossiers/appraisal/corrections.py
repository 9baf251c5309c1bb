"""Correcting a clerical error in a signed opinion: a new signed version, never another verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, Refusal, StaleForm, register
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import AtProvince, HasRole
from dossiers.results.writing import update_rows

from .models import Finding, OpinionState, Verdict
from .opinions import OpinionAct, date_of, paper_refusals
from .signed_versions import Ending, keep_version


@register
class CorrectOpinion(OpinionAct):
    """The head signs a corrected version: number, date, the wording of the summary and of reasons.

    Until the coordination office has consolidated. The earlier version is kept and stays readable; a consolidation
    that was being written on it becomes stale. ``reasons`` are texts by result id; those not named stay.
    """

    name = "opinion.correct"
    label = gettext_lazy("Đính chính văn bản thẩm định")
    is_signed = True
    authority = HasRole(Role.DEPARTMENT_HEAD) & AtProvince()
    states = frozenset({State.APPRAISING, State.CONSOLIDATING})
    opinion_states = frozenset({OpinionState.SIGNED})

    def __init__(
        self,
        *,
        number: str,
        why: str,
        summary: str = "",
        dated_on: date | None = None,
        reasons: Mapping[int, str] | None = None,
        opinion_revision: int | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.number, self.why, self.summary = number.strip(), why.strip(), summary.strip()
        self._given_date = dated_on
        self.reasons = {pk: text.strip() for pk, text in (reasons or {}).items()}
        self.opinion_revision = opinion_revision
        self.reworded: list[Finding] = []

    def refusals(self) -> list[Refusal]:
        if self.why:
            return []
        return [Refusal("why", _("Xin ghi lý do đính chính."), field="why")]

    def check(self) -> None:
        super().check()
        self.dated_on = self._given_date or date_of(self.opinion)
        if found := paper_refusals(self):
            raise ActRefused(*found)
        if self.opinion_revision not in (None, self.opinion.revision):
            raise StaleForm
        findings = {one.result_id: one for one in self.opinion.findings.select_related("result__indicator")}
        if not self.reasons.keys() <= findings.keys():
            raise ActRefused(Refusal("not_mine", _("Chỉ tiêu này do cơ quan khác thẩm định.")))
        self.reworded = [findings[pk] for pk, text in self.reasons.items() if findings[pk].reason != text]
        needs_reason = [
            one for one in self.reworded if one.verdict != Verdict.MET and not self.reasons[one.result_id]
        ]
        if needs_reason:
            message = _("Kết luận «%(verdict)s» phải giữ lý do; chỉ sửa được lời văn.")
            raise ActRefused(
                *(
                    Refusal(
                        "reason",
                        message % {"verdict": one.get_verdict_display()},
                        field=f"r{one.result_id}-reason",
                    )
                    for one in needs_reason
                )
            )
        said = (self.opinion.number, self.opinion.dated_on, self.opinion.summary)
        if not self.reworded and said == (self.number, self.dated_on, self.summary):
            raise ActRefused(Refusal("unchanged", _("Không có gì khác với văn bản đã ký.")))

    def change(self) -> None:
        opinion = self.opinion
        self.replaced = keep_version(
            opinion, ending=Ending.CORRECTED, reason=self.why, at=self.at, by=self.actor.user
        )
        for finding in self.reworded:
            finding.reason = self.reasons[finding.result_id]
            finding.revision = opinion.revision + 1
        update_rows(self.reworded, ["reason", "revision"])
        opinion.number, opinion.dated_on, opinion.summary = self.number, self.dated_on, self.summary
        opinion.signed_at, opinion.signed_by = self.at, self.actor.user
        opinion.revision += 1
        opinion.save(
            update_fields=["number", "dated_on", "summary", "signed_at", "signed_by", "version", "revision"]
        )
        if self.dossier.state == State.CONSOLIDATING:
            self.outdate_forms()

    def payload(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "summary": self.summary,
            "version": self.opinion.version,
            "inputs_sha256": self.opinion.inputs_sha256,
            "why": self.why,
            "findings": [
                {"indicator": one.result.indicator.code, "verdict": one.verdict, "reason": one.reason}
                for one in self.reworded
            ],
        }
