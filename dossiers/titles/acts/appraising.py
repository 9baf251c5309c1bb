"""The province looks into a proposal to revoke: it asks the departments concerned and reports to the chair."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, NotPermitted, Refusal, register
from dossiers.acts.reasons import WithReasons
from dossiers.dossier.models import Dossier, State
from dossiers.policies import Actor
from dossiers.results.models import IndicatorResult, SelfVerdict

from ..authority import DEPARTMENT, OFFICE
from ..models import AssessedCriterion, Revocation, RevocationOpinion

BASIS = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 24: cấp tỉnh thẩm định hồ sơ thu hồi")


def departments_concerned(revocation: Revocation) -> list[int]:
    """Return the departments responsible for the criteria found not met in the review. Two queries."""
    unmet = AssessedCriterion.objects.filter(review=revocation.review_id, verdict=SelfVerdict.NOT_MET)
    results = IndicatorResult.objects.filter(
        dossier=revocation.review_id,
        indicator__criterion__in=unmet.values("criterion"),
        department__isnull=False,
    )
    return sorted(set(results.values_list("department_id", flat=True)))


@register
class DispatchProposal(DossierAct):
    """The coordination office takes the proposal and asks every department concerned at once."""

    name = "revocation.dispatch"
    label = gettext_lazy("Tiếp nhận, hỏi ý kiến các sở, ngành liên quan")
    authority = OFFICE
    transition = "dispatch_proposal"
    basis = BASIS

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if departments_concerned(dossier.revocation):
            return []
        message = _("Chưa sở, ngành nào được giao các tiêu chí không đạt; xin giao trước khi chuyển.")
        return [Refusal("unassigned", message)]

    def change(self) -> None:
        self.departments = departments_concerned(self.dossier.revocation)
        RevocationOpinion.objects.bulk_create(
            RevocationOpinion(
                revocation=self.dossier.revocation, department_id=department, assigned_at=self.at
            )
            for department in self.departments
        )

    @property
    def branches(self) -> list[int]:
        """The departments that now work side by side."""
        return self.departments

    def payload(self) -> dict[str, Any]:
        return {"departments": self.departments}


@register
class ReturnProposal(WithReasons):
    """The coordination office sends the proposal back to whoever made it, with reasons."""

    name = "revocation.return"
    label = gettext_lazy("Trả hồ sơ thu hồi để hoàn thiện")
    authority = OFFICE
    transition = "return_proposal"
    basis = BASIS
    asks_for_reasons = gettext_lazy("Xin nêu rõ lý do trả lại.")

    def change(self) -> None:
        self.dossier.notices.create(
            from_state=State.REVOCATION_INTAKE,
            reasons=self.reasons,
            at=self.at,
            by=self.actor.user,
            agency=self.actor.agency,
        )


def _already_signed() -> Refusal:
    return Refusal("signed", _("Ý kiến của cơ quan anh/chị đã được ký."))


@register
class SignRevocationOpinion(DossierAct):
    """A department's head signs whether it agrees that the title be revoked. The last signature moves the case on.

    Sealed from the other departments until then, like an opinion on recognition: its name and subject in the history
    are of the same kind.
    """

    name = "opinion.on_revocation"
    label = gettext_lazy("Ký ý kiến về việc thu hồi")
    is_signed = True
    authority = DEPARTMENT
    states = frozenset({State.REVOCATION_APPRAISING})
    basis = BASIS

    def __init__(self, *, agrees: bool, reasons: str, number: str, **base: Any) -> None:
        super().__init__(**base)
        self.agrees, self.reasons, self.number = agrees, reasons.strip(), number.strip()

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        unsigned = RevocationOpinion.objects.filter(
            revocation=dossier.pk, department=actor.agency, signed_at__isnull=True
        )
        return super().is_open_to(actor, dossier) and unsigned.exists()

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        own = RevocationOpinion.objects.filter(revocation=dossier.pk, department=actor.agency)
        return [_already_signed()] if own.filter(signed_at__isnull=False).exists() else []

    def hindrances_now(self) -> list[Refusal]:
        """``check`` asks it of the opinion that it reads."""
        return []

    def check(self) -> None:
        super().check()
        opinion = RevocationOpinion.objects.filter(
            revocation=self.dossier.pk, department=self.actor.agency
        ).first()
        if opinion is None:
            message = _("Cơ quan của anh/chị không được hỏi ý kiến về việc thu hồi này.")
            raise NotPermitted(Refusal("assignment", message))
        if opinion.signed_at is not None:
            raise ActRefused(_already_signed())
        self.opinion = opinion

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        if not self.reasons:
            message = _("Xin ghi mức độ đạt các tiêu chí cơ quan phụ trách và lý do.")
            found.append(Refusal("reasons", message, field="reasons"))
        return found

    def change(self) -> None:
        opinion = self.opinion
        opinion.agrees, opinion.reasons, opinion.number = self.agrees, self.reasons, self.number
        opinion.signed_at, opinion.signed_by = self.at, self.actor.user
        opinion.save()
        waited_for = RevocationOpinion.objects.filter(revocation=self.dossier.pk, signed_at__isnull=True)
        if not waited_for.exists():
            self.advance_state("complete_revocation_appraisal")

    def subject(self) -> dict[str, Any]:
        """Name the opinion; ``salt`` keeps a sealed answer from being guessed by trying it against the open hash."""
        return {**super().subject(), "opinion": self.opinion.sealed_id, "salt": token_hex(16)}

    def payload(self) -> dict[str, Any]:
        return {"agrees": self.agrees, "reasons": self.reasons, "number": self.number}


@register
class ReportRevocation(DossierAct):
    """The coordination office reports to the provincial chair, over all opinions."""

    name = "revocation.report"
    label = gettext_lazy("Báo cáo thẩm định việc thu hồi")
    authority = OFFICE
    transition = "report_revocation"
    basis = BASIS

    def __init__(self, *, report: str, **base: Any) -> None:
        super().__init__(**base)
        self.report = report.strip()

    def refusals(self) -> list[Refusal]:
        if self.report:
            return []
        return [Refusal("report", _("Xin ghi báo cáo thẩm định."), field="report")]

    def change(self) -> None:
        Revocation.objects.filter(pk=self.dossier.pk).update(
            report=self.report, reported_at=self.at, reported_by=self.actor.user
        )

    def payload(self) -> dict[str, Any]:
        return {"report": self.report}
