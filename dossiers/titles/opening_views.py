"""Pages on which something begins: a title from paper, a review, a case of revocation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dossiers.acts import ActRefused
from dossiers.policies.access import ActorRequest, actor_required

from .acts import OpenReview, OpenRevocation
from .authority import OFFICE, PROPOSING_OFFICER
from .cases import lies_in_a_district
from .forms import (
    CarryOverForm,
    OpenReviewForm,
    OpenReviewsForm,
    OpenRevocationForm,
    PaperTitleForm,
    TitleForm,
)
from .granting import PaperTitle, enter_title
from .models import Review, Title
from .offers import may_begin, may_enter, require
from .standings import assessment_of, revocation_procedure
from .views import with_title
from .yearly import open_yearly_reviews, plan_yearly_reviews


def _page(request: ActorRequest, form: Any, refusals: list[Any], **context: Any) -> HttpResponse:
    status = 409 if request.method == "POST" else 200
    return render(
        request, "titles/begin.html", {"form": form, "refusals": refusals, **context}, status=status
    )


def _left_over(form: Any, refused: ActRefused) -> list[Any]:
    """Put the reasons that belong to a field beside it; return the others."""
    for reason in refused.reasons:
        if reason.field in form.fields:
            form.add_error(reason.field, reason.message)
    return [reason for reason in refused.reasons if reason.field not in form.fields]


@actor_required
@require_http_methods(["GET", "POST"])
def enter(request: ActorRequest) -> HttpResponse:
    """Record a title that was decided outside the system, from its paper."""
    require(may_enter(request.actor))
    heading = _("Ghi danh hiệu từ văn bản")
    note = _("Dùng cho danh hiệu được công nhận ngoài phần mềm. Sổ ghi rõ đây là danh hiệu nhập từ văn bản.")
    form = PaperTitleForm(request.POST or None, request.FILES or None, province=request.actor.unit)
    return _enter(request, form, None, heading=heading, note=note)


@with_title
@require_http_methods(["GET", "POST"])
def carry_over(request: ActorRequest, held: Title) -> HttpResponse:
    """Record the title for a unit that succeeds the commune, with grounds: no rule of inheritance was found."""
    require(may_begin(request.actor, held, OFFICE))
    heading = _("Ghi danh hiệu cho đơn vị kế thừa")
    note = _(
        "Chưa thấy quy định về việc đơn vị sau sắp xếp giữ danh hiệu của xã cũ, nên phải có văn bản và căn cứ cho từng "
        "trường hợp."
    )
    initial = {"level": held.level, "year": held.year, "number": held.number, "signed_on": held.signed_on}
    form = CarryOverForm(
        request.POST or None, request.FILES or None, province=request.actor.unit, initial=initial
    )
    return _enter(request, form, held, heading=heading, note=note, held=held)


def _enter(
    request: ActorRequest, form: PaperTitleForm, predecessor: Title | None, **context: Any
) -> HttpResponse:
    refusals: list[Any] = []
    if request.method == "POST" and _is_complete(form, request):
        entry = PaperTitle(**form.inputs(), predecessor=predecessor)
        try:
            title = enter_title(actor=request.actor, entry=entry)
        except ActRefused as refused:
            refusals = _left_over(form, refused)
        else:
            messages.success(request, _("Đã ghi danh hiệu vào sổ."))
            return redirect("titles:title", title_id=title.pk)
    return _page(request, form, refusals, **context)


def _is_complete(form: TitleForm, request: ActorRequest) -> bool:
    """Receive the file also with a form that is not valid, so that it need not be chosen again."""
    is_valid = form.is_valid()
    return form.take_in(request.actor) and is_valid


@actor_required
@require_http_methods(["GET", "POST"])
def open_reviews(request: ActorRequest) -> HttpResponse:
    """Show what opening a year's reviews would do with each title in force, then open those that were shown."""
    require(may_enter(request.actor))
    form = OpenReviewsForm(request.POST or None, initial={"year": timezone.localdate().year})
    planned = None
    if request.method == "POST" and form.is_valid():
        year = form.cleaned_data["year"]
        if "shown" in request.POST:
            return _open_shown(request, year)
        planned = plan_yearly_reviews(request.actor, year)
    context = {
        "form": form,
        "planned": planned,
        "opening": [one for one in planned or [] if not one.why_not],
        "skipped": [one for one in planned or [] if one.why_not],
    }
    status = 409 if form.errors else 200
    return render(request, "titles/open_reviews.html", context, status=status)


def _open_shown(request: ActorRequest, year: int) -> HttpResponse:
    shown = [int(one) for one in request.POST.getlist("shown") if one.isdecimal() and len(one) < 10]
    opened, left = open_yearly_reviews(request.actor, year, only=shown)
    words = ngettext("Đã mở rà soát %(n)s danh hiệu.", "Đã mở rà soát %(n)s danh hiệu.", opened)
    (messages.success if opened else messages.warning)(request, words % {"n": opened})
    for reason, count in left.items():
        messages.warning(request, _("%(n)s danh hiệu không mở: %(reason)s") % {"n": count, "reason": reason})
    return redirect("titles:list")


@with_title
@require_http_methods(["GET", "POST"])
def open_review(request: ActorRequest, held: Title) -> HttpResponse:
    """Open the review of one title, yearly or extraordinary."""
    require(may_begin(request.actor, held, OFFICE))
    form = OpenReviewForm(request.POST or None, initial={"year": timezone.localdate().year, "kind": "yearly"})
    refusals: list[Any] = []
    if request.method == "POST" and form.is_valid():
        act = OpenReview(actor=request.actor, title=held, **form.cleaned_data)
        try:
            act.perform()
        except ActRefused as refused:
            refusals = _left_over(form, refused)
        else:
            messages.success(request, _("Đã mở rà soát; xã nhận việc kèm thời hạn."))
            return redirect("dossier:overview", pk=act.dossier.pk)
    note = _(
        "Số liệu được công nhận gần nhất được điền sẵn để xã cập nhật. Kết quả không tự làm mất danh hiệu."
    )
    return _page(request, form, refusals, heading=_("Mở rà soát danh hiệu"), note=note, held=held)


@with_title
@require_http_methods(["GET", "POST"])
def open_revocation(request: ActorRequest, held: Title) -> HttpResponse:
    """Open a case of revocation on the title's latest confirmed review."""
    require(may_begin(request.actor, held, PROPOSING_OFFICER))
    review = Review.objects.filter(title=held, meets__isnull=False).select_related("dossier", "title").first()
    rule = revocation_procedure(in_district=lies_in_a_district(held)).revocation_rule
    context = {
        "held": held,
        "heading": _("Lập hồ sơ thu hồi"),
        "note": _(
            "Báo cáo đánh giá được công khai lấy ý kiến nhân dân; Mặt trận Tổ quốc xã nhận việc cho ý kiến. Danh hiệu "
            "vẫn có hiệu lực cho đến khi Chủ tịch UBND tỉnh ký quyết định."
        ),
        "assessment": assessment_of(review, rule) if review else None,
        "rule": rule,
        "review": review,
        "tone": "danger",
    }
    form = OpenRevocationForm(request.POST or None, request.FILES or None)
    refusals: list[Any] = []
    if request.method == "POST" and review is not None and _is_complete(form, request):
        act = OpenRevocation(actor=request.actor, review=review, **form.inputs())
        try:
            act.perform()
        except ActRefused as refused:
            refusals = _left_over(form, refused)
        else:
            messages.success(request, _("Đã lập hồ sơ thu hồi và ghi việc công khai."))
            return redirect("dossier:overview", pk=act.dossier.pk)
    return _page(request, form, refusals, **context)
