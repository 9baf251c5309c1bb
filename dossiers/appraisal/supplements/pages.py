"""Act pages of a department's supplements."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ActPage, Summary, register_page
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.procedures import get_procedure

from ..summaries import OWN_FINDINGS
from .forms import EndingForm, RequestForm
from .requests import GoOnWithoutAnswer, RequestSupplement, WithdrawRequest
from .selectors import request_lines


def _awaited(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the actor's department's open request. Four queries."""
    lines = [
        line
        for line in request_lines(actor, dossier)
        if line.is_answerable and line.request.opinion.department_id == actor.agency.pk
    ]
    seen = {"opinion_revision": lines[0].request.opinion.revision} if lines else {}
    return {"lines": lines, "seen": seen}


def _before_asking(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return what was found so far, and how long the commune will have to answer."""
    duration = get_procedure(dossier.procedure).steps.get("supplement")
    return {**OWN_FINDINGS.read(actor, dossier), "duration": duration}


BEFORE_ASKING = Summary("appraisal/supplements/summary_request.html", _before_asking)
AWAITED = Summary("appraisal/supplements/summary_awaited.html", _awaited)

register_page(
    ActPage(
        RequestSupplement,
        "yeu-cau-bo-sung-chi-tieu",
        _(
            "Chỉ những chỉ tiêu có ghi điều còn thiếu được mở lại cho xã; hồ sơ vẫn ở bước thẩm định và các sở khác "
            "làm tiếp. Thời hạn của cơ quan anh/chị tạm dừng đến khi xã trả lời. Sở khác không thấy nội dung; Văn "
            "phòng Điều phối chỉ biết là đang chờ."
        ),
        RequestForm,
        tone="secondary",
        summary=BEFORE_ASKING,
    ),
    ActPage(
        WithdrawRequest,
        "rut-yeu-cau-bo-sung",
        _(
            "Các chỉ tiêu khóa lại như trước khi yêu cầu; điều xã đang sửa mà chưa gửi thì không tính. Thời hạn của cơ "
            "quan anh/chị chạy tiếp. Xã đọc được lý do."
        ),
        EndingForm,
        tone="secondary",
        takes_back=True,
        summary=AWAITED,
    ),
    ActPage(
        GoOnWithoutAnswer,
        "tham-dinh-tiep",
        _(
            "Chỉ làm được khi xã đã quá hạn trả lời. Quá hạn không có nghĩa là đạt hay chưa đạt: cơ quan anh/chị kết "
            "luận theo hồ sơ như trước khi yêu cầu. Thời hạn của cơ quan anh/chị chạy tiếp."
        ),
        EndingForm,
        tone="secondary",
        summary=AWAITED,
    ),
)
