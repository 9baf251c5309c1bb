"""The yearly review of a title, with three levels of government and, since July 2025, with two.

Each flow reads from top to bottom like the procedure itself; each step names who does it and by which act it ends.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.titles.acts import (
    CancelReview,
    ConfirmReview,
    ExamineReview,
    OpenReview,
    ReturnReview,
    SubmitReview,
)

from ..nodes import ActNode
from .procedure_flow import ProcedureFlow


class TitleReviewFlow(ProcedureFlow):
    """Rà soát hằng năm xã đã được công nhận (ba cấp chính quyền)"""

    procedure = "ra-soat-3-cap-2022"
    begun_by = OpenReview
    broken_off_by = CancelReview

    open_review = flow.StartHandle().Annotation(title=_("VPĐP tỉnh mở rà soát")).Next(this.review)

    review = ActNode(
        _("Xã rà soát theo bộ tiêu chí hiện hành"), role=Role.COMMUNE_CHAIR, state=State.REVIEWING
    ).On(SubmitReview, this.examine_review)

    examine_review = ActNode(
        _("Huyện kiểm tra kết quả rà soát"), role=Role.DISTRICT_OFFICER, state=State.REVIEW_SUBMITTED
    ).On(ExamineReview, this.confirm_review)

    confirm_review = (
        ActNode(_("Lãnh đạo huyện xác nhận"), role=Role.DISTRICT_CHAIR, state=State.REVIEW_SUBMITTED)
        .On(ConfirmReview, this.end)
        .On(ReturnReview, this.review)
    )

    end = flow.End().Annotation(title=_("Kết thúc: đã xác nhận"))


class TitleReviewTwoTierFlow(ProcedureFlow):
    """Rà soát hằng năm xã đã được công nhận (hai cấp chính quyền)"""

    procedure = "ra-soat-2-cap-2025"
    begun_by = OpenReview
    broken_off_by = CancelReview

    open_review = flow.StartHandle().Annotation(title=_("VPĐP tỉnh mở rà soát")).Next(this.review)

    review = ActNode(
        _("Xã rà soát theo bộ tiêu chí hiện hành"), role=Role.COMMUNE_CHAIR, state=State.REVIEWING
    ).On(SubmitReview, this.confirm_review)

    confirm_review = (
        ActNode(
            _("VPĐP tỉnh kiểm tra, xác nhận"), role=Role.COORDINATION_OFFICER, state=State.REVIEW_SUBMITTED
        )
        .On(ConfirmReview, this.end)
        .On(ReturnReview, this.review)
    )

    end = flow.End().Annotation(title=_("Kết thúc: đã xác nhận"))
