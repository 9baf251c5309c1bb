"""Revoking a title (Quyết định 18/2022/QĐ-TTg, Chương V), with three levels of government and with two.

Since July 2025 the commune gathers the case (Nghị định 131/2025/NĐ-CP, Điều 44 khoản 1; not compared). The flows say
who gathers and who publishes, the steps before them what the province does in between; each step names who does it and
by which act it ends.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.titles.acts import (
    DispatchProposal,
    HearFront,
    KeepTitle,
    OpenRevocation,
    ProposeRevocation,
    PublishRevocation,
    ReportRevocation,
    RepublishAssessment,
    ReturnProposal,
    RevokeTitle,
    SignRevocationOpinion,
    SummariseHearing,
    WithdrawProposal,
)

from ..nodes import ActNode, AllSigned, DepartmentSplit
from .procedure_flow import ProcedureFlow


class ProvincialSteps:
    """From the province's intake to the decision: the same whoever gathered the case."""

    intake = (
        ActNode(_("VPĐP tỉnh tiếp nhận"), role=Role.COORDINATION_OFFICER, state=State.REVOCATION_INTAKE)
        .On(DispatchProposal, this.ask_departments)
        .On(ReturnProposal, this.gather)
    )

    ask_departments = DepartmentSplit().Annotation(title=_("Hỏi các sở, ngành liên quan")).Next(this.appraise)

    appraise = ActNode(
        _("Sở, ngành cho ý kiến"), role=Role.DEPARTMENT_HEAD, state=State.REVOCATION_APPRAISING
    ).On(SignRevocationOpinion, this.all_signed)

    all_signed = AllSigned().Annotation(title=_("Mọi sở, ngành đã ký")).Next(this.report)

    report = ActNode(
        _("VPĐP báo cáo thẩm định"), role=Role.COORDINATION_OFFICER, state=State.REVOCATION_REPORTING
    ).On(ReportRevocation, this.decide)

    decide = (
        ActNode(
            _("Chủ tịch UBND tỉnh quyết định"), role=Role.PROVINCIAL_CHAIR, state=State.REVOCATION_DECIDING
        )
        .On(RevokeTitle, this.publish)
        .On(KeepTitle, this.end_kept)
    )

    end = flow.End().Annotation(title=_("Kết thúc: đã thu hồi"))

    end_kept = flow.End().Annotation(title=_("Kết thúc: giữ danh hiệu"))


class TitleRevocationFlow(ProvincialSteps, ProcedureFlow):
    """Thu hồi danh hiệu của xã (ba cấp chính quyền)"""

    procedure = "thu-hoi-3-cap-2022"
    begun_by = OpenRevocation
    broken_off_by = WithdrawProposal

    open_case = (
        flow.StartHandle().Annotation(title=_("Huyện lập hồ sơ, công khai đánh giá")).Next(this.gather)
    )

    gather = (
        ActNode(_("Huyện lấy ý kiến, tổng hợp"), role=Role.DISTRICT_OFFICER, state=State.REVOCATION_HEARING)
        .On(SummariseHearing, this.propose)
        .On(RepublishAssessment, this.gather)
        .Beside(this.hear_front)
    )

    hear_front = ActNode(
        _("Mặt trận xã cho ý kiến"), role=Role.FRONT_OFFICER, state=State.REVOCATION_HEARING
    ).On(HearFront, None)

    propose = (
        ActNode(_("Lãnh đạo huyện ký tờ trình"), role=Role.DISTRICT_CHAIR, state=State.REVOCATION_HEARING)
        .On(ProposeRevocation, this.intake)
        .On(RepublishAssessment, this.gather)
    )

    publish = ActNode(_("Huyện công bố"), role=Role.DISTRICT_CHAIR, state=State.REVOKED).On(
        PublishRevocation, this.end
    )


class TitleRevocationTwoTierFlow(ProvincialSteps, ProcedureFlow):
    """Thu hồi danh hiệu của xã (hai cấp chính quyền)"""

    procedure = "thu-hoi-2-cap-2025"
    begun_by = OpenRevocation
    broken_off_by = WithdrawProposal

    open_case = flow.StartHandle().Annotation(title=_("Xã lập hồ sơ, công khai đánh giá")).Next(this.gather)

    gather = (
        ActNode(_("Xã lấy ý kiến, tổng hợp"), role=Role.COMMUNE_CHAIR, state=State.REVOCATION_HEARING)
        .On(SummariseHearing, this.propose)
        .On(RepublishAssessment, this.gather)
        .Beside(this.hear_front)
    )

    hear_front = ActNode(
        _("Mặt trận xã cho ý kiến"), role=Role.FRONT_OFFICER, state=State.REVOCATION_HEARING
    ).On(HearFront, None)

    propose = (
        ActNode(_("Chủ tịch UBND xã ký tờ trình"), role=Role.COMMUNE_CHAIR, state=State.REVOCATION_HEARING)
        .On(ProposeRevocation, this.intake)
        .On(RepublishAssessment, this.gather)
    )

    publish = ActNode(_("Xã công bố"), role=Role.COMMUNE_CHAIR, state=State.REVOKED).On(
        PublishRevocation, this.end
    )
