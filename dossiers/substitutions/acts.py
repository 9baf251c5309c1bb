"""Naming a substitute and revoking one: by the person themselves or the head of their agency, told in its stream."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, LegalBasis, NotPermitted, Refusal, all_acts, busy_when_locked
from dossiers.acts.dates import day_in_words
from dossiers.organisations.models import Appointment, Role, User
from dossiers.organisations.models.appointments import HEADS
from dossiers.policies import Actor
from storage import ledger
from storage.documents.models import Document

from .capacities import capacities_of, capacity_rule
from .models import Capacity, Substitution


def agency_stream(agency_id: int) -> str:
    """Return the name of an agency's own stream in the ledger."""
    return f"agency:{agency_id}"


def acts_of(role: Role) -> list[tuple[str, str]]:
    """Return the acts on dossiers that a role has, as (name, label), in order of name."""
    return [
        (act.name, str(act.label))
        for act in all_acts()
        if role in act.authority.roles and not act.is_of_any_scope
    ]


def may_decide_for(actor: Actor, absent: Appointment) -> bool:
    """Say whether the actor may name or revoke a substitute for this appointment.

    Themselves, or the head of the agency; never somebody who is standing in, who cannot pass on what was lent to them.
    """
    if actor.substitution is not None:
        return False
    is_head = actor.role in HEADS and actor.agency.pk == absent.agency_id
    return is_head or actor.appointment.pk == absent.pk


class SubstitutionAct:
    """An act on the substitutions of one agency: checks, change and ledger entry in one transaction, or nothing."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    basis = LegalBasis("Nghị định 30/2020/NĐ-CP, Điều 13: ký thay, thừa lệnh, thừa ủy quyền (chưa đối chiếu)")

    def __init__(self, *, actor: Actor, absent: Appointment) -> None:
        self.actor, self.absent = actor, absent
        self.at = timezone.now()
        self.today = timezone.localdate(self.at)
        self.substitution: Substitution

    def perform(self) -> ledger.Entry:
        """Do the act and return its ledger entry. Raises ActRefused (NotPermitted, Busy), having changed nothing."""
        with busy_when_locked(), transaction.atomic():
            # One after another for each appointment, so that two of the same cannot both find themselves alone. Not
            # its key: an act that holds the substitution may have to refer to the appointment.
            Appointment.objects.select_for_update(no_key=True).get(pk=self.absent.pk)
            if not may_decide_for(self.actor, self.absent):
                message = _("Chỉ người được thay hoặc người đứng đầu cơ quan giao, thu hồi việc thay.")
                raise NotPermitted(Refusal("role", message))
            refusals = self.refusals()
            if refusals:
                raise ActRefused(*refusals)
            self.change()
            return ledger.append(
                stream=agency_stream(self.absent.agency_id),
                act=self.name,
                actor=self.actor.stamp(),
                subject={"substitution": self.substitution.pk, "appointment": self.absent.pk},
                payload=self.payload(),
                at=self.at,
            )

    def refusals(self) -> list[Refusal]:
        """Return everything that is wrong with what was asked for."""
        return []

    def change(self) -> None:
        """Write the change; sets ``substitution``."""

    def payload(self) -> dict[str, Any]:
        return {
            "absent": self.absent.user.get_full_name(),
            "role": self.absent.role,
            "substitute": self.substitution.substitute.get_full_name(),
            "substitute_id": self.substitution.substitute_id,
        }


class NameSubstitute(SubstitutionAct):
    """Name a person of the same agency who acts in an appointment from one day to another, both inclusive.

    ``acts`` limits them to these; empty: everything the role does. ``document`` is the paper, where there is a file.
    """

    name = "substitution.name"
    label = gettext_lazy("Giao người thay")

    def __init__(
        self,
        *,
        substitute: User,
        capacity: str,
        starts_on: date,
        ends_on: date,
        number: str,
        dated_on: date,
        acts: Sequence[str] = (),
        document: Document | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.substitute, self.capacity = substitute, capacity
        self.starts_on, self.ends_on = starts_on, ends_on
        self.number, self.dated_on = number.strip(), dated_on
        self.acts, self.document = sorted(set(acts)), document

    def refusals(self) -> list[Refusal]:
        people = self._people_refusals()
        found = [*people, *self._period_refusals()]
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản giao thay."), field="number"))
        if self.dated_on > self.today:
            found.append(Refusal("dated_on", _("Ngày không thể ở tương lai."), field="dated_on"))
        if not people:
            # How somebody signs is no matter while somebody else is to be chosen.
            found += self._capacity_refusals()
        allowed = dict(acts_of(Role(self.absent.role)))
        if not allowed:
            message = _("Vai trò này không có việc nào trên hồ sơ để giao thay.")
            found.append(Refusal("role", message, field="absent"))
        elif not set(self.acts) <= allowed.keys():
            message = _("Có việc không thuộc vai trò của người được thay; xin chọn lại.")
            found.append(Refusal("acts", message, field="acts"))
        return found

    def _people_refusals(self) -> list[Refusal]:
        if self.substitute.pk == self.absent.user_id:
            return [Refusal("self", _("Không ai thay chính mình; xin chọn người khác."), field="substitute")]
        colleagues = Appointment.objects.current(self.today).filter(agency=self.absent.agency_id)
        if not colleagues.filter(user=self.substitute).exists():
            message = _("Người thay phải đang giữ nhiệm vụ tại cùng cơ quan.")
            return [Refusal("substitute", message, field="substitute")]
        if not colleagues.filter(pk=self.absent.pk).exists():
            return [Refusal("absent", _("Người được thay không còn giữ nhiệm vụ này."), field="absent")]
        return []

    def _capacity_refusals(self) -> list[Refusal]:
        if self.capacity not in Capacity.values:
            return [Refusal("capacity", _("Xin chọn cách ký."), field="capacity")]
        held = Appointment.objects.current(self.today).filter(
            agency=self.absent.agency_id, user=self.substitute
        )
        allowed = capacities_of(held, self.absent)
        if self.capacity in allowed:
            return []
        message = (
            _("%(name)s không phải cấp phó nên không ký «%(capacity)s»; xin chọn %(allowed)s.")
            if self.capacity in capacity_rule().deputies
            else _("%(name)s là cấp phó nên không ký «%(capacity)s»; xin chọn %(allowed)s.")
        )
        words = {
            "name": self.substitute.get_full_name(),
            "capacity": self.capacity,
            "allowed": _(" hoặc ").join(f"«{one}»" for one in allowed),
        }
        return [Refusal("capacity", message % words, rule=capacity_rule().citation, field="capacity")]

    def _period_refusals(self) -> list[Refusal]:
        if self.starts_on < self.today:
            message = _(
                "Việc thay chỉ có hiệu lực từ khi ghi vào phần mềm; xin chọn từ ngày %(today)s trở đi."
            )
            words = {"today": day_in_words(self.today)}
            return [Refusal("starts_on", message % words, field="starts_on")]
        if self.ends_on < self.starts_on:
            message = _("Ngày cuối không thể trước ngày bắt đầu.")
            return [Refusal("ends_on", message, field="ends_on")]
        same = Substitution.objects.filter(
            absent=self.absent,
            substitute=self.substitute,
            revoked_at__isnull=True,
            starts_on__lte=self.ends_on,
            ends_on__gte=self.starts_on,
        ).first()
        if same is not None:
            message = _(
                "Người này đã được giao thay từ %(from)s đến %(to)s; muốn đổi, xin thu hồi lần giao ấy trước."
            )
            words = {"from": day_in_words(same.starts_on), "to": day_in_words(same.ends_on)}
            return [Refusal("overlap", message % words, field="starts_on")]
        return []

    def change(self) -> None:
        self.substitution = Substitution.objects.create(
            absent=self.absent,
            substitute=self.substitute,
            capacity=self.capacity,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            acts=self.acts,
            number=self.number,
            dated_on=self.dated_on,
            paper=self.document,
            made_at=self.at,
            made_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        said = {
            **super().payload(),
            "capacity": self.capacity,
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "acts": self.acts,
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
        }
        if self.document is not None:
            said["document"] = {
                "id": str(self.document.pk),
                "name": self.document.name,
                "sha256": self.document.sha256,
                "version": self.document.version_id,
            }
        return said


class RevokeSubstitute(SubstitutionAct):
    """End a substitution at once, for a reason. An act that is being done under it is done first or refused."""

    name = "substitution.revoke"
    label = gettext_lazy("Thu hồi việc giao thay")

    def __init__(self, *, actor: Actor, substitution: Substitution, reason: str) -> None:
        super().__init__(actor=actor, absent=substitution.absent)
        self.substitution, self.reason = substitution, reason.strip()

    def refusals(self) -> list[Refusal]:
        self.substitution = (
            Substitution.objects.select_for_update(of=("self",)).with_places().get(pk=self.substitution.pk)
        )
        if self.substitution.revoked_at is not None:
            return [Refusal("revoked", _("Lần giao thay này đã được thu hồi."))]
        if self.substitution.ends_on < self.today:
            return [Refusal("ended", _("Lần giao thay này đã hết hạn; không còn gì để thu hồi."))]
        if not self.reason:
            return [Refusal("reason", _("Xin nêu lý do thu hồi."), field="reason")]
        return []

    def change(self) -> None:
        self.substitution.revoked_at, self.substitution.revoked_by = self.at, self.actor.user
        self.substitution.revocation_reason = self.reason
        self.substitution.save(update_fields=["revoked_at", "revoked_by", "revocation_reason"])

    def payload(self) -> dict[str, Any]:
        return {**super().payload(), "number": self.substitution.number, "reason": self.reason}
