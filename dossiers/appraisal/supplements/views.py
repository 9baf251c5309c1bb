"""Pages of supplements: everything asked and answered, and the page from which the chair sends an answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dossiers.acts import ActRefused, NotPermitted, Refusal
from dossiers.dossier.models import Dossier
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from storage.text import keepable

from .answers import AnswerInput, SendAnswer, WriteAnswers, digest_of, unanswered
from .forms import AnswerForm
from .selectors import RequestLine, has_sealed_requests, is_awaited, request_lines
from .sharing import elsewhere
from .snapshots import snapshots


@with_dossier
@require_http_methods(["GET", "POST"])
def supplements(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What departments asked and the commune answered, as far as it is open to the reader. POST saves texts."""
    typed: dict[int, str] = {}
    refusals: list[Refusal] = []
    if request.method == "POST":
        require_authority(WriteAnswers, request, dossier)
        lines = request_lines(request.actor, dossier, only=_number(request.POST.get("request", "")))
        typed, rows = _typed(request, lines)
        refusals = _write(request, dossier, lines, rows)
        if not refusals:
            return redirect(f"{request.path}#yeu-cau-{lines[0].request.pk}")
    lines = request_lines(request.actor, dossier)
    for one in (one for line in lines for one in line.items):
        one.typed = typed.get(one.item.pk)
    return render(
        request,
        "appraisal/supplements/supplements.html",
        {
            "dossier": dossier,
            "active_tab": "appraisal",
            "lines": lines,
            "has_sealed": has_sealed_requests(dossier, lines),
            "refusals": refusals,
            "may_write": WriteAnswers.is_open_to(request.actor, dossier),
            "may_send": SendAnswer.is_open_to(request.actor, dossier),
            "is_awaited": is_awaited(dossier),
            "pages": open_pages(request, dossier),
        },
        status=409 if refusals else 200,
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _typed(request: ActorRequest, lines: list[RequestLine]) -> tuple[dict[int, str], list[AnswerInput]]:
    """Return what was typed by item, and of it what differs from what is stored."""
    typed: dict[int, str] = {}
    rows = []
    for item in (line.item for one in lines for line in one.items):
        if f"i{item.pk}-answer" not in request.POST:
            continue
        typed[item.pk] = keepable(request.POST[f"i{item.pk}-answer"]).strip()
        if typed[item.pk] != item.answer:
            revision = _number(request.POST.get(f"i{item.pk}-revision", ""))
            rows.append(AnswerInput(item.pk, typed[item.pk], revision))
    return typed, rows


def _write(
    request: ActorRequest, dossier: Dossier, lines: list[RequestLine], rows: list[AnswerInput]
) -> list[Refusal]:
    if not lines:
        return [Refusal("unknown", _("Không có yêu cầu bổ sung này trong hồ sơ."))]
    if not rows:
        messages.info(request, _("Không có gì thay đổi."))
        return []
    try:
        WriteAnswers(actor=request.actor, dossier=dossier, request=lines[0].request.pk, rows=rows).perform()
    except NotPermitted:
        raise Http404 from None
    except ActRefused as refused:
        return refused.reasons
    messages.success(
        request,
        _(
            "Đã lưu phần trả lời. Câu trả lời, số liệu và tệp đã sửa chỉ xã xem được cho đến khi Chủ tịch gửi."
        ),
    )
    return []


@with_dossier
@require_http_methods(["GET", "POST"])
def send_answer(request: ActorRequest, dossier: Dossier, request_id: int) -> HttpResponse:
    """What the chair sends, as it stands, with what still lacks; and sending it."""
    require_authority(SendAnswer, request, dossier)
    found = request_lines(request.actor, dossier, only=request_id)
    if not found:
        raise Http404
    (line,) = found
    items = [one.item for one in line.items]
    shared = elsewhere(items) if line.is_answerable else []
    refusals: list[Any] = []
    form: AnswerForm | None = None
    if request.method == "POST":
        form = AnswerForm(request.POST, dossier=dossier, shared=shared)
        if form.is_valid():
            act = SendAnswer(
                actor=request.actor,
                dossier=dossier,
                request=request_id,
                expected_revision=form.cleaned_data["revision"],
                **form.inputs(),
            )
            try:
                act.perform()
            except NotPermitted:
                raise Http404 from None
            except ActRefused as refused:
                refusals = form.show_refusal(refused)
            else:
                messages.success(
                    request, _("Đã gửi trả lời đến %(agency)s.") % {"agency": act.opinion.department}
                )
                return redirect("appraisal:supplements", pk=dossier.pk)
    now = snapshots([item.result for item in items], unsent=True)
    seen = {"revision": dossier.revision, "seen": digest_of(items, now)}
    if form is None:
        form = AnswerForm(initial=seen, dossier=dossier, shared=shared)
    elif any(reason.code == "stale" for reason in refusals):
        form.take_over(seen)
    context = {
        "dossier": dossier,
        "active_tab": "appraisal",
        "line": line,
        "form": form,
        "refusals": refusals,
        "lacking": unanswered(dossier, items, now) if line.is_answerable and not refusals else [],
        "basis": SendAnswer.basis_under(dossier.procedure),
        "pages": open_pages(request, dossier),
    }
    return render(
        request,
        "appraisal/supplements/send.html",
        context,
        status=409 if request.method == "POST" else 200,
    )
