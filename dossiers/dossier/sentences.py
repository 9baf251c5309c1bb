"""The history as sentences: what each ledger entry says to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dossiers.acts import all_acts
from dossiers.organisations.models import Role
from storage.ledger import Entry

DETAILS = ("reasons", "reason", "summary", "conclusion", "number", "caption", "value", "title", "channel")


@dataclass(frozen=True)
class Sentence:
    """One line of the history."""

    sequence: int
    at: datetime
    who: str
    role: str
    agency: str
    what: str
    detail: str
    act: str
    hash: str


def sentence(entry: Entry) -> Sentence:
    """Tell an entry as a line of history. Acts that no longer exist keep their code as the name."""
    names = {act.name: str(act.label) for act in all_acts()}
    actor = entry.actor
    role = actor.get("role", "")
    return Sentence(
        sequence=entry.sequence,
        at=entry.at,
        who=actor.get("name", ""),
        role=str(Role(role).label) if role in Role.values else role,
        agency=actor.get("agency", ""),
        what=names.get(entry.act, entry.act),
        detail=_detail(entry.subject, entry.payload),
        act=entry.act,
        hash=entry.hash,
    )


def _detail(subject: dict[str, Any], payload: dict[str, Any]) -> str:
    parts = []
    if subject.get("indicator"):
        parts.append(_("Chỉ tiêu %(code)s") % {"code": subject["indicator"]})
    verdicts = {"met": _("Đạt"), "not_met": _("Chưa đạt"), "not_applicable": _("Không áp dụng")}
    verdict = payload.get("verdict") or payload.get("self_verdict")
    if verdict in verdicts:
        parts.append(verdicts[verdict])
    document = payload.get("document")
    if isinstance(document, dict):
        parts.append(document.get("name", ""))
    elif isinstance(document, str):
        parts.append(document)
    if {"in_favour", "present", "members"} <= payload.keys():
        parts.append(
            _("%(in_favour)s phiếu đồng ý trên %(present)s người dự, %(members)s thành viên")
            % {name: payload[name] for name in ("in_favour", "present", "members")}
        )
    parts += [str(payload[name]) for name in DETAILS if payload.get(name)]
    return " · ".join(part for part in parts if part)[:600]
