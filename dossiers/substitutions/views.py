"""The page «Ủy quyền, thay thế» of an agency: who stands in for whom; name a substitute, revoke one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.acts import ActRefused, NotPermitted, Refusal
from dossiers.policies.access import ActorRequest, actor_required
from storage.documents import link
from storage.errors import StorageError
from storage.text import keepable

from .acts import NameSubstitute, RevokeSubstitute, may_decide_for
from .forms import RevocationForm, SubstitutionForm
from .selectors import appointments_to_decide_for, lines_of, of_agency

PAGE = 25


@actor_required
@require_http_methods(["GET", "POST"])
def substitutions(request: ActorRequest) -> HttpResponse:
    """What the agency has arranged; who may decide for somebody gets the form."""
    if request.method == "GET":
        return _page(request)
    if not appointments_to_decide_for(request.actor).exists():
        raise Http404
    form = SubstitutionForm(request.POST, request.FILES, actor=request.actor)
    is_valid = form.is_valid()
    if not (form.take_in(request.actor) and is_valid):
        return _page(request, form=form)
    act = NameSubstitute(actor=request.actor, **form.inputs())
    try:
        act.perform()
    except NotPermitted:
        raise Http404 from None
    except ActRefused as refused:
        return _page(request, form=form, refusals=form.show_refusal(refused))
    messages.success(
        request, _("Đã giao %(name)s làm thay.") % {"name": act.substitution.substitute.get_full_name()}
    )
    return redirect("substitutions:list")


@actor_required
@require_POST
def revoke(request: ActorRequest, substitution_id: int) -> HttpResponse:
    """End a substitution at once, for a reason."""
    substitution = get_object_or_404(of_agency(request.actor), pk=substitution_id)
    if not may_decide_for(request.actor, substitution.absent):
        raise Http404
    reason = keepable(request.POST.get("reason", ""))
    try:
        RevokeSubstitute(actor=request.actor, substitution=substitution, reason=reason).perform()
    except ActRefused as refused:
        return _page(request, refused_id=substitution.pk, reasons=refused.reasons, reason=reason)
    messages.success(request, _("Đã thu hồi; người thay không làm thay được nữa từ lúc này."))
    return redirect("substitutions:list")


@actor_required
@require_safe
def open_paper(request: ActorRequest, substitution_id: int) -> HttpResponse:
    """Send a person of the agency on to a short-lived link of the paper; a closed file says why it is."""
    substitution = get_object_or_404(of_agency(request.actor), pk=substitution_id)
    if substitution.paper is None:
        raise Http404
    try:
        answer: HttpResponse = redirect(link(substitution.paper))
    except StorageError as reason:
        messages.error(request, f"{substitution.paper.name}: {reason}")
        answer = redirect("substitutions:list")
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _page(
    request: ActorRequest,
    *,
    form: SubstitutionForm | None = None,
    refusals: list[Refusal] | None = None,
    refused_id: int = 0,
    reasons: list[Refusal] | None = None,
    reason: str = "",
) -> HttpResponse:
    """Show the agency's substitutions; ``reasons`` are why ``refused_id`` was not revoked."""
    actor = request.actor
    page = Paginator(of_agency(actor), PAGE).get_page(request.GET.get("trang"))

    def revocation(pk: int) -> RevocationForm:
        return RevocationForm(
            auto_id=f"id_{pk}_%s",
            use_required_attribute=False,
            initial={"reason": reason} if pk == refused_id else {},
        )

    may_name = appointments_to_decide_for(actor).exists()
    context: dict[str, Any] = {
        "page": page,
        "rows": [
            (line, revocation(line.substitution.pk), reasons if line.substitution.pk == refused_id else [])
            for line in lines_of(actor, page.object_list)  # type: ignore[arg-type]
        ],
        "form": form or (SubstitutionForm(actor=actor) if may_name else None),
        "refusals": refusals or [],
        "basis": NameSubstitute.basis,
    }
    is_refused = form is not None or reasons
    return render(request, "substitutions/list.html", context, status=409 if is_refused else 200)
