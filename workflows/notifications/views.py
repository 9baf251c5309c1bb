"""The page of what one was told, the way from a reminder to its dossier, and whether one gets the daily mail."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers.policies import Actor
from dossiers.policies.access import ActorRequest, actor_required
from dossiers.policies.middleware import choose

from .forms import MailPreferenceForm
from .models import MailPreference, Reminder
from .selectors import Standing, reminders_of, unread_of
from .words import lines_of

PAGE = 25


@actor_required
@require_safe
def reminders(request: ActorRequest) -> HttpResponse:
    """What the person was told, newest first."""
    mine = reminders_of(_standing(request))
    found = mine.select_related("appointment__agency", "appointment__user")
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    preference = MailPreference.objects.filter(person=request.actor.user).first()
    context = {
        "page": page,
        "lines": lines_of(cast("QuerySet[Reminder]", page.object_list)),
        "form": MailPreferenceForm(instance=preference),
        "mail_is_on": settings.MAIL_IS_ON,
        "digest_at": settings.MAIL_DIGEST_AT,
    }
    return render(request, "notifications/list.html", context)


@actor_required
@require_safe
def open_reminder(request: ActorRequest, reminder_id: int) -> HttpResponse:
    """Go to the dossier that a reminder is about, in the appointment that it is for, and count it as read."""
    found = reminders_of(_standing(request)).select_related("appointment", "substitution")
    reminder = get_object_or_404(found, pk=reminder_id)
    unread_of(_standing(request)).filter(pk=reminder.pk).update(settled_at=timezone.now())
    choose(request, Actor(request.actor.user, reminder.appointment, reminder.substitution))
    return redirect("dossier:overview", pk=reminder.dossier_id)


@actor_required
@require_POST
def mark_read(request: ActorRequest) -> HttpResponse:
    """Count everything as read."""
    unread_of(_standing(request)).update(settled_at=timezone.now())
    return redirect("notifications:list")


@actor_required
@require_POST
def choose_mail(request: ActorRequest) -> HttpResponse:
    """Keep whether the person wants the daily mail, and in which language."""
    form = MailPreferenceForm(request.POST, instance=MailPreference(person=request.actor.user))
    if form.is_valid():
        form.save()
        messages.success(request, _("Đã lưu lựa chọn về thư."))
    else:
        messages.error(request, _("Chưa lưu được lựa chọn về thư; xin chọn lại."))
    return redirect("notifications:list")


def _standing(request: ActorRequest) -> Standing:
    return Standing(request.appointments, request.substitutions)  # type: ignore[attr-defined]
