"""Reading work: the inbox, who has a dossier now, and the boards. Fixed numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.policies.visibility import visible_dossiers

from .clocks import working_days_between
from .models import WorkItem

#: Besides the role named on a work item, who of the same agency prepares it.
HELPERS = {
    Role.COMMUNE_OFFICIAL: Role.COMMUNE_CHAIR,
    Role.DEPARTMENT_OFFICER: Role.DEPARTMENT_HEAD,
}


@dataclass(frozen=True)
class Due:
    """A deadline in words. ``tone`` is calm, soon or late; ``arithmetic`` shows how it was reckoned."""

    text: str
    tone: str
    arithmetic: str


def due_in_words(item: WorkItem, today: date | None = None) -> Due:
    """Tell how long a work item has left, in working days."""
    if item.due_on is None:
        return Due(_("Không có hạn"), "calm", "")
    today = today or timezone.localdate()
    left = working_days_between(today, item.due_on)
    shown = f"{item.due_on.day}/{item.due_on.month}/{item.due_on.year}"
    opened = timezone.localdate(item.opened_at)
    unit = _("ngày làm việc") if item.day_unit == "working" else _("ngày")
    arithmetic = _("%(days)s %(unit)s kể từ %(start)s; hạn chưa đối chiếu công báo") % {
        "days": item.days,
        "unit": unit,
        "start": f"{opened.day}/{opened.month}/{opened.year}",
    }
    if item.due_on < today:
        late = max(1, -left)
        return Due(
            _("Quá hạn %(n)s ngày làm việc (hạn %(day)s)") % {"n": late, "day": shown}, "late", arithmetic
        )
    if item.due_on == today:
        return Due(_("Hôm nay là hạn"), "soon", arithmetic)
    text = _("Còn %(n)s ngày làm việc (hạn %(day)s)") % {"n": left, "day": shown}
    return Due(text, "soon" if left <= 3 else "calm", arithmetic)


def inbox(actor: Actor) -> QuerySet[WorkItem]:
    """Return the open work of the actor's agency that the actor's role does or prepares, most urgent first."""
    roles = {actor.role, HELPERS.get(actor.role, actor.role)}
    return (
        WorkItem.objects.filter(agency=actor.agency, role__in=roles, closed_at__isnull=True)
        .select_related("dossier__commune__parent", "dossier__criteria_set", "agency")
        .order_by("due_on", "opened_at", "pk")
    )


def open_work_of(dossier: Dossier) -> QuerySet[WorkItem]:
    """Return who has the dossier now."""
    return (
        WorkItem.objects.filter(dossier=dossier, closed_at__isnull=True)
        .select_related("agency")
        .order_by("agency__name")
    )


@dataclass
class BoardRow:
    """One dossier on the coordination board with the open work of every agency."""

    dossier: Dossier
    items: list[tuple[WorkItem, Due]]


def board(actor: Actor) -> list[BoardRow]:
    """Return the dossiers the actor may see with their open work, those with the earliest deadline first."""
    items = (
        WorkItem.objects.filter(closed_at__isnull=True, dossier__in=visible_dossiers(actor))
        .select_related("dossier__commune__parent", "agency")
        .order_by("due_on", "agency__short_name")
    )
    rows: dict[int, BoardRow] = {}
    for item in items:
        rows.setdefault(item.dossier_id, BoardRow(item.dossier, [])).items.append((item, due_in_words(item)))
    return list(rows.values())
