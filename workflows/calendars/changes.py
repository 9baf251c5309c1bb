"""Changing the calendar of working days, by the administrator only; the open deadlines move with it.

A change is one transaction: the row, the due dates it moves, and one entry in the ledger that tells both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts import ActRefused, NotPermitted, Refusal, busy_when_locked
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit, Role
from dossiers.policies import Actor
from storage import ledger

from ..deadlines import reckon
from ..models import CalendarDay, WorkItem
from .working_days import STREAM, lock_calendar, read_calendars

SET = "calendar.set_day"
UNSET = "calendar.unset_day"


def set_day(
    *, actor: Actor, day: date, works: bool, name: str, source: str, province: AdministrativeUnit | None
) -> CalendarDay:
    """Make a day a working day or a day off, in the actor's province or (None) the whole country.

    Raises NotPermitted, and ActRefused when something is missing or the table has a word on that day already.
    """
    _require_keeper(actor, province)
    name, source = name.strip(), source.strip()
    missing = [
        Refusal(field, message, field=field)
        for field, value, message in (
            ("name", name, _("Xin ghi tên ngày.")),
            ("source", source, _("Xin ghi văn bản làm căn cứ.")),
        )
        if not value
    ]
    if missing:
        raise ActRefused(*missing)
    row = CalendarDay(date=day, works=works, name=name, source=source, province=province)
    return record_day(row, actor=actor.stamp())


def record_day(row: CalendarDay, *, actor: ledger.ActorStamp) -> CalendarDay:
    """Save a new row of the table for whoever may. Raises ActRefused when there is one for that day and place."""

    def write() -> None:
        if CalendarDay.objects.filter(date=row.date, province=row.province).exists():
            message = _("Ngày này đã có trong bảng; xin bỏ dòng cũ trước khi ghi lại.")
            raise ActRefused(Refusal("exists", message, field="day"))
        row.save()

    _change(SET, row, write, actor=actor)
    return row


def unset_day(*, actor: Actor, row: CalendarDay, reason: str) -> None:
    """Take a day out of the table, so that it is again what the law makes it. Raises NotPermitted, ActRefused."""
    _require_keeper(actor, row.province)
    reason = reason.strip()
    if not reason:
        raise ActRefused(Refusal("reason", _("Xin nêu lý do bỏ ngày này."), field="reason"))

    def write() -> None:
        removed, _by_model = CalendarDay.objects.filter(pk=row.pk).delete()
        if not removed:
            raise ActRefused(Refusal("gone", _("Ngày này đã được bỏ khỏi bảng.")))

    _change(UNSET, row, write, actor=actor.stamp(), reason=reason)


def _require_keeper(actor: Actor, province: AdministrativeUnit | None) -> None:
    if actor.role is not Role.ADMINISTRATOR or (province is not None and province != actor.unit):
        raise NotPermitted(Refusal("role", _("Chỉ người quản trị hệ thống của tỉnh sửa lịch làm việc.")))


def _change(
    act: str, row: CalendarDay, write: Callable[[], None], *, actor: ledger.ActorStamp, reason: str = ""
) -> None:
    with busy_when_locked(), transaction.atomic():
        # In the order of acts: dossiers, then the calendar. Acts on these dossiers wait, and no other holds both.
        touched = _touched(row).order_by().values("dossier")
        list(Dossier.objects.filter(pk__in=touched).order_by("pk").select_for_update().values_list("pk"))
        lock_calendar()
        write()
        moved = _move_deadlines(row)
        ledger.append(
            stream=STREAM,
            act=act,
            actor=actor,
            subject={"date": row.date.isoformat(), "province": row.province.code if row.province else ""},
            payload={
                "works": row.works,
                "name": row.name,
                "source": row.source,
                "reason": reason,
                "deadlines": [
                    {
                        "work_item": item.pk,
                        "dossier": item.dossier_id,
                        "before": before.isoformat(),
                        "after": after.isoformat(),
                    }
                    for item, before, after in moved
                ],
            },
            at=timezone.now(),
            is_serialised=True,
        )


def _touched(row: CalendarDay) -> models.QuerySet[WorkItem]:
    """Return the open work items within whose period the day lies."""
    next_midnight = timezone.make_aware(datetime.combine(row.date + timedelta(days=1), time.min))
    items = WorkItem.objects.filter(closed_at__isnull=True, opened_at__lt=next_midnight, due_on__gte=row.date)
    return items.filter(dossier__province=row.province) if row.province else items


def _move_deadlines(row: CalendarDay) -> list[tuple[WorkItem, date, date]]:
    """Reckon the open due dates anew; return the items whose date moved, with the day before and after."""
    calendars = read_calendars()
    moved = []
    for item in _touched(row).select_related("dossier").prefetch_related("stops").order_by("pk"):
        before, after = item.due_on, reckon(item, calendars.of(item.dossier.province_id))
        if before is not None and after != before:
            item.due_on = after
            moved.append((item, before, after))
    WorkItem.objects.bulk_update([item for item, _before, _after in moved], ["due_on"], batch_size=500)
    return moved
