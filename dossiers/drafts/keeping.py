"""Keeping what people type, and forgetting it when it was sent or has lain too long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.urls import Resolver404, resolve
from django.utils import timezone

from dossiers.organisations.models import User
from storage.text import keepable

from .models import FormDraft

KEPT_FOR = timedelta(days=30)
#: Of one person; the oldest give way.
MOST_DRAFTS = 100
MOST_FIELDS = 3000
NAME_MAX_CHARS = 200

Field = tuple[str, str, bool]


def keep(user: User, page: str, form: str, fields: list[Field]) -> datetime:
    """Put this in place of what was kept of the form; return when."""
    now = timezone.now()
    FormDraft.objects.update_or_create(
        user=user, page=page, form=form, defaults={"fields": fields, "saved_at": now}
    )
    too_many = drafts_of(user).order_by("-saved_at").values("pk")[MOST_DRAFTS:]
    FormDraft.objects.filter(pk__in=list(too_many.values_list("pk", flat=True))).delete()
    return now


def unsaved_contents(user: User, dossier_page: str) -> list[FormDraft]:
    """Return a person's latest draft of each page below a dossier's but for those of acts, the oldest first. One query.

    What they hold is not in the dossier, and does not go with it when it is submitted.
    """
    below = drafts_of(user).filter(page__startswith=dossier_page).exclude(page__contains="/viec/")
    latest = below.order_by("page", "-saved_at").distinct("page").defer("fields")
    return sorted(latest, key=lambda draft: draft.saved_at)


def drafts_of(user: User) -> QuerySet[FormDraft]:
    return FormDraft.objects.filter(user=user)


def forget(user: User, page: str, form: str) -> None:
    """Forget a form's draft, if there is one."""
    drafts_of(user).filter(page=page, form=form).delete()


def forget_old(now: datetime) -> int:
    """Forget the drafts that nobody touched for so long; return how many."""
    return FormDraft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()[0]


def read_page(given: Any) -> str:
    """Return the path and query of a page of ours. Raises ValueError for anything else."""
    page = _text(given, FormDraft._meta.get_field("page").max_length)
    address = urlsplit(page)
    try:
        resolve(address.path)
    except Resolver404 as error:
        raise ValueError(page) from error
    if address.scheme or address.netloc:
        raise ValueError(page)
    return page


def read_form(given: Any) -> str:
    """Return a form's key. Raises ValueError for anything else."""
    return _text(given, FormDraft._meta.get_field("form").max_length)


def read_fields(given: Any) -> list[Field]:
    """Return the fields of a form as they were typed. Raises ValueError for anything else."""
    if not isinstance(given, list) or len(given) > MOST_FIELDS:
        raise ValueError("fields")
    fields = []
    for one in given:
        name, value, checked = one
        if not isinstance(value, str) or not isinstance(checked, bool):
            raise ValueError(name)
        fields.append((_text(name, NAME_MAX_CHARS), keepable(value), checked))
    return fields


def _text(given: Any, most: int | None) -> str:
    if not isinstance(given, str) or not given or len(given) > (most or 0) or keepable(given) != given:
        raise ValueError(given)
    return given
