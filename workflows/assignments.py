"""Taking work of one's agency, giving it back, and handing it to a colleague.

Taking says who is at work; it forbids nothing (see the decision on people who are away).
"""

from __future__ import annotations

import functools
import operator
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, Refusal, register
from dossiers.acts.pages import ActForm, ActPage, register_page, textarea
from dossiers.dossier.models import FINAL_STATES, Dossier, State
from dossiers.organisations.models import Appointment, Role, User
from dossiers.organisations.models.appointments import HEADS
from dossiers.policies import Actor, AtCommune, AtDistrict, AtProvince, HasRole

from .models import WorkItem
from .selectors import HELPERS, roles_helped_by, taken_in_words

#: Whoever does or prepares a step, in any procedure.
DOERS = HasRole(
    Role.COMMUNE_OFFICIAL,
    Role.COMMUNE_CHAIR,
    Role.FRONT_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.DIVISION_HEAD,
    Role.DISTRICT_CHAIR,
    Role.DEPARTMENT_OFFICER,
    Role.DEPARTMENT_HEAD,
    Role.COORDINATION_OFFICER,
    Role.COUNCIL_SECRETARY,
    Role.PROVINCIAL_CHAIR,
)
IN_PLACE = AtCommune() | AtDistrict() | AtProvince()
#: At these agencies the procedure knows no head: colleagues hand work to one another.
HEADLESS = (Role.FRONT_OFFICER, Role.COORDINATION_OFFICER, Role.COUNCIL_SECRETARY)

#: Longer numbers are no keys of works.
MOST_DIGITS = 19


def own_work(actor: Actor, dossier: Dossier) -> list[WorkItem]:
    """Return the open works on the dossier that the actor's role at the actor's agency does or prepares. One query."""
    return list(_open_work(actor, dossier).filter(role__in=roles_helped_by(actor.role)))


def _open_work(actor: Actor, dossier: Dossier) -> QuerySet[WorkItem]:
    items = WorkItem.objects.filter(dossier=dossier, agency=actor.agency, closed_at__isnull=True)
    return items.select_related("taken_by", "taken_in__user", "agency", "task__department").order_by("pk")


class WorkAct(DossierAct):
    """An act on who of an agency is at work on a dossier. ``item`` is read under the dossier's lock.

    An agency may have several works on one dossier. ``work`` is the one that is meant; without it, the first to which
    the act applies.
    """

    authority = DOERS & IN_PLACE
    states = frozenset(set(State) - FINAL_STATES)
    is_of_any_scope = True
    item: WorkItem

    def __init__(self, *, work: int | None = None, **base: Any) -> None:
        super().__init__(**base)
        self.work = work

    @classmethod
    def works_of(cls, actor: Actor, dossier: Dossier) -> list[WorkItem]:
        """Return the open works that the act may be about."""
        return own_work(actor, dossier)

    @classmethod
    def applies_to(cls, actor: Actor, item: WorkItem) -> bool:
        """Say whether the act makes sense for this actor as the work stands."""
        return True

    @classmethod
    def choices(cls, actor: Actor, dossier: Dossier) -> list[WorkItem]:
        """Return the works to which the act applies."""
        return [one for one in cls.works_of(actor, dossier) if cls.applies_to(actor, one)]

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: the agency has open work on the dossier, and it stands so."""
        return super().is_open_to(actor, dossier) and bool(cls.choices(actor, dossier))

    def check(self) -> None:
        works = self.works_of(self.actor, self.dossier)
        if self.work is not None:
            works = [one for one in works if one.pk == self.work]
        # Where it applies to none, the refusal is about the first.
        works.sort(key=lambda one: not self.applies_to(self.actor, one))
        if works:
            self.item = works[0]
        super().check()

    def refusals(self) -> list[Refusal]:
        if not hasattr(self, "item"):
            message = _("Cơ quan anh/chị không còn việc đang chờ với hồ sơ này.")
            raise ActRefused(Refusal("no_work", message))
        return []

    def hand_to(self, user: User | None, appointment: Appointment | None) -> None:
        """Write who is at work now, and in which appointment; None when nobody is."""
        self.item.taken_by, self.item.taken_in = user, appointment
        self.item.taken_at = self.at if user else None
        self.item.save(update_fields=["taken_in", "taken_by", "taken_at"])

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), "work_item": self.item.pk, "step": self.item.node}


@register
class TakeWork(WorkAct):
    """Say that one is at work on it oneself. Of two at the same moment one is first, and the other is told who."""

    name = "work.take"
    label = gettext_lazy("Nhận việc")

    @classmethod
    def applies_to(cls, actor: Actor, item: WorkItem) -> bool:
        return item.taken_by_id is None

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if self.item.taken_by is not None:
            found.append(Refusal("taken", f"{taken_in_words(self.item)}."))
        return found

    def change(self) -> None:
        self.hand_to(self.actor.user, self.actor.appointment)


@register
class ReleaseWork(WorkAct):
    """Give back what one took, for whoever of the agency takes it next."""

    name = "work.release"
    label = gettext_lazy("Trả việc về cơ quan")

    @classmethod
    def applies_to(cls, actor: Actor, item: WorkItem) -> bool:
        return item.taken_by_id is not None and (
            actor.user.pk == item.taken_by_id or actor.appointment.pk == item.taken_in_id
        )

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.applies_to(self.actor, self.item):
            message = taken_in_words(self.item) or _("Chưa ai nhận việc này")
            found.append(Refusal("not_mine", f"{message}."))
        return found

    def change(self) -> None:
        self.hand_to(None, None)


@register
class ReassignWork(WorkAct):
    """The agency's head hands the work to a named colleague, for a reason; where there is no head, a colleague does."""

    name = "work.reassign"
    label = gettext_lazy("Giao việc cho người khác")
    authority = HasRole(*sorted(HEADS), *HEADLESS) & IN_PLACE

    def __init__(self, *, to: int, reason: str, **base: Any) -> None:
        super().__init__(**base)
        self.to, self.reason = to, reason.strip()
        self.receiver: Appointment | None = None

    @classmethod
    def works_of(cls, actor: Actor, dossier: Dossier) -> list[WorkItem]:
        return list(_open_work(actor, dossier))

    @classmethod
    def receivers(cls, item: WorkItem) -> QuerySet[Appointment]:
        """Return the current appointments at the agency that do or prepare the work."""
        doers = [item.role, *(helper for helper, main in HELPERS.items() if main == item.role)]
        current = Appointment.objects.current(timezone.localdate())
        return current.filter(agency=item.agency_id, role__in=doers).select_related("user").order_by("pk")

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        self.receiver = self.receivers(self.item).filter(pk=self.to).first()
        if self.receiver is None:
            message = _("Xin chọn người đang giữ nhiệm vụ này tại cơ quan.")
            found.append(Refusal("to", message, field="to"))
        elif self.receiver.user_id == self.item.taken_by_id:
            found.append(Refusal("same", _("Người này đang xử lý việc ấy rồi."), field="to"))
        if not self.reason:
            found.append(Refusal("reason", _("Xin nêu lý do giao việc."), field="reason"))
        return found

    def change(self) -> None:
        self.before = self.item.taken_by.get_full_name() if self.item.taken_by else ""
        assert self.receiver is not None
        self.hand_to(self.receiver.user, self.receiver)

    def payload(self) -> dict[str, Any]:
        assert self.receiver is not None
        return {
            "to": self.receiver.user.get_full_name(),
            "to_id": self.receiver.user_id,
            "from": self.before,
            "reason": self.reason,
        }


class ReceiverField(forms.ModelChoiceField):
    """A colleague by name and position."""

    def label_from_instance(self, appointment: Appointment) -> str:
        return f"{appointment.user.get_full_name()} · {appointment.position_title or Role(appointment.role).label}"


class WorkForm(ActForm):
    """Asks which work is meant where the agency has several on the dossier."""

    act: ClassVar[type[WorkAct]]

    work = forms.TypedChoiceField(
        label=gettext_lazy("Việc"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Xin chọn việc.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.works = self.act.choices(self.actor, self.dossier) if self.actor else []
        if len(self.works) < 2 and "work" not in self.data:
            del self.fields["work"]
        else:
            # What somebody took meanwhile is not among them: the act says who did.
            offered = {str(one.pk): one.title for one in self.works}
            sent = self.data.get("work", "")
            if sent.isdecimal() and len(sent) < MOST_DIGITS:
                offered.setdefault(sent, sent)
            cast(forms.ChoiceField, self.fields["work"]).choices = list(offered.items())


class TakeForm(WorkForm):
    act = TakeWork


class ReleaseForm(WorkForm):
    act = ReleaseWork


class ReassignForm(WorkForm):
    act = ReassignWork

    to = ReceiverField(
        label=gettext_lazy("Giao cho"),
        queryset=Appointment.objects.none(),
        error_messages={"required": gettext_lazy("Xin chọn người nhận việc.")},
    )
    reason = textarea(gettext_lazy("Lý do"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [ReassignWork.receivers(one).values("pk") for one in self.works]
        if able:
            receivers = Appointment.objects.filter(
                functools.reduce(operator.or_, (Q(pk__in=a) for a in able))
            )
            ordered = receivers.select_related("user").order_by("pk")
            cast(ReceiverField, self.fields["to"]).queryset = ordered

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        return {**given, "to": given["to"].pk}


register_page(
    ActPage(
        TakeWork,
        "nhan-viec",
        gettext_lazy(
            "Đồng nghiệp thấy anh/chị đang xử lý, và nhắc việc đến anh/chị trước. Người khác của cơ quan vẫn làm được "
            "khi cần."
        ),
        TakeForm,
        tone="secondary",
    ),
    ActPage(
        ReleaseWork,
        "tra-viec",
        gettext_lazy("Việc trở về cơ quan, ai cũng nhận được; nhắc việc lại đến mọi người có trách nhiệm."),
        ReleaseForm,
        tone="secondary",
    ),
    ActPage(
        ReassignWork,
        "giao-viec",
        gettext_lazy("Người được giao thấy việc trong mục «Của tôi» và được nhắc trước."),
        ReassignForm,
        tone="secondary",
    ),
)
