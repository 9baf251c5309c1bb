"""How titles come into the register: by a decision here, from paper, or for a unit that succeeded another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts import ActRefused, NotPermitted, Refusal, busy_when_locked
from dossiers.acts.dates import date_refusals
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.organisations.models import AdministrativeUnit, Level, Role, UnitKind
from dossiers.policies import Actor
from dossiers.recognition.models import Decision
from dossiers.results.acts import document_stamp
from storage import ledger
from storage.documents import fix
from storage.documents.models import Document

from .models import Origin, Title

#: The programme of new-style communes began in 2010; no title is older.
FIRST_YEAR = 2010


def note(title: Title, act: str, actor: Actor, payload: dict[str, Any], *, at: datetime) -> ledger.Entry:
    """Append an entry to the title's own stream, in the caller's transaction."""
    return ledger.append(
        stream=title.stream,
        act=act,
        actor=actor.stamp(),
        subject={"title": title.pk},
        payload=payload,
        at=at,
    )


def grant(decision: Decision, *, actor: Actor, at: datetime) -> Title:
    """Record the title that a decision of recognition gives. Called by that act, in its transaction."""
    dossier = decision.dossier
    title = Title.objects.create(
        commune=dossier.commune,
        level=dossier.criteria_set.level,
        criteria_set=dossier.criteria_set,
        year=dossier.title_year,
        decision=decision,
        number=decision.number,
        signed_on=decision.signed_on,
        field=dossier.chosen_field.name if hasattr(dossier, "chosen_field") else "",
        recorded_at=at,
        recorded_by=actor.user,
    )
    paper = {"number": title.number, "signed_on": title.signed_on.isoformat(), "dossier": dossier.pk}
    note(title, "title.granted", actor, {"level": title.level, "year": title.year, **paper}, at=at)
    return title


@dataclass(frozen=True)
class PaperTitle:
    """A title as its paper says. ``predecessor`` is the title of a unit that ``commune`` succeeded."""

    commune: AdministrativeUnit
    level: str
    year: int
    number: str
    signed_on: date
    document: Document
    grounds: str = ""
    field: str = ""
    predecessor: Title | None = None


def enter_title(*, actor: Actor, entry: PaperTitle) -> Title:
    """Record a title that was decided outside the system, from its paper, and its ledger entry.

    Done by the coordination office for communes of its own province. For a successor unit no rule of inheritance was
    found (after the mergers of 2025), so that its grounds have to be stated. Raises ActRefused, having changed nothing.
    """
    if actor.role is not Role.COORDINATION_OFFICER:
        message = _("Chỉ Văn phòng Điều phối nông thôn mới tỉnh ghi danh hiệu từ văn bản.")
        raise NotPermitted(Refusal("role", message))
    at = timezone.now()
    with busy_when_locked(), transaction.atomic():
        # The commune's row serialises entries, so that the same title is not entered twice at once.
        commune = AdministrativeUnit.objects.select_for_update(of=("self",)).get(pk=entry.commune.pk)
        if commune.province().pk != actor.unit.pk or commune.level != Level.COMMUNE:
            raise NotPermitted(Refusal("place", _("Xã này không thuộc tỉnh của anh/chị.")))
        if found := _refusals(entry, today=timezone.localdate(at)):
            raise ActRefused(*found)
        title = Title.objects.create(
            commune=commune,
            level=entry.level,
            criteria_set=_set_of(entry, actor.unit),
            year=entry.year,
            number=entry.number.strip(),
            signed_on=entry.signed_on,
            field=entry.field.strip(),
            origin=Origin.CARRIED_OVER if entry.predecessor else Origin.PAPER,
            document=entry.document,
            grounds=entry.grounds.strip(),
            predecessor=entry.predecessor,
            recorded_at=at,
            recorded_by=actor.user,
        )
        fix([entry.document.pk], at=at)
        note(title, f"title.{title.origin}", actor, _payload(title, entry), at=at)
    return title


def _payload(title: Title, entry: PaperTitle) -> dict[str, Any]:
    return {
        "commune": title.commune.code,
        "level": title.level,
        "year": title.year,
        "number": title.number,
        "signed_on": title.signed_on.isoformat(),
        "field": title.field,
        "grounds": title.grounds,
        "predecessor": entry.predecessor.pk if entry.predecessor else None,
        "document": document_stamp(entry.document),
    }


def _set_of(entry: PaperTitle, province: AdministrativeUnit) -> CriteriaSet | None:
    try:
        return current_set(entry.level, province, entry.year)
    except CriteriaSet.DoesNotExist:
        return None


def _refusals(entry: PaperTitle, *, today: date) -> list[Refusal]:
    found = []

    def refuse(code: str, message: str, field: str) -> None:
        found.append(Refusal(code, message, field=field))

    if entry.commune.kind != UnitKind.COMMUNE:
        refuse("unit_kind", _("Chỉ xã được công nhận; phường, thị trấn không thuộc diện này."), "commune")
    if not FIRST_YEAR <= entry.year <= today.year:
        message = _("Năm đạt chuẩn phải từ %(first)s đến %(last)s.")
        refuse("year", message % {"first": FIRST_YEAR, "last": today.year}, "year")
    if not entry.number.strip():
        refuse("number", _("Xin ghi số, ký hiệu quyết định."), "number")
    found += date_refusals(
        entry.signed_on,
        field="signed_on",
        today=today,
        earliest=date(min(max(entry.year, FIRST_YEAR), today.year), 1, 1),
        why=_("ngày đầu của năm đạt chuẩn"),
    )
    if entry.level == TitleLevel.MODEL and not entry.field.strip():
        refuse(
            "field", _("Quyết định công nhận xã kiểu mẫu ghi rõ lĩnh vực nổi trội: xin ghi theo đó."), "field"
        )
    if entry.predecessor and not entry.grounds.strip():
        message = _("Xin ghi căn cứ để đơn vị kế thừa giữ danh hiệu: chưa thấy quy định chung.")
        refuse("grounds", message, "grounds")
    same = Title.objects.in_force().filter(commune=entry.commune, level=entry.level, year=entry.year)
    if same.exists():
        refuse("exists", _("Danh hiệu này của xã đã có trong sổ."), "year")
    return found
