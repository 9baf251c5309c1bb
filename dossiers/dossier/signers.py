"""Who did something, wherever a name stands: with the person they stood in for, and what was exceptional.

Rows keep the person and the moment; for whom they acted is read from the ledger, which is the one place that has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dossiers.organisations.models import Role, User
from dossiers.policies.separation import ALONE, DRAFTED_ALONE
from storage.ledger import Entry

from .models import Dossier

#: The same words as the condition of the ledger's index ``remarkable_entries``.
REMARKABLE = "((actor ->> 'on_behalf_of') > '' OR payload ? 'same_person')"


@dataclass(frozen=True)
class Remark:
    """What is said beside the name of whoever did an act: for whom, and by which exception."""

    on_behalf_of: str
    exception: str


def remarks_of(dossier: Dossier) -> Mapping[tuple[int, datetime], Remark]:
    """Return the remarks on a dossier's acts by person and moment. One query, the first time for this object."""
    known: dict[tuple[int, datetime], Remark] | None = dossier.__dict__.get("_remarks")
    if known is None:
        entries = Entry.objects.filter(stream=dossier.stream).extra(where=[REMARKABLE]).order_by()
        known = {
            (actor["user_id"], at): Remark(
                on_behalf_in_words(actor, payload), exception_in_words(payload.get("same_person", ""))
            )
            for actor, at, payload in entries.values_list("actor", "at", "payload")
        }
        dossier.__dict__["_remarks"] = known
    return known


def name_at(dossier: Dossier, person: User, at: datetime) -> str:
    """Return the name of whoever did an act on the dossier at that moment: «Trần Thị B, thay … (KT. …)»."""
    remark = remarks_of(dossier).get((person.pk, at))
    return ", ".join(filter(None, [person.get_full_name(), remark.on_behalf_of if remark else ""]))


def position_in_words(actor: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """Return in what position the actor of an entry acted then, by the ledger: «Chủ tịch UBND xã», or for whom."""
    return on_behalf_in_words(actor, payload) or _role(actor)


def on_behalf_in_words(actor: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """Return for whom the actor of an entry acted and in which position: «thay Nguyễn Văn A (KT. Chủ tịch UBND xã)».

    Empty when in their own right.
    """
    absent = actor.get("on_behalf_of", "")
    if not absent:
        return ""
    capacity = payload.get("substitution", {}).get("capacity", "")
    position = " ".join(filter(None, [capacity, _role(actor)]))
    return _("thay %(name)s (%(capacity)s)") % {"name": absent, "capacity": position}


def _role(actor: Mapping[str, Any]) -> str:
    """Return the actor's role; a role that no longer exists keeps its code, and the software itself has none."""
    role = actor.get("role", "")
    return str(Role(role).label) if role in Role.values else str(role)


def paper_in_words(payload: Mapping[str, Any]) -> str:
    """Return by which paper somebody acted for another, empty when nobody did."""
    given = payload.get("substitution")
    if not given:
        return ""
    year, month, day = given["dated_on"].split("-")
    written = f"{int(day)}/{int(month)}/{year}"
    return _("theo văn bản giao thay số %(number)s ngày %(day)s") % {
        "number": given["number"],
        "day": written,
    }


def exceptions(payload: Mapping[str, Any]) -> list[str]:
    """Return what was exceptional about an act, as sentences."""
    found = [exception_in_words(payload.get("same_person", ""))]
    if payload.get("unchanged_since_return"):
        found.append(_("Trình lại khi hồ sơ chưa có gì thay đổi từ lúc bị trả lại."))
    return [one for one in found if one]


def exception_in_words(code: str) -> str:
    """Return the sentence of an exception to the separation of duties, empty for none."""
    if code == ALONE:
        return _("Người thẩm định đồng thời là người ký, do trong ngày cơ quan chỉ có một người ký được.")
    if code == DRAFTED_ALONE:
        return _("Người soạn đồng thời là người trình thay, do trong ngày cơ quan chỉ có một người làm được.")
    return ""
