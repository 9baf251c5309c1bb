"""What the entries of the history say was decided, act by act.

An entry's payload is what the act kept at that time. Acts that are not named here tell their reasons and texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.consultation.models import Organisation, Stance
from dossiers.criteria.numbers import format_dong
from dossiers.district.models import DistrictOrganisation
from dossiers.plans.models import SectionKind
from dossiers.procedures import procedures
from dossiers.results.models import SelfVerdict
from storage.ledger import Entry

from .history import Reader

TEXTS = ("reasons", "reason", "summary", "conclusion", "number", "caption", "value", "title", "channel")

#: As many codes have room in a line of the history; of more it says how many.
CODES_IN_LINE = 6
#: The verdicts in the order in which they are counted.
VERDICTS = (SelfVerdict.MET, SelfVerdict.NOT_MET, SelfVerdict.NOT_APPLICABLE, SelfVerdict.UNKNOWN)

Said = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """What was said of one indicator. ``link`` is empty where the reader may not open the indicator."""

    code: str
    text: str = ""
    link: str = ""


@dataclass(frozen=True)
class File:
    """A file that an entry is about; ``link`` is empty where the reader has no page of it."""

    name: str
    link: str = ""


@dataclass(frozen=True)
class Contents:
    """What an entry says: facts of the whole act, a line for each indicator, and the files it is about.

    ``hidden`` counts the indicators left out because the reader may not see them.
    """

    facts: Sequence[str] = ()
    lines: Sequence[Line] = ()
    hidden: int = 0
    files: Sequence[File] = ()


def contents(entry: Entry, reader: Reader) -> Contents:
    """Return what an entry says to this reader, who may read it."""
    return TELLERS.get(entry.act, _texts)({**entry.subject, **entry.payload}, reader)


def _texts(said: Said, reader: Reader) -> Contents:
    code = said.get("indicator")
    lines = [Line(code, link=reader.links.get(code, ""))] if code else []
    return Contents([*(str(said.get(name, "")) for name in TEXTS), *against(said)], lines)


def _targets(said: Said, reader: Reader) -> Contents:
    def text(row: Said) -> str:
        baseline, target = (
            reader.figure(row["indicator"], row.get(name, "")) or "–" for name in ("baseline", "target")
        )
        return _("hiện trạng %(baseline)s, mục tiêu %(target)s") % {"baseline": baseline, "target": target}

    return _narrowed(said.get("targets", []), text, reader)


def _figures(said: Said, reader: Reader) -> Contents:
    rows = said.get("figures", [])

    def text(row: Said) -> str:
        code, verdict = row["indicator"], row.get("self_verdict", "")
        if verdict == SelfVerdict.NOT_APPLICABLE:
            return _joined(": ", _verdict(verdict), row.get("not_applicable_reason", ""))
        shown = reader.figure(code, row.get("value", ""))
        if not shown:
            return str(SelfVerdict.UNKNOWN.label)
        # Of an indicator that is met or not, the figure says the same as the verdict.
        return shown if not verdict or shown == _verdict(verdict) else f"{shown} → {_verdict(verdict)}"

    return _narrowed(rows, text, reader, [row.get("self_verdict", "") for row in rows])


def _narrowed(
    rows: Sequence[Said], text: Callable[[Said], str], reader: Reader, verdicts: Sequence[str] = ()
) -> Contents:
    """Tell rows of figures: of indicators that the reader may not see no more than that there are some."""
    seen = [row for row in rows if reader.may_see(row["indicator"])]
    if len(rows) == 1 and not seen:
        return Contents(lines=[Line(rows[0]["indicator"])])
    hidden = len(rows) - len(seen)
    lines = [Line(row["indicator"], text(row), reader.links.get(row["indicator"], "")) for row in seen]
    return Contents(_counted(len(rows), verdicts if not hidden else ()), lines, hidden)


def _findings(said: Said, reader: Reader) -> Contents:
    found = said.get("findings", [])
    inputs = {row["indicator"]: row.get("files", []) for row in said.get("inputs", [])}
    looked_at = {
        row["indicator"]: row.get("looked_at", {}).get("files", inputs.get(row["indicator"], []))
        for row in found
    }
    lines = []
    for row in found:
        code = row["indicator"]
        verdict = f"{_verdict(row['verdict'])} ({_files(len(looked_at[code]))})"
        lines.append(Line(code, _joined(": ", verdict, row.get("reason", "")), reader.links.get(code, "")))
    facts = []
    if number := said.get("number"):
        facts.append(_("số %(number)s") % {"number": number})
    facts += _counted(len(found), [row["verdict"] for row in found])
    if len(found) > 1:
        files = _different(file for of_one in looked_at.values() for file in of_one)
        facts.append(ngettext("xem xét %(n)s tệp", "xem xét %(n)s tệp", files) % {"n": files})
    return Contents([*facts, said.get("summary", "")], lines)


def _request(said: Said, reader: Reader) -> Contents:
    """Tell a department's request for a supplement, and what the commune wrote or sent to it."""
    facts = [_("lần %(turn)s") % {"turn": said.get("turn", "")}]
    if number := said.get("number"):
        paper = {"number": number, "day": _day(said.get("dated_on", ""))}
        facts.append(_("số %(number)s ngày %(day)s") % paper)
    rows = said.get("items", [])
    lines = []
    for row in rows:
        text = row.get("lacking", row.get("answer", ""))
        if row.get("changed"):
            text = _joined("; ", text, _changed(row, reader))
        lines.append(Line(row["indicator"], text, reader.links.get(row["indicator"], "")))
    carried = said.get("carried_over", [])
    seen = [f"{row['indicator']}: {_file(row)}" for row in carried if reader.may_see(row["indicator"])]
    if seen:
        facts.append(_("thay bản mới cả ở %(places)s") % {"places": ", ".join(seen)})
    if len(seen) == len(carried) and (departments := said.get("sign_anew")):
        facts.append(_("phải ký lại: %(departments)s") % {"departments": ", ".join(departments)})
    return Contents([*facts, *_counted(len(rows)), *_fixed_until(said)], lines)


def _changed(row: Said, reader: Reader) -> str:
    """Tell of one indicator what the commune sent: its figure and its files."""
    if not reader.may_see(row["indicator"]):
        return _("có sửa số liệu hoặc minh chứng")
    files = ", ".join(file["name"] for file in row.get("files", []) if "name" in file)
    figure = reader.figure(row["indicator"], row.get("figure", {}).get("value", ""))
    return _joined(
        "; ",
        _("đã sửa, nay số liệu: %(figure)s") % {"figure": figure or SelfVerdict.UNKNOWN.label},
        _("tệp: %(files)s") % {"files": files} if files else "",
    )


def _ended_request(said: Said, reader: Reader) -> Contents:
    facts = [_("lần %(turn)s") % {"turn": said.get("turn", "")}, said.get("reasons", "")]
    if restored := said.get("restored"):
        words = ngettext(
            "%(n)s chỉ tiêu trở lại như khi yêu cầu", "%(n)s chỉ tiêu trở lại như khi yêu cầu", restored
        )
        facts.append(words % {"n": restored})
    return Contents(
        facts, [Line(code, link=reader.links.get(code, "")) for code in said.get("indicators", [])]
    )


def _fixed_until(said: Said) -> list[str]:
    return [_("cố định tệp đến %(day)s") % {"day": _day(said["kept_until"])}] if "kept_until" in said else []


def _correction(said: Said, reader: Reader) -> Contents:
    paper = {"number": said.get("number", ""), "day": _day(said.get("dated_on", ""))}
    lines = [
        Line(
            row["indicator"],
            _joined(": ", _verdict(row["verdict"]), row.get("reason", "")),
            reader.links.get(row["indicator"], ""),
        )
        for row in said.get("findings", [])
    ]
    version = _("bản ký lần %(n)s") % {"n": said.get("version", "")}
    number = _("số %(number)s ngày %(day)s") % paper
    return Contents([version, number, said.get("why", ""), said.get("summary", "")], lines)


def _evidence(said: Said, reader: Reader) -> Contents:
    codes = said.get("indicators") or [said.get("indicator", "")]
    lines = [Line(code, link=reader.links.get(code, "")) for code in codes]
    counted = _counted(len(codes)) if len(codes) > CODES_IN_LINE else []
    if not any(reader.may_see(code) for code in codes):
        return Contents(counted, lines)
    facts = [*counted, said.get("caption", ""), *_made_smaller(said)]
    return Contents(facts, lines, files=_named_files(said, reader, "document"))


def _replacement(said: Said, reader: Reader) -> Contents:
    code = said.get("indicator", "")
    lines = [Line(code, link=reader.links.get(code, ""))]
    if not reader.may_see(code):
        return Contents(lines=lines)
    facts = [said.get("caption", ""), *_made_smaller(said)]
    return Contents(facts, lines, files=_named_files(said, reader, "replaced", "document"))


def _named_files(said: Said, reader: Reader, *names: str) -> list[File]:
    stamps = (said.get(name, {}) for name in names)
    return [
        File(stamp.get("name", ""), reader.files.get(stamp.get("id", ""), "")) for stamp in stamps if stamp
    ]


def _made_smaller(said: Said) -> list[str]:
    if not (size := said.get("original_bytes")):
        return []
    return [_("thu nhỏ trước khi gửi, ảnh gốc %(size)s") % {"size": filesizeformat(size)}]


def _section(said: Said, reader: Reader) -> Contents:
    kind = said.get("section", "")
    return Contents([str(SectionKind(kind).label) if kind in SectionKind.values else kind])


def _work(said: Said, reader: Reader) -> Contents:
    total = said.get("total", "")
    return Contents([said.get("title", ""), format_dong(int(total)) if total.isdecimal() else total])


def _recommendation(said: Said, reader: Reader) -> Contents:
    if "recommends_approval" in said:
        words = _("Đề nghị phê duyệt") if said["recommends_approval"] else _("Đề nghị trả lại")
    else:
        words = (
            _("Đề nghị chuyển bước tiếp theo")
            if said.get("recommends_forwarding")
            else _("Đề nghị trả lại xã")
        )
    return Contents([words, *_fixed(said), said.get("summary", "")])


def _dispatch(said: Said, reader: Reader) -> Contents:
    facts = []
    if "round" in said:
        facts.append(_("đợt thẩm định %(round)s") % {"round": said["round"]})
    if departments := len(said.get("departments", [])):
        sent = ngettext("chuyển %(n)s sở, ngành", "chuyển %(n)s sở, ngành", departments)
        facts.append(sent % {"n": departments})
    return Contents([*facts, *_fixed(said), *against(said)])


def _vote(said: Said, reader: Reader) -> Contents:
    facts = [_("họp ngày %(day)s") % {"day": _day(said.get("met_on", ""))}]
    if {"in_favour", "present", "members"} <= said.keys():
        facts.append(
            _("%(in_favour)s phiếu đồng ý trên %(present)s người dự, %(members)s thành viên")
            % {name: said[name] for name in ("in_favour", "present", "members")}
        )
    if "is_secret" in said:
        facts.append(_("Bỏ phiếu kín") if said["is_secret"] else _("Biểu quyết công khai"))
    return Contents([*facts, said.get("conclusion", ""), _file(said), *_minutes(said)])


def _minutes(said: Said) -> list[str]:
    """Return what votes keep since there is one record of them: the other ballots, and whose names the minutes have."""
    if not {"against", "invalid", "chair_name", "secretary_name"} <= said.keys():
        return []
    ballots = _("%(against)s không đồng ý, %(invalid)s trắng hoặc không hợp lệ")
    people = _("chủ trì %(chair_name)s, thư ký %(secretary_name)s")
    return [ballots % said, people % said]


def _publication_of_report(said: Said, reader: Reader) -> Contents:
    day = _("công khai từ ngày %(day)s") % {"day": _day(said.get("first_day", ""))}
    return Contents([day, "; ".join(said.get("places", [])), _file(said)])


def _broadcast(said: Said, reader: Reader) -> Contents:
    at = timezone.localtime(datetime.fromisoformat(said["at"]))
    return Contents([f"{_day(at.date().isoformat())} {at:%H:%M}", said.get("station", ""), _file(said)])


def _written_opinion(said: Said, reader: Reader) -> Contents:
    return _opinion_of(str(Organisation(said["organisation"]).label), said)


def _district_opinion(said: Said, reader: Reader) -> Contents:
    return _opinion_of(str(DistrictOrganisation(said["organisation"]).label), said)


def _opinion_of(organisation: str, said: Said) -> Contents:
    paper = {"number": said.get("number", ""), "day": _day(said.get("dated_on", ""))}
    return Contents(
        [
            organisation,
            _("số %(number)s ngày %(day)s") % paper,
            str(Stance(said["stance"]).label),
            said.get("remarks", ""),
            _file(said),
        ]
    )


def _opinion_summary(said: Said, reader: Reader) -> Contents:
    day = _("ngày %(day)s") % {"day": _day(said.get("dated_on", ""))}
    return Contents([day, said.get("summary", ""), _file(said)])


def _dated_paper(said: Said, reader: Reader) -> Contents:
    """Tell a numbered paper with what it says point by point or on the whole."""
    paper = {"number": said.get("number", ""), "day": _day(said.get("dated_on", ""))}
    lines = [Line(code, link=reader.links.get(code, "")) for code in said.get("indicators", [])]
    texts = [said.get(name, "") for name in ("reasons", "reason", "remarks")]
    return Contents([_("số %(number)s ngày %(day)s") % paper, *texts, _file(said)], lines)


def _division(said: Said, reader: Reader) -> Contents:
    found = said.get("findings", [])
    lines = [
        Line(
            row["indicator"],
            _joined(": ", _verdict(row["verdict"]), row.get("reason", "")),
            reader.links.get(row["indicator"], ""),
        )
        for row in found
    ]
    return Contents(
        [*_counted(len(found), [row["verdict"] for row in found]), said.get("summary", "")], lines
    )


def _survey(said: Said, reader: Reader) -> Contents:
    shares = _("%(satisfied)s hộ hài lòng trên %(answered)s hộ trả lời, hỏi %(asked)s/%(households)s hộ")
    version = _("bản %(version)s") % {"version": said.get("version", "")}
    return Contents([shares % said, version, *_dated_paper(said, reader).facts])


def _debt(said: Said, reader: Reader) -> Contents:
    found = _("Không có nợ đọng") if said.get("is_clear") else _("Còn nợ đọng")
    sums = _("nghiệm thu %(accepted)s, đã thanh toán %(paid)s") % {
        "accepted": format_dong(int(said["accepted"])),
        "paid": format_dong(int(said["paid"])),
    }
    return Contents([found, sums, *_dated_paper(said, reader).facts])


def _security(said: Said, reader: Reader) -> Contents:
    found = _("xác nhận «%(wording)s»") if said.get("is_met") else _("không xác nhận «%(wording)s»")
    return Contents([found % {"wording": said.get("wording", "")}, *_dated_paper(said, reader).facts])


def _conditional_vote(said: Said, reader: Reader) -> Contents:
    words = _("%(task)s (%(responsible)s, hạn %(day)s)")
    tasks = [words % {**one, "day": _day(one["due_on"])} for one in said.get("conditions", [])]
    return Contents([*_vote(said, reader).facts, *tasks])


def _batch(said: Said, reader: Reader) -> Contents:
    return Contents([said.get("title", ""), _("ngày %(day)s") % {"day": _day(said.get("put_on", ""))}])


def _payments(said: Said, reader: Reader) -> Contents:
    words = _("%(work)s: nghiệm thu %(accepted)s, đã thanh toán %(paid)s")
    return Contents(
        [
            words
            % {
                "work": row["title"],
                "accepted": format_dong(int(row["accepted"])),
                "paid": format_dong(int(row["paid"])),
            }
            for row in said.get("payments", [])
        ]
    )


def _decision(said: Said, reader: Reader) -> Contents:
    number = {"number": said.get("number", "")}
    if day := said.get("signed_on") or said.get("dated_on"):
        fact = _("số %(number)s ngày %(day)s") % {**number, "day": _day(day)}
    else:
        fact = _("số %(number)s") % number
    return Contents([fact, said.get("reasons", ""), _file(said), *against(said)])


def against(said: Said) -> list[str]:
    """Return that it was decided otherwise than recommended, with the reason where it has one of its own."""
    if not said.get("against_recommendation"):
        return []
    reasons = said.get("against_reasons", "")
    return [
        _("quyết định khác đề nghị: %(reasons)s") % {"reasons": reasons}
        if reasons
        else _("quyết định khác đề nghị")
    ]


def _publication(said: Said, reader: Reader) -> Contents:
    day = _("ngày %(day)s") % {"day": _day(said.get("published_on", ""))}
    return Contents([day, said.get("channel", "")])


def _extension(said: Said, reader: Reader) -> Contents:
    facts = [_("gia hạn %(days)s ngày") % {"days": said.get("days", "")}]
    for row in said.get("deadlines", []):
        days = {"before": _day(row["before"]), "after": _day(row["after"])}
        facts.append(_("%(agency)s: hạn %(before)s dời đến %(after)s") % {"agency": row["agency"], **days})
    return Contents([*facts, said.get("reason", "")])


def _reassignment(said: Said, reader: Reader) -> Contents:
    return Contents([_("giao cho %(name)s") % {"name": said.get("to", "")}, said.get("reason", "")])


def _move(said: Said, reader: Reader) -> Contents:
    names = {one: procedures()[one].title for one in (said["from"], said["to"]) if one in procedures()}
    titles = {name: names.get(said[name], said[name]) for name in ("from", "to")}
    facts = [_("từ «%(from)s» sang «%(to)s»") % titles]
    if said["commune_before"] != said["commune"]:
        communes = {"before": said["commune_before"]["name"], "after": said["commune"]["name"]}
        facts.append(_("%(before)s thành %(after)s") % communes)
    offices = []
    if said.get("receiving"):
        offices.append(_("nơi nhận: %(names)s") % {"names": ", ".join(said["receiving"])})
    return Contents([*facts, said["reason"], *said.get("kept", []), *said["losses"], *offices])


TELLERS: dict[str, Callable[[Said, Reader], Contents]] = {
    "dossier.move": _move,
    "deadline.extend_departments": _extension,
    "deadline.extend_answer": _extension,
    "deadline.extend_district": _extension,
    "deadline.extend_office": _extension,
    "deadline.extend_commune": _extension,
    "deadline.extend_preparation": _extension,
    "deadline.extend_completion": _extension,
    "deadline.extend_district_chair": _extension,
    "deadline.extend_front": _extension,
    "plan.write_section": _section,
    "plan.set_targets": _targets,
    "plan.put_work": _work,
    "plan.remove_work": _work,
    "plan.report_payments": _payments,
    "plan.appraise": _recommendation,
    "plan.approve": _decision,
    "result.report": _figures,
    "result.attach": _evidence,
    "result.detach": _evidence,
    "result.restore": _evidence,
    "result.replace": _replacement,
    "consultation.open": _publication_of_report,
    "consultation.republish": _publication_of_report,
    "consultation.broadcast": _broadcast,
    "consultation.remove_broadcast": _broadcast,
    "consultation.opinion": _written_opinion,
    "consultation.front_opinion": _written_opinion,
    "consultation.summarise": _opinion_summary,
    "consultation.vote": _vote,
    "dossier.submit": _dispatch,
    "dossier.submit_completion": _dispatch,
    "dossier.verify": _recommendation,
    "dossier.forward": _decision,
    "dossier.accept": _dispatch,
    "opinion.find": _findings,
    "opinion.sign": _findings,
    "opinion.correct": _correction,
    "opinion.ask_supplement": _request,
    "opinion.withdraw_request": _ended_request,
    "opinion.go_on": _ended_request,
    "supplement.write": _request,
    "supplement.send": _request,
    "district.accept": _dated_paper,
    "district.guide": _dated_paper,
    "district.publish_list": _publication_of_report,
    "district.front_opinion": _district_opinion,
    "district.opinion": _district_opinion,
    "district.summarise": _opinion_summary,
    "district.vote": _vote,
    "division.sign": _division,
    "survey.record": _survey,
    "debt.confirm": _debt,
    "security.confirm": _security,
    "batch.put": _batch,
    "council.pass_with_conditions": _conditional_vote,
    "council.pass": _vote,
    "council.fail": _vote,
    "decision.recognise": _decision,
    "decision.refuse": _decision,
    "recognition.publish": _publication,
    "work.reassign": _reassignment,
}


def _verdict(code: str) -> str:
    return str(SelfVerdict(code).label) if code in SelfVerdict.values else code


def _counted(n: int, verdicts: Iterable[str] = ()) -> list[str]:
    """Return how many indicators, and how many of each verdict, in words; nothing for one, which has its line."""
    if n == 1:
        return []
    counts = Counter(verdicts)
    words = {code: _verdict(code) if code else _("Chưa kết luận") for code in VERDICTS}
    tally = [f"{counts[code]} {words[code].lower()}" for code in VERDICTS if counts[code]]
    return [_joined(": ", ngettext("%(n)s chỉ tiêu", "%(n)s chỉ tiêu", n) % {"n": n}, ", ".join(tally))]


def _fixed(said: Said) -> list[str]:
    """Return how many files an act fixed by their hashes; one file may prove several indicators."""
    if "documents" not in said:
        return []
    n = _different([*said["documents"], *said.get("papers", [])])
    return [ngettext("cố định mã băm của %(n)s tệp", "cố định mã băm của %(n)s tệp", n) % {"n": n}]


def _different(files: Iterable[Said]) -> int:
    return len({(file.get("sha256"), file.get("version")) for file in files})


def _file(said: Said) -> str:
    """Return the name of the one file of an act, empty when it has none."""
    return str(said.get("document", {}).get("name", ""))


def _files(n: int) -> str:
    return ngettext("%(n)s tệp", "%(n)s tệp", n) % {"n": n}


def _day(text: str) -> str:
    """Return a day of the ledger (ISO 8601) as people write it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day}/{day.month}/{day.year}"


def _joined(mark: str, *parts: str) -> str:
    return mark.join(part for part in parts if part)
