"""The rules one by one, to count them and to find them: each step, deadline, gate, number and further act.

An entry is a rule at one of its places: in one version of the procedure. It has an anchor in the page of the rules,
made of codes that do not change, so that a gate on a dossier can lead to its rule. Entries that say the very same of
the same (text, value, source, whether it was compared) are one rule, counted once and shown once with all its places;
the anchor of each of them leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import LegalBasis
from dossiers.procedures import Duration, GateRule
from storage.vietnamese import fold

from .law import ProcedureLaw, Step


class Kind(TextChoices):
    """What a rule is about. A number is a rule of the procedure as a whole: a vote, a scope, a wording."""

    STEP = "buoc", gettext_lazy("Bước")
    DEADLINE = "han", gettext_lazy("Thời hạn")
    GATE = "dieu-kien", gettext_lazy("Điều kiện")
    NUMBER = "con-so", gettext_lazy("Con số, quy tắc chung")
    FURTHER_ACT = "viec-khac", gettext_lazy("Việc mở đầu, kết thúc sớm")


#: The kinds that are parts of the page of their own; steps and deadlines share one.
PARTS = {"gates": Kind.GATE, "numbers": Kind.NUMBER, "further_acts": Kind.FURTHER_ACT}


class Checked(TextChoices):
    YES = "da", gettext_lazy("Đã đối chiếu")
    NO = "chua", gettext_lazy("Chưa đối chiếu")


@dataclass(frozen=True)
class Entry:
    """One rule. A step is verified when every act that ends it is; its deadline is an entry of its own.

    ``name`` tells it from the others of its kind; ``words`` is what it is found by.
    """

    kind: Kind
    procedure: str
    name: str
    title: str
    subject: Any
    verified: bool
    words: tuple[object, ...]

    @property
    def anchor(self) -> str:
        kind = Kind.STEP if self.kind is Kind.DEADLINE else self.kind
        return f"{self.procedure}-{kind.value}-{self.name}"

    @cached_property
    def rule(self) -> tuple[object, ...]:
        """What makes entries one rule: all that is shown of it, and its numbers."""
        match self.subject:
            case Step() as step:
                deadline = _shown_of_deadline(step.deadline) if self.kind is Kind.DEADLINE else ()
                return (self.kind, *_shown_of_step(step), deadline)
            case GateRule() as gate:
                said = (gate.code, gate.title, gate.citation, gate.source, gate.verified)
                return (self.kind, *said, repr(sorted(gate.parameters.items())))
            case LegalBasis() as basis:
                return (self.kind, self.name, str(basis.citation), basis.verified)
        return (self.kind, self.name, repr(self.subject))


def _shown_of_step(step: Step) -> tuple[object, ...]:
    outcomes = tuple(
        (one.act.name, one.by, *map(str, one.path), str(one.basis.citation), one.basis.verified)
        for one in step.outcomes
    )
    return (str(step.title), step.role, step.agency, step.is_for_each_department, outcomes)


def _shown_of_deadline(deadline: Duration | None) -> tuple[object, ...]:
    return (deadline.days, deadline.unit, deadline.source, deadline.verified) if deadline else ()


def entries_of(law: ProcedureLaw) -> list[Entry]:
    """Return every rule of one version of the procedure, in the order of the page."""
    return [*_steps(law), *_gates(law), *_numbers(law), *_further_acts(law)]


def _steps(law: ProcedureLaw) -> Iterator[Entry]:
    code = law.procedure.code
    for step in law.steps:
        title = str(step.title)
        verified = all(one.basis.verified for one in step.outcomes)
        yield Entry(Kind.STEP, code, step.name, title, step, verified, (title, *_words_of(step)))
        if deadline := step.deadline:
            days = f"{deadline.days} {_('ngày')}"
            yield Entry(
                Kind.DEADLINE, code, step.name, title, step, deadline.verified, (title, days, deadline.source)
            )


def _words_of(step: Step) -> Iterator[object]:
    yield from (step.role.label, step.agency)
    for outcome in step.outcomes:
        yield from (outcome.act.label, outcome.by, *outcome.path, outcome.basis.citation)


def _gates(law: ProcedureLaw) -> Iterator[Entry]:
    for gate in law.procedure.gates:
        words = (gate.title, gate.citation, gate.source)
        yield Entry(Kind.GATE, law.procedure.code, gate.code, gate.title, gate, gate.verified, words)


def _numbers(law: ProcedureLaw) -> Iterator[Entry]:
    procedure = law.procedure
    rules = {
        "ap-dung": (_("Áp dụng"), procedure.scope),
        "noi-tiep-nhan": (_("Nơi thẩm định Đề án, thẩm tra, công bố"), procedure.receiving),
        "bo-sung": (
            _("Yêu cầu bổ sung khi thẩm định"),
            procedure.supplements if procedure.supplements.source else None,
        ),
        "hoi-dong": (_("Bỏ phiếu của Hội đồng"), procedure.council_rule),
        "thu-hoi": (_("Trường hợp thu hồi"), procedure.revocation),
    }
    for name, (title, rule) in rules.items():
        if rule is not None:
            words = (title, getattr(rule, "citation", ""), rule.source)
            yield Entry(Kind.NUMBER, procedure.code, name, title, rule, rule.verified, words)
    title = _("Điều kiện về an ninh, trật tự")
    for one in procedure.security_wordings:
        name = f"an-ninh-{one.starts_on.isoformat()}"
        words = (f"{title} {one.text}", one.citation, one.source)
        yield Entry(Kind.NUMBER, procedure.code, name, title, one, one.verified, words)


def _further_acts(law: ProcedureLaw) -> Iterator[Entry]:
    for act, basis in law.other_acts:
        words = (act.label, basis.citation)
        name = act.name.replace(".", "-")
        yield Entry(Kind.FURTHER_ACT, law.procedure.code, name, str(act.label), basis, basis.verified, words)


@dataclass(frozen=True)
class LawQuestion:
    """What is asked of the page of the rules; an empty field asks for everything."""

    words: str = ""
    procedure: str = ""
    kind: str = ""
    checked: str = ""

    @property
    def narrows(self) -> bool:
        """Whether single rules are left out, so that those which are shown are what was looked for."""
        return bool(self.words or self.kind or self.checked)

    def fits(self, entry: Entry) -> bool:
        """Say whether a rule is asked for. Each word must begin a word of it, with or without marks."""
        if self.kind and self.kind != entry.kind:
            return False
        if self.checked and (self.checked == Checked.YES) is not entry.verified:
            return False
        wanted = fold(self.words).split()
        said = f" {fold(' '.join(map(str, entry.words)))}" if wanted else ""
        return all(f" {word}" in said for word in wanted)


@dataclass(frozen=True)
class Count:
    """How many rules there are, how many of them nobody compared, and at how many places they apply."""

    total: int
    unverified: int
    places: int

    @property
    def verified(self) -> int:
        return self.total - self.unverified


def count_of(entries: Iterable[Entry]) -> Count:
    """Count rules, each once however many versions of the procedure it applies in."""
    entries = list(entries)
    checks = {entry.rule: entry.verified for entry in entries}
    return Count(len(checks), list(checks.values()).count(False), len(entries))


@dataclass(frozen=True)
class ShownLaw:
    """One version of the procedure with those of its rules that are asked for."""

    law: ProcedureLaw
    entries: Sequence[Entry]

    @property
    def steps(self) -> list[tuple[int, Step, str]]:
        """The steps that are shown, each with its number in the procedure and its anchor."""
        shown = {one.name: one.anchor for one in self.entries if one.kind in (Kind.STEP, Kind.DEADLINE)}
        return [(n, step, shown[step.name]) for n, step in enumerate(self.law.steps, 1) if step.name in shown]

    @property
    def gates(self) -> list[Entry]:
        return [one for one in self.entries if one.kind is Kind.GATE]

    @property
    def numbers(self) -> list[Entry]:
        return [one for one in self.entries if one.kind is Kind.NUMBER]

    @property
    def further_acts(self) -> list[Entry]:
        return [one for one in self.entries if one.kind is Kind.FURTHER_ACT]

    @property
    def counts(self) -> dict[str, Count]:
        """How many of each part are shown; a step with its deadline counts twice."""
        parts = {
            "steps": [one for one in self.entries if one.kind in (Kind.STEP, Kind.DEADLINE)],
            "gates": self.gates,
            "numbers": self.numbers,
            "further_acts": self.further_acts,
            "all": self.entries,
        }
        return {name: count_of(entries) for name, entries in parts.items()}


@dataclass(frozen=True)
class Applied:
    """A rule at one of its places. ``number`` is that of a step in its procedure."""

    law: ProcedureLaw
    entry: Entry
    number: int = 0


@dataclass(frozen=True)
class Rule:
    """One rule with all its places that are shown, in the order of the procedures.

    ``deadlines`` are those of a step: each with its places, None for steps that have none.
    """

    places: tuple[Applied, ...]
    deadlines: tuple[tuple[Duration | None, tuple[Applied, ...]], ...] = ()

    @property
    def entry(self) -> Entry:
        return self.places[0].entry

    @property
    def law(self) -> ProcedureLaw:
        return self.places[0].law

    @property
    def further_anchors(self) -> list[str]:
        """The anchors beside that of the first place."""
        return [one.entry.anchor for one in self.places[1:]]

    @property
    def differs_in_deadline(self) -> bool:
        return len(self.deadlines) > 1


@dataclass(frozen=True)
class MergedLaw:
    """What is asked for of all versions together, each rule once."""

    steps: list[Rule]
    gates: list[Rule]
    numbers: list[Rule]
    further_acts: list[Rule]
    counts: dict[str, Count]


def merged(shown: Sequence[ShownLaw]) -> MergedLaw:
    """Put together what several versions have in common. A step whose deadline alone differs is one step."""
    entries = [entry for one in shown for entry in one.entries]
    parts = {
        "steps": [one for one in entries if one.kind in (Kind.STEP, Kind.DEADLINE)],
        **{name: [one for one in entries if one.kind is kind] for name, kind in PARTS.items()},
        "all": entries,
    }
    return MergedLaw(
        steps=_merged_steps(shown),
        **{name: _merged(shown, kind) for name, kind in PARTS.items()},
        counts={name: count_of(some) for name, some in parts.items()},
    )


def _merged(shown: Sequence[ShownLaw], kind: Kind) -> list[Rule]:
    places: dict[object, list[Applied]] = {}
    for one in shown:
        for entry in one.entries:
            if entry.kind is kind:
                places.setdefault(entry.rule, []).append(Applied(one.law, entry))
    return [Rule(tuple(found)) for found in places.values()]


def _merged_steps(shown: Sequence[ShownLaw]) -> list[Rule]:
    rows: dict[object, dict[object, list[Applied]]] = {}
    for one in shown:
        listed = {entry.name: entry for entry in one.entries if entry.kind in (Kind.STEP, Kind.DEADLINE)}
        for number, step, _anchor in one.steps:
            place = Applied(one.law, listed[step.name], number)
            row = rows.setdefault(_shown_of_step(step), {})
            row.setdefault(_shown_of_deadline(step.deadline), []).append(place)
    return [
        Rule(
            places=tuple(place for places in row.values() for place in places),
            deadlines=tuple((places[0].entry.subject.deadline, tuple(places)) for places in row.values()),
        )
        for row in rows.values()
    ]


@dataclass(frozen=True)
class Overview:
    """How many rules there are of each kind, and of all kinds last: by version of the procedure, and altogether.

    A rule that several versions have in common is counted in each of them, and once altogether.
    """

    headings: list[str]
    rows: list[tuple[ProcedureLaw, list[tuple[str, Count]]]]
    total: list[tuple[str, Count]]


def overview_of(laws: Iterable[ProcedureLaw]) -> Overview:
    headings = [*(str(kind.label) for kind in Kind), _("Tất cả")]

    def counted(entries: Sequence[Entry]) -> list[tuple[str, Count]]:
        parts = [[one for one in entries if one.kind is kind] for kind in Kind]
        return list(zip(headings, map(count_of, [*parts, entries]), strict=True))

    found = [(law, entries_of(law)) for law in laws]
    every = [entry for _law, entries in found for entry in entries]
    return Overview(headings, [(law, counted(entries)) for law, entries in found], counted(every))


def shown_laws(laws: Iterable[ProcedureLaw], asked: LawQuestion) -> list[ShownLaw]:
    """Return what is asked for; a version without anything that fits is left out."""
    chosen = [law for law in laws if asked.procedure in ("", law.procedure.code)]
    shown = [ShownLaw(law, [one for one in entries_of(law) if asked.fits(one)]) for law in chosen]
    return [one for one in shown if one.entries]
