"""The page of an act: what has to be read before, what stands against it, its form, and what came of sending it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dossiers.acts import ActRefused, NotPermitted, Refusal
from dossiers.acts.pages import ActForm, ActPage, PreviewedForm, get_page
from dossiers.acts.readiness import unmet_before
from dossiers.acts.recommendations import recommendation_for
from dossiers.acts.standing import standing_of
from dossiers.drafts.keeping import unsaved_contents
from dossiers.drafts.models import FormDraft
from dossiers.gates import standings
from dossiers.policies import Actor
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from dossiers.policies.middleware import actor_named
from dossiers.policies.visibility import visible_dossiers
from dossiers.procedures import get_procedure

from .models import Dossier
from .selectors import earlier_return, open_notice
from .signers import exception_in_words


@dataclass
class Attempt:
    """What came of a form that was sent: the act was done, or what stands against it, or its outcome beforehand.

    ``dossier`` is as it was read last, under the lock where the act was refused there.
    """

    form: ActForm
    dossier: Dossier
    is_done: bool = False
    refusals: list[Refusal] = field(default_factory=list)
    preview: dict[str, Any] | None = None

    @property
    def is_of_another_time(self) -> bool:
        """Whether what the person read has changed meanwhile."""
        return any(reason.code == "stale" for reason in self.refusals)


@with_dossier
@require_http_methods(["GET", "POST"])
def perform_act(request: ActorRequest, dossier: Dossier, slug: str) -> HttpResponse:
    """Show the page of an act with what has to be read before, and do it.

    An act that locks what it computes shows the outcome first, and is done when the form is sent again. What was typed
    is kept when the act is refused. When what the person read has changed meanwhile, the page shows how it is now, and
    only then can the form be sent again.
    """
    try:
        page = get_page(slug)
    except KeyError:
        raise Http404 from None
    if request.method == "POST":
        # As whom the form was filled in, whatever another tab has chosen since.
        request.actor = actor_named(request, request.POST.get("acting_as", "")) or request.actor
    require_authority(page.act, request, dossier)
    attempt = _attempt(request, page, dossier) if request.method == "POST" else None
    if attempt is None:
        return render(request, "dossier/act.html", _context(page, request.actor, dossier, None))
    if attempt.is_done:
        messages.success(request, _("Đã xong: %(act)s.") % {"act": page.act.label})
        return _after(request, dossier)
    context = _context(page, request.actor, attempt.dossier, attempt)
    return render(request, "dossier/act.html", context, status=409 if attempt.preview is None else 200)


def _attempt(request: ActorRequest, page: ActPage, dossier: Dossier) -> Attempt:
    """Do the act as the form says. Raises Http404 when the actor may not."""
    form = page.form(request.POST, request.FILES, dossier=dossier, actor=request.actor)
    is_valid = form.is_valid()
    if not (form.take_in(request.actor) and is_valid):
        return Attempt(form, dossier)
    revision = form.cleaned_data["revision"]
    act = page.act(actor=request.actor, dossier=dossier, expected_revision=revision, **form.inputs())
    try:
        if isinstance(form, PreviewedForm) and not act.all_refusals():
            preview = form.preview()
            if preview is not None:
                return Attempt(form, dossier, preview=preview)
        act.perform()
    except NotPermitted:
        raise Http404 from None
    except ActRefused as refused:
        return Attempt(form, act.dossier, refusals=form.show_refusal(refused))
    return Attempt(form, act.dossier, is_done=True)


def _context(page: ActPage, actor: Actor, dossier: Dossier, attempt: Attempt | None) -> dict[str, Any]:
    """Return what the page shows, before anything was sent or after an attempt."""
    standing = standing_of(page.act, actor, dossier, timezone.localdate())
    is_lawful = page.act.is_lawful_for(dossier)
    unmet: list[Refusal] = []
    if is_lawful and not (standing.refusals or (attempt and (attempt.refusals or attempt.preview))):
        unmet = _unmet(page, actor, dossier, was_sent=attempt is not None)
    shown = page.summary.read(actor, dossier) if page.summary and is_lawful else {}
    seen = {"revision": dossier.revision, **shown.get("seen", {})}
    refusals: list[Refusal] = []
    if attempt is not None:
        form, refusals = attempt.form, attempt.refusals
        if shown and attempt.is_of_another_time:
            form.take_over(seen)
    else:
        # What nobody can fill in now is not built either.
        form_class = ActForm if unmet or standing.refusals or not is_lawful else page.form
        form = form_class(initial={**shown.get("initial", {}), **seen}, dossier=dossier, actor=actor)
        if not is_lawful:
            refusals = [dossier.wrong_state_refusal(page.act.label)]
        elif standing.refusals:
            refusals, is_lawful = list(standing.refusals), False
    own = {
        **(recommendation_for(page.act, dossier) if is_lawful else {}),
        **(_returned(dossier) if is_lawful and page.tone == "primary" else {}),
        "unsaved": _unsaved(actor, dossier) if is_lawful and page.act.transition else [],
        "dossier": dossier,
        "page": page,
        "basis": page.act.basis_under(dossier.procedure),
        "form": form,
        "refusals": refusals,
        "active_tab": "overview",
        "lawful": is_lawful,
        # What was typed stays on the page, also when it cannot be done any more.
        "offered": is_lawful and (form.is_bound or not unmet),
        "before": unmet,
        "ahead": _ahead(page, dossier) if is_lawful else [],
        "exception": exception_in_words(standing.exception),
        "waiting": page.act.waiting(actor, dossier) if is_lawful else None,
    }
    # What the summary of an act and its preview call something, the page itself may not call otherwise.
    of_act = {**shown, **((attempt.preview if attempt else None) or {})}
    assert own.keys().isdisjoint(of_act), own.keys() & of_act.keys()
    return {**of_act, **own}


def _returned(dossier: Dossier) -> dict[str, Any]:
    """Return why the dossier was sent back, or was before it came again: whoever goes on reads it first."""
    return {"notice": open_notice(dossier), "earlier_return": earlier_return(dossier)}


def _unsaved(actor: Actor, dossier: Dossier) -> list[FormDraft]:
    return unsaved_contents(actor.user, reverse("dossier:overview", args=[dossier.pk]))


def _after(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """Lead on from an act that was done."""
    if not visible_dossiers(request.actor).filter(pk=dossier.pk).exists():
        return redirect("transfers:handled", pk=dossier.pk)  # it has moved to another province
    return redirect("dossier:overview", pk=dossier.pk)


def _unmet(page: ActPage, actor: Actor, dossier: Dossier, *, was_sent: bool) -> list[Refusal]:
    """Return what stands against the act whatever is typed; of a form that was sent the act itself has said it."""
    if found := unmet_before(page.act, actor, dossier):
        return found
    if was_sent or page.act.is_open_to(actor, dossier):
        return []
    message = _("Hiện hồ sơ này không có gì phải làm ở việc «%(act)s».")
    return [Refusal("not_open", message % {"act": page.act.label})]


def _ahead(page: ActPage, dossier: Dossier) -> list[Refusal]:
    """Return what the gates of a later act lack that people should know of before they do this one."""
    rules = [rule for rule in get_procedure(dossier.procedure).gates if rule.code in page.foresees]
    return [refusal for one in standings(dossier, rules) for refusal in one.answer.refusals]
