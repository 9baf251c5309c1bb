"""The procedures with two levels of government, from July 2025, for the three titles.

They read from top to bottom like the procedure itself; each step names who does it and by which act it ends. There is
no district: its verbs stay (thẩm định Đề án, thẩm tra, công bố), and the procedure's data say that the province does
them, which no law that was found says.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from dossiers.appraisal.acts import (
    AcceptDossier,
    Consolidate,
    GoOnWithoutAnswer,
    RequestCompletion,
    RequestSupplement,
    ReturnAtIntake,
    SendAnswer,
    SignOpinion,
    SubmitCompletion,
    VerifyDossier,
    WithdrawRequest,
)
from dossiers.consultation.acts import OpenConsultation, RecordFrontOpinion, RepublishReport
from dossiers.debts.acts import ConfirmDebt
from dossiers.debts.figures import debt_agency_id, is_debt_check_awaited
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.plans.acts import AppraisePlan, ApprovePlan, ReturnPlan, SubmitPlan
from dossiers.recognition.acts import (
    FailCouncil,
    PassCouncil,
    PassWithConditions,
    Publish,
    Recognise,
    Refuse,
)
from dossiers.recognition.conditions import ConfirmConditions, RejectConditions, ReportConditions
from dossiers.results.acts import SubmitDossier
from dossiers.security.acts import ConfirmSecurity
from dossiers.security.findings import is_security_check_awaited, security_agency_id

from ..nodes import ActNode, AllSigned, DepartmentSplit
from ..recalls import RecallDossier, RecallPlan, RecallResubmission
from .procedure_flow import RecognitionFlow


class TwoTierSteps:
    """The steps, the same for every title."""

    register = flow.StartHandle().Annotation(title=_("Xã đăng ký")).Next(this.draft_plan)

    draft_plan = ActNode(_("Xã lập Đề án"), role=Role.COMMUNE_CHAIR, state=State.DRAFTING).On(
        SubmitPlan, this.appraise_plan
    )

    appraise_plan = (
        ActNode(_("VPĐP tỉnh thẩm định Đề án"), role=Role.COORDINATION_OFFICER, state=State.PLAN_SUBMITTED)
        .On(AppraisePlan, this.decide_plan)
        .On(RecallPlan, this.draft_plan)
    )

    decide_plan = (
        ActNode(
            _("Chủ tịch UBND tỉnh phê duyệt Đề án"), role=Role.PROVINCIAL_CHAIR, state=State.PLAN_SUBMITTED
        )
        .On(ApprovePlan, this.implement)
        .On(ReturnPlan, this.draft_plan)
    )

    implement = ActNode(
        _("Xã thực hiện, gom minh chứng"), role=Role.COMMUNE_CHAIR, state=State.IMPLEMENTING
    ).On(OpenConsultation, this.consult)

    consult = (
        ActNode(_("Xã lấy ý kiến nhân dân, họp"), role=Role.COMMUNE_CHAIR, state=State.CONSULTING)
        .On(SubmitDossier, this.verify)
        .On(RepublishReport, this.consult)
        .Beside(this.hear_front)
    )

    hear_front = ActNode(_("Mặt trận xã cho ý kiến"), role=Role.FRONT_OFFICER, state=State.CONSULTING).On(
        RecordFrontOpinion, None
    )

    verify = (
        ActNode(_("VPĐP tỉnh thẩm tra"), role=Role.COORDINATION_OFFICER, state=State.PROVINCIAL_INTAKE)
        .On(VerifyDossier, this.intake)
        .On(RecallDossier, this.consult)
        .On(RecallResubmission, this.complete)
    )

    intake = (
        ActNode(
            _("VPĐP tỉnh tiếp nhận, chuyển thẩm định"),
            role=Role.COORDINATION_OFFICER,
            state=State.PROVINCIAL_INTAKE,
        )
        .On(AcceptDossier, this.dispatch)
        .On(ReturnAtIntake, this.complete)
    )

    complete = ActNode(_("Xã bổ sung hồ sơ"), role=Role.COMMUNE_CHAIR, state=State.RETURNED).On(
        SubmitDossier, this.verify
    )

    dispatch = (
        DepartmentSplit()
        .Annotation(title=_("Chuyển các sở, ngành"))
        .Next(this.appraise)
        .Beside(this.check_debt, when=is_debt_check_awaited)
        .Beside(this.check_security, when=is_security_check_awaited)
    )

    check_debt = ActNode(
        _("Sở Tài chính xác nhận nợ đọng"),
        role=Role.DEPARTMENT_HEAD,
        agency=debt_agency_id,
        state=State.APPRAISING,
        also=(State.CONSOLIDATING,),
    ).On(ConfirmDebt, None)

    check_security = ActNode(
        _("Công an tỉnh xác nhận an ninh, trật tự"),
        role=Role.DEPARTMENT_HEAD,
        agency=security_agency_id,
        state=State.APPRAISING,
        also=(State.CONSOLIDATING,),
    ).On(ConfirmSecurity, None)

    appraise = (
        ActNode(_("Sở, ngành thẩm định"), role=Role.DEPARTMENT_HEAD, state=State.APPRAISING)
        .On(SignOpinion, this.all_signed)
        .WaitOn(RequestSupplement, this.supplement)
    )

    supplement = (
        ActNode(_("Xã bổ sung theo yêu cầu của sở, ngành"), role=Role.COMMUNE_CHAIR, state=State.APPRAISING)
        .On(SendAnswer, this.appraise)
        .On(WithdrawRequest, this.appraise, by_others=True)
        .On(GoOnWithoutAnswer, this.appraise, only_late=True, by_others=True)
    )

    all_signed = AllSigned().Annotation(title=_("Mọi sở, ngành đã ký")).Next(this.consolidate)

    consolidate = (
        ActNode(_("VPĐP tổng hợp"), role=Role.COORDINATION_OFFICER, state=State.CONSOLIDATING)
        .On(Consolidate, this.council)
        .On(RequestCompletion, this.complete_appraisal)
    )

    complete_appraisal = ActNode(
        _("Xã bổ sung chỉ tiêu chưa đạt"), role=Role.COMMUNE_CHAIR, state=State.RETURNED
    ).On(SubmitCompletion, this.dispatch)

    council = (
        ActNode(_("Hội đồng xét"), role=Role.COUNCIL_SECRETARY, state=State.COUNCIL)
        .On(PassCouncil, this.decide)
        .On(PassWithConditions, this.meet_conditions)
        .On(FailCouncil, this.complete_appraisal)
    )

    meet_conditions = (
        ActNode(_("Xã hoàn thiện theo kết luận Hội đồng"), role=Role.COMMUNE_CHAIR, state=State.DECIDING)
        .On(ReportConditions, this.confirm_conditions)
        .On(Refuse, this.end_refused)
    )

    confirm_conditions = (
        ActNode(_("VPĐP xác nhận việc hoàn thiện"), role=Role.COORDINATION_OFFICER, state=State.DECIDING)
        .On(ConfirmConditions, this.decide)
        .On(RejectConditions, this.meet_conditions)
    )

    decide = (
        ActNode(_("Chủ tịch UBND tỉnh quyết định"), role=Role.PROVINCIAL_CHAIR, state=State.DECIDING)
        .On(Recognise, this.publish)
        .On(Refuse, this.end_refused)
    )

    publish = ActNode(_("UBND tỉnh công bố"), role=Role.PROVINCIAL_CHAIR, state=State.RECOGNISED).On(
        Publish, this.end
    )

    end = flow.End().Annotation(title=_("Kết thúc: đã công bố"))

    end_refused = flow.End().Annotation(title=_("Kết thúc: không công nhận"))


class AdvancedCommuneTwoTierFlow(TwoTierSteps, RecognitionFlow):
    """Xét, công nhận xã đạt chuẩn nông thôn mới nâng cao (hai cấp chính quyền)"""

    procedure = "nang-cao-2-cap-2025"


class BasicCommuneTwoTierFlow(TwoTierSteps, RecognitionFlow):
    """Xét, công nhận xã đạt chuẩn nông thôn mới (hai cấp chính quyền)"""

    procedure = "ntm-2-cap-2025"


class ModelCommuneTwoTierFlow(TwoTierSteps, RecognitionFlow):
    """Xét, công nhận xã đạt chuẩn nông thôn mới kiểu mẫu (hai cấp chính quyền)"""

    procedure = "kieu-mau-2-cap-2025"
