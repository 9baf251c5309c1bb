"""The procedure for xã nông thôn mới nâng cao with three levels of government, 2022 to 2025.

It reads from top to bottom like the procedure itself; each step names who does it and by which act it ends.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from dossiers.appraisal.acts import (
    AcceptDossier,
    Consolidate,
    ForwardDossier,
    GoOnWithoutAnswer,
    RequestCompletion,
    RequestSupplement,
    ReturnAtIntake,
    ReturnDossier,
    SendAnswer,
    SignOpinion,
    SubmitCompletion,
    VerifyDossier,
    WithdrawRequest,
)
from dossiers.consultation.acts import OpenConsultation, RecordFrontOpinion, RepublishReport
from dossiers.debts.acts import ConfirmDebt
from dossiers.debts.figures import debt_agency_id, is_debt_check_awaited
from dossiers.district.acts import (
    AcceptAtDistrict,
    GuideCommune,
    RecordDistrictFrontOpinion,
    RecordDistrictVote,
    RecordSurvey,
    SignDivisionReview,
)
from dossiers.district.hearing import is_district_front_awaited
from dossiers.district.survey import is_survey_awaited
from dossiers.dossier.models import State
from dossiers.organisations.models import Level, Role
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
from ..recalls import RecallDossier, RecallForwarding, RecallPlan, RecallResubmission
from .procedure_flow import RecognitionFlow


class ThreeTierSteps:
    """The steps, which Quyết định 18/2022/QĐ-TTg writes once for every title."""

    register = flow.StartHandle().Annotation(title=_("Xã đăng ký")).Next(this.draft_plan)

    draft_plan = ActNode(_("Xã lập Đề án"), role=Role.COMMUNE_CHAIR, state=State.DRAFTING).On(
        SubmitPlan, this.appraise_plan
    )

    appraise_plan = (
        ActNode(_("Huyện thẩm định Đề án"), role=Role.DISTRICT_OFFICER, state=State.PLAN_SUBMITTED)
        .On(AppraisePlan, this.decide_plan)
        .On(RecallPlan, this.draft_plan)
    )

    decide_plan = (
        ActNode(_("Lãnh đạo huyện phê duyệt Đề án"), role=Role.DISTRICT_CHAIR, state=State.PLAN_SUBMITTED)
        .On(ApprovePlan, this.implement)
        .On(ReturnPlan, this.draft_plan)
    )

    implement = ActNode(
        _("Xã thực hiện, gom minh chứng"), role=Role.COMMUNE_CHAIR, state=State.IMPLEMENTING
    ).On(OpenConsultation, this.consult)

    consult = (
        ActNode(_("Xã lấy ý kiến nhân dân, họp"), role=Role.COMMUNE_CHAIR, state=State.CONSULTING)
        .On(SubmitDossier, this.receive)
        .On(RepublishReport, this.consult)
        .Beside(this.hear_front)
    )

    hear_front = ActNode(_("Mặt trận xã cho ý kiến"), role=Role.FRONT_OFFICER, state=State.CONSULTING).On(
        RecordFrontOpinion, None
    )

    receive = (
        ActNode(_("Huyện tiếp nhận, trả lời xã"), role=Role.DISTRICT_OFFICER, state=State.DISTRICT_REVIEW)
        .On(AcceptAtDistrict, this.divide)
        .On(GuideCommune, this.complete)
        .On(RecallDossier, this.consult)
        .On(RecallResubmission, this.complete)
    )

    divide = (
        DepartmentSplit()
        .Annotation(title=_("Chuyển các phòng, ban huyện"))
        .Next(this.examine)
        .IfNone(this.verify)
    )

    examine = ActNode(
        _("Phòng, ban huyện kiểm tra chỉ tiêu"), role=Role.DIVISION_HEAD, state=State.DISTRICT_REVIEW
    ).On(SignDivisionReview, this.all_examined)

    all_examined = AllSigned().Annotation(title=_("Mọi phòng, ban đã ký")).Next(this.verify)

    verify = ActNode(_("Huyện thẩm tra"), role=Role.DISTRICT_OFFICER, state=State.DISTRICT_REVIEW).On(
        VerifyDossier, this.hear_district
    )

    hear_district = (
        ActNode(
            _("Huyện công khai, lấy ý kiến, họp"), role=Role.DISTRICT_OFFICER, state=State.DISTRICT_REVIEW
        )
        .On(RecordDistrictVote, this.forward)
        .On(ReturnDossier, this.complete, by_others=True)
        .Beside(this.survey, when=is_survey_awaited)
        .Beside(this.district_front, when=is_district_front_awaited)
    )

    survey = ActNode(
        _("Mặt trận huyện khảo sát sự hài lòng"),
        role=Role.FRONT_OFFICER,
        level=Level.DISTRICT,
        state=State.DISTRICT_REVIEW,
    ).On(RecordSurvey, None)

    district_front = ActNode(
        _("Mặt trận huyện cho ý kiến"),
        role=Role.FRONT_OFFICER,
        level=Level.DISTRICT,
        state=State.DISTRICT_REVIEW,
    ).On(RecordDistrictFrontOpinion, None)

    forward = (
        ActNode(_("Lãnh đạo huyện trình tỉnh"), role=Role.DISTRICT_CHAIR, state=State.DISTRICT_REVIEW)
        .On(ForwardDossier, this.intake)
        .On(ReturnDossier, this.complete)
    )

    complete = ActNode(_("Xã bổ sung hồ sơ"), role=Role.COMMUNE_CHAIR, state=State.RETURNED).On(
        SubmitDossier, this.receive
    )

    intake = (
        ActNode(_("VPĐP tỉnh tiếp nhận"), role=Role.COORDINATION_OFFICER, state=State.PROVINCIAL_INTAKE)
        .On(AcceptDossier, this.dispatch)
        .On(ReturnAtIntake, this.complete)
        .On(RecallForwarding, this.forward)
    )

    dispatch = (
        DepartmentSplit()
        .Annotation(title=_("Chuyển các sở, ngành"))
        .Next(this.appraise)
        .Beside(this.check_debt, when=is_debt_check_awaited)
        .Beside(this.check_security, when=is_security_check_awaited)
    )

    check_debt = ActNode(
        _("Sở Kế hoạch và Đầu tư xác nhận nợ đọng"),
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

    publish = ActNode(_("Huyện công bố"), role=Role.DISTRICT_CHAIR, state=State.RECOGNISED).On(
        Publish, this.end
    )

    end = flow.End().Annotation(title=_("Kết thúc: đã công bố"))

    end_refused = flow.End().Annotation(title=_("Kết thúc: không công nhận"))


class AdvancedCommuneFlow(ThreeTierSteps, RecognitionFlow):
    """Xét, công nhận xã đạt chuẩn nông thôn mới nâng cao (ba cấp chính quyền)"""

    procedure = "nang-cao-3-cap-2022"
