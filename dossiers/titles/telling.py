"""What the history says of the acts on reviews and revocations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.acts.dates import day_in_words
from dossiers.dossier import contents
from dossiers.dossier.contents import Contents, Line, Said
from dossiers.dossier.history import Reader
from dossiers.results.models import SelfVerdict

from .models import ReviewKind


def _verdict(code: str) -> str:
    return str(SelfVerdict(code).label) if code in SelfVerdict.values else code


def _numbered(said: Said, day: str = "dated_on") -> str:
    return _("số %(number)s ngày %(day)s") % {
        "number": said.get("number", ""),
        "day": _day(said.get(day, "")),
    }


def _day(text: str) -> str:
    """Return a day of the ledger (ISO 8601) as people write it."""
    return day_in_words(date.fromisoformat(text)) if text else ""


def _file(said: Said) -> str:
    return str(said.get("document", {}).get("name", ""))


def _opened_review(said: Said, reader: Reader) -> Contents:
    kind = said.get("kind", "")
    words = str(ReviewKind(kind).label) if kind in ReviewKind.values else kind
    facts = [f"{words} {said.get('year', '')}", said.get("reason", "")]
    if said.get("prefilled_from"):
        facts.append(_("điền sẵn số liệu được công nhận gần nhất"))
    return Contents(facts)


def _submitted(said: Said, reader: Reader) -> Contents:
    rows = said.get("figures", [])
    unmet = [row for row in rows if row.get("self_verdict") == SelfVerdict.NOT_MET]
    counted = ngettext("%(n)s chỉ tiêu", "%(n)s chỉ tiêu", len(rows)) % {"n": len(rows)}
    facts = [f"{counted}: {len(unmet)} {_verdict(SelfVerdict.NOT_MET).lower()}", said.get("statement", "")]
    return Contents(facts, [_line(row["indicator"], _verdict(row["self_verdict"]), reader) for row in unmet])


def _line(code: str, text: str, reader: Reader) -> Line:
    return Line(code, text, reader.links.get(code, ""))


def _corrected(said: Said, reader: Reader) -> Contents:
    change = f"{_verdict(said.get('before', ''))} → {_verdict(said.get('verdict', ''))}"
    return Contents(lines=[_line(said.get("indicator", ""), f"{change}: {said.get('reason', '')}", reader)])


def _examined(said: Said, reader: Reader) -> Contents:
    words = _("Đề nghị xác nhận") if said.get("recommends_confirming") else _("Đề nghị trả về xã")
    return Contents([words, said.get("summary", "")])


def _confirmed(said: Said, reader: Reader) -> Contents:
    words = (
        _("đạt bộ tiêu chí của năm rà soát")
        if said.get("meets")
        else _("không đạt bộ tiêu chí của năm rà soát")
    )
    criteria = said.get("criteria", [])
    unmet = [one for one in criteria if one["verdict"] == SelfVerdict.NOT_MET]
    counted = _("%(unmet)s/%(total)s tiêu chí không đạt") % {"unmet": len(unmet), "total": len(criteria)}
    codes = [code for one in unmet for code in one["unmet"]]
    facts = [_numbered(said), words, counted, *contents.against(said)]
    return Contents(facts, [_line(code, "", reader) for code in codes])


def _opened_case(said: Said, reader: Reader) -> Contents:
    counted = _("%(unmet)s/%(total)s tiêu chí không đạt") % {
        "unmet": len(said.get("unmet", [])),
        "total": said.get("total", ""),
    }
    day = _("công khai từ ngày %(day)s") % {"day": _day(said.get("first_day", ""))}
    return Contents([counted, day, said.get("grounds", ""), _file(said)])


def _proposed(said: Said, reader: Reader) -> Contents:
    return Contents([_numbered(said), _file(said)])


def _dispatched(said: Said, reader: Reader) -> Contents:
    n = len(said.get("departments", []))
    return Contents([ngettext("hỏi %(n)s cơ quan", "hỏi %(n)s cơ quan", n) % {"n": n}])


def _opinion(said: Said, reader: Reader) -> Contents:
    words = _("Nhất trí thu hồi") if said.get("agrees") else _("Không nhất trí thu hồi")
    number = _("số %(number)s") % {"number": said.get("number", "")}
    return Contents([words, number, said.get("reasons", "")])


def _reported(said: Said, reader: Reader) -> Contents:
    return Contents([said.get("report", "")])


def _decided(said: Said, reader: Reader) -> Contents:
    return Contents([_numbered(said, "signed_on"), said.get("reasons", ""), _file(said)])


OF_TITLES: dict[str, Callable[[Said, Reader], Contents]] = {
    "review.open": _opened_review,
    "review.submit": _submitted,
    "review.correct": _corrected,
    "review.examine": _examined,
    "review.confirm": _confirmed,
    "revocation.open": _opened_case,
    "revocation.republish": contents.TELLERS["consultation.republish"],
    "revocation.front_opinion": contents.TELLERS["consultation.front_opinion"],
    "revocation.summarise": contents.TELLERS["consultation.summarise"],
    "revocation.propose": _proposed,
    "revocation.dispatch": _dispatched,
    "opinion.on_revocation": _opinion,
    "revocation.report": _reported,
    "revocation.revoke": _decided,
    "revocation.keep": _decided,
    "revocation.publish": contents.TELLERS["recognition.publish"],
}
contents.TELLERS.update(OF_TITLES)
