"""Reading work: the inbox, who has a dossier now, and the boards. Fixed numbers of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.appraisal.selectors import concluded_by_dossier
from dossiers.dossier.models import Dossier, ReturnNotice, State
from dossiers.organisations.models import AdministrativeUnit, Level, Role
from dossiers.policies import Actor
from dossiers.policies.visibility import DEPARTMENTS, visible_dossiers
from dossiers.procedures import DayUnit, get_procedure

from .calendars.working_days import Calendar, current_calendars
from .clocks import working_days_between
from .deadlines import days_stopped, running_stop
from .models import WorkItem

#: Besides the role named on a work item, who of the same agency prepares it.
HELPERS = {
    Role.COMMUNE_OFFICIAL: Role.COMMUNE_CHAIR,
    Role.DEPARTMENT_OFFICER: Role.DEPARTMENT_HEAD,
}


def roles_helped_by(role: Role) -> set[Role]:
    """Return the roles named on the work items that people of this role do or prepare."""
    return {role, HELPERS.get(role, role)}


@dataclass(frozen=True)
class Due:
    """A deadline in words. ``tone`` is calm, soon or late; ``arithmetic`` shows how it was reckoned."""

    text: str
    tone: str
    arithmetic: str


def due_in_words(
    item: WorkItem, calendar: Calendar, today: date | None = None, *, to_parties: bool = False
) -> Due:
    """Tell how long a work item with its dossier, task and stops has left, in working days. No query.

    Why a department gave more time for an answer is sealed with its request: it is told only ``to_parties``, those
    who read the request.
    """
    if item.due_on is None:
        return Due(_("Không có hạn"), "calm", "")
    today = today or timezone.localdate()
    left = working_days_between(today, item.due_on, calendar)
    shown = day_in_words(item.due_on)
    arithmetic = _arithmetic(item, calendar, to_parties=to_parties)
    if stopped := running_stop(item):
        since = day_in_words(timezone.localdate(stopped.stopped_at))
        text = _("Tạm dừng từ %(day)s: %(reason)s") % {"day": since, "reason": stopped.reason}
        return Due(text, "paused", arithmetic)
    if item.due_on < today:
        late = max(1, -left)
        return Due(
            _("Quá hạn %(n)s ngày làm việc (hạn %(day)s)") % {"n": late, "day": shown}, "late", arithmetic
        )
    if item.due_on == today:
        return Due(_("Hôm nay là hạn"), "soon", arithmetic)
    text = _("Còn %(n)s ngày làm việc (hạn %(day)s)") % {"n": left, "day": shown}
    return Due(text, "soon" if left <= 3 else "calm", arithmetic)


def _arithmetic(item: WorkItem, calendar: Calendar, *, to_parties: bool) -> str:
    """Show how the due date was reckoned and from which source, line by line."""
    assert item.due_on is not None
    sum_of_days = _(
        "%(days)s %(unit)s kể từ %(start)s, dừng %(stopped)s, gia hạn %(extended)s, hạn %(due)s"
    ) % {
        "days": item.days,
        "unit": _("ngày làm việc") if item.day_unit == DayUnit.WORKING else _("ngày"),
        "start": day_in_words(timezone.localdate(item.opened_at)),
        "stopped": days_stopped(item, calendar),
        "extended": item.extended_days,
        "due": day_in_words(item.due_on),
    }
    lines = [sum_of_days]
    duration = get_procedure(item.dossier.procedure).steps.get(item.node)
    if duration and duration.verified:
        lines.append(_("Căn cứ: %(source)s (đã đối chiếu công báo)") % {"source": duration.source})
    elif duration:
        lines.append(_("Căn cứ: %(source)s (thời hạn chưa đối chiếu công báo)") % {"source": duration.source})
    if item.extension_reason and (to_parties or item.asked_by is None):
        lines.append(_("Lý do gia hạn: %(reason)s") % {"reason": item.extension_reason})
    return "\n".join(lines)


def day_in_words(day: date) -> str:
    """Return a day as officials write it: 3/7/2023."""
    return f"{day.day}/{day.month}/{day.year}"


def inbox(actor: Actor) -> QuerySet[WorkItem]:
    """Return the open work of the actor's agency that the actor's role does or prepares, most urgent first."""
    return (
        WorkItem.objects.filter(
            agency=actor.agency, role__in=roles_helped_by(actor.role), closed_at__isnull=True
        )
        .select_related("dossier__commune__parent", "dossier__criteria_set", "agency")
        .select_related("taken_by", "taken_in__user", "task__department")
        .prefetch_related("stops")
        .annotate(was_returned=Exists(ReturnNotice.objects.filter(dossier=OuterRef("dossier"))))
        .order_by("due_on", "opened_at", "pk")
    )


class Share(models.TextChoices):
    """Which part of the agency's work an inbox shows."""

    AGENCY = "", gettext_lazy("Cả cơ quan")
    MINE = "cua-toi", gettext_lazy("Của tôi")
    FREE = "chua-nhan", gettext_lazy("Chưa ai nhận")


def share_of(actor: Actor, items: QuerySet[WorkItem], share: Share) -> QuerySet[WorkItem]:
    """Narrow an inbox to what the actor took (whoever stands in also sees what the absent person took), or nobody."""
    if share == Share.MINE:
        return items.filter(mine(actor))
    return items.filter(taken_by__isnull=True) if share == Share.FREE else items


def mine(actor: Actor) -> Q:
    """Return which work the actor, or whoever they stand in for, took."""
    return Q(taken_by=actor.user) | Q(taken_in=actor.appointment)


def counts_of_shares(actor: Actor, items: QuerySet[WorkItem]) -> list[tuple[Share, int]]:
    """Return how much work there is in each share of an inbox. One query."""
    counted = items.order_by().aggregate(
        all=Count("pk"),
        mine=Count("pk", filter=mine(actor)),
        free=Count("pk", filter=Q(taken_by__isnull=True)),
    )
    return [(Share.AGENCY, counted["all"]), (Share.MINE, counted["mine"]), (Share.FREE, counted["free"])]


def taken_in_words(item: WorkItem) -> str:
    """Say who took the work and since when; empty while nobody did."""
    if item.taken_by is None or item.taken_in is None or item.taken_at is None:
        return ""
    at = timezone.localtime(item.taken_at)
    name = item.taken_by.get_full_name()
    if item.taken_by_id != item.taken_in.user_id:
        absent = item.taken_in.user.get_full_name()
        name = _("%(name)s, thay %(absent)s,") % {"name": name, "absent": absent}
    return _("%(name)s đang xử lý từ %(at)s") % {
        "name": name,
        "at": f"{at:%H:%M} {day_in_words(at.date())}",
    }


@dataclass(frozen=True)
class InboxLine:
    """A work item as its owner reads it.

    ``standing`` says how far a department has come, or what came back and who asks for it; else it is empty.
    ``title`` names the step where the list has several works on the same dossier.
    """

    item: WorkItem
    due: Due
    standing: str = ""
    is_done: bool = False
    is_returned: bool = False
    title: str = ""

    @property
    def taken(self) -> str:
        """Who is at work on it since when, empty while nobody says so."""
        return taken_in_words(self.item)


def inbox_lines(actor: Actor, items: Collection[WorkItem]) -> list[InboxLine]:
    """Return work items of the actor's inbox with deadline and standing. At most two queries."""
    lines = _lines(actor, items)
    works = Counter(item.dossier_id for item in items)
    return [replace(one, title=one.item.title) if works[one.item.dossier_id] > 1 else one for one in lines]


def _lines(actor: Actor, items: Collection[WorkItem]) -> list[InboxLine]:
    calendars = current_calendars()
    dues = {
        item.pk: due_in_words(item, calendars.of(item.dossier.province_id), to_parties=True) for item in items
    }
    if actor.role not in DEPARTMENTS:
        return [_returned(item, dues[item.pk]) or InboxLine(item, dues[item.pk]) for item in items]
    concluded = concluded_by_dossier(actor.agency.pk, [item.dossier_id for item in items])
    lines = []
    for item in items:
        # Only the department's own branch is about its indicators; it may also have something to confirm.
        found, total = concluded.get(item.dossier_id, (0, 0)) if item.task.department_id else (0, 0)
        if running_stop(item):
            lines.append(InboxLine(item, dues[item.pk], _("Chờ xã bổ sung"), is_done=True))
            continue
        if not total:
            lines.append(InboxLine(item, dues[item.pk]))
            continue
        is_done = found >= total
        if is_done and actor.role is Role.DEPARTMENT_OFFICER:
            standing = _("Đã kết luận đủ, chờ lãnh đạo ký")
        elif is_done:
            standing = _("Đã kết luận đủ, chờ anh/chị ký")
        else:
            standing = _("đã kết luận %(found)s/%(total)s chỉ tiêu") % {"found": found, "total": total}
        lines.append(InboxLine(item, dues[item.pk], standing, is_done))
    return lines


def _returned(item: WorkItem, due: Due) -> InboxLine | None:
    """Tell what came back from what is new, and by whom a supplement is asked for."""
    if item.asked_by is not None:
        asked = _("%(agency)s yêu cầu bổ sung") % {"agency": item.asked_by.short_name}
        return InboxLine(item, due, asked, is_returned=True)
    back_again = (State.REVIEWING, State.REVOCATION_HEARING)
    if item.dossier.state in back_again and item.was_returned:  # type: ignore[attr-defined]
        return InboxLine(item, due, _("Bị trả lại, cần bổ sung"), is_returned=True)
    if item.dossier.state != State.DRAFTING or not item.was_returned:  # type: ignore[attr-defined]
        return None
    return InboxLine(item, due, _("Đề án bị trả lại, cần sửa"), is_returned=True)


def province_of(unit: AdministrativeUnit) -> AdministrativeUnit:
    """Return the province that a unit lies in, or the unit itself."""
    while unit.parent is not None:
        unit = unit.parent
    return unit


def what_dossiers_show(role: Role) -> str:
    """Say which dossiers a person of the role will find in lists, for when there is none."""
    if role is Role.ADMINISTRATOR:
        return _(
            "Người quản trị hệ thống không xem nội dung hồ sơ, nên danh sách này luôn trống. "
            "Ai cần xem hồ sơ phải được bổ nhiệm vào cơ quan xử lý hoặc giám sát."
        )
    if role is Role.FRONT_OFFICER:
        return _(
            "Trang này hiện hồ sơ của các xã thuộc địa bàn Mặt trận nơi anh/chị công tác, để xem và giám sát. "
            "Hiện chưa xã nào trong địa bàn đăng ký."
        )
    if role in DEPARTMENTS:
        return _(
            "Trang này hiện hồ sơ được giao cho cơ quan anh/chị thẩm định. Hiện chưa có hồ sơ nào được giao."
        )
    return _("Trang này hiện hồ sơ của các xã trong phạm vi của anh/chị. Hiện chưa xã nào đăng ký.")


def what_work_shows(actor: Actor) -> str:
    """Say what an empty inbox will show the actor."""
    role = actor.role
    if role is Role.ADMINISTRATOR:
        return _("Quy trình không giao việc trên hồ sơ cho người quản trị hệ thống.")
    if role is Role.FRONT_OFFICER:
        place = actor.unit if actor.unit.level == Level.DISTRICT else actor.unit.parent
        if place is not None and place.level == Level.DISTRICT:
            return _(
                "Quy trình giao Mặt trận Tổ quốc xã cho ý kiến bằng văn bản khi xã lấy ý kiến nhân dân; Mặt trận Tổ "
                "quốc cấp huyện cho ý kiến và khảo sát sự hài lòng khi huyện thẩm tra. Khi đến lượt, hồ sơ sẽ hiện ở "
                "đây; lúc khác anh/chị xem hồ sơ ở mục «Hồ sơ»."
            )
        return _(
            "Quy trình giao Mặt trận Tổ quốc xã cho ý kiến bằng văn bản khi xã lấy ý kiến nhân dân. Khi đến lượt, hồ "
            "sơ sẽ hiện ở đây; lúc khác anh/chị xem hồ sơ ở mục «Hồ sơ»."
        )
    if role is Role.INSPECTOR:
        return _("Quy trình không giao bước nào cho cơ quan giám sát; anh/chị xem hồ sơ ở mục «Hồ sơ».")
    return _("Khi có hồ sơ đến lượt cơ quan anh/chị xử lý, hồ sơ sẽ hiện ở đây kèm thời hạn.")


def open_work_of(dossier: Dossier) -> list[tuple[WorkItem, Due]]:
    """Return who has the dossier now, and until when. Three queries."""
    calendar = current_calendars().of(dossier.province_id)
    items = (
        WorkItem.objects.filter(dossier=dossier, closed_at__isnull=True)
        .select_related("agency", "taken_by", "taken_in__user", "task__department")
        .prefetch_related("stops")
        .order_by("agency__name")
    )
    open_items = []
    for item in items:
        item.dossier = dossier
        open_items.append((item, due_in_words(item, calendar)))
    return open_items


def supplement_dues(dossier: Dossier) -> dict[int, Due]:
    """Return until when the commune is to answer, by the department that waits for it. Three queries."""
    calendar = current_calendars().of(dossier.province_id)
    items = WorkItem.objects.filter(
        dossier=dossier, role=Role.COMMUNE_CHAIR, task__department__isnull=False, closed_at__isnull=True
    )
    dues = {}
    for item in items.select_related("task").prefetch_related("stops"):
        item.dossier = dossier
        dues[item.task.department_id] = due_in_words(item, calendar, to_parties=True)
    return dues


@dataclass
class BoardRow:
    """One dossier on the coordination board with the open work of every agency."""

    dossier: Dossier
    items: list[tuple[WorkItem, Due]]


def board(actor: Actor) -> list[BoardRow]:
    """Return the dossiers the actor may see with their open work, those with the earliest deadline first."""
    items = (
        WorkItem.objects.filter(closed_at__isnull=True, dossier__in=visible_dossiers(actor))
        .select_related("dossier__commune__parent", "dossier__criteria_set", "agency", "task__department")
        .prefetch_related("stops")
        .order_by("due_on", "agency__short_name")
    )
    calendars = current_calendars()
    rows: dict[int, BoardRow] = {}
    for item in items:
        due = due_in_words(item, calendars.of(item.dossier.province_id))
        rows.setdefault(item.dossier_id, BoardRow(item.dossier, [])).items.append((item, due))
    return list(rows.values())
