"""The rules one by one, to count them and to find them: each step, deadline, gate, number and further act.

An entry has an anchor in the page of the rules, made of codes that do not change, so that a gate on a dossier can lead
to its rule.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.procedures import procedures
from storage.text import keepable
from storage.vietnamese import fold

from .law import ProcedureLaw, Step


class Kind(TextChoices):
    """What a rule is about. A number is a rule of the procedure as a whole: a vote, a scope, a wording."""

    STEP = "buoc", gettext_lazy("Bước")
    DEADLINE = "han", gettext_lazy("Thời hạn")
    GATE = "dieu-kien", gettext_lazy("Điều kiện")
    NUMBER = "con-so", gettext_lazy("Con số, quy tắc chung")
    FURTHER_ACT = "viec-khac", gettext_lazy("Việc mở đầu, kết thúc sớm")


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

    @classmethod
    def of(cls, query: Mapping[str, str]) -> LawQuestion:
        def chosen(name: str, values: Container[str]) -> str:
            given = query.get(name, "")
            return given if given in values else ""

        return cls(
            words=keepable(query.get("q", "")).strip(),
            procedure=chosen("quy-trinh", procedures()),
            kind=chosen("loai", Kind.values),
            checked=chosen("doi-chieu", Checked.values),
        )

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
    total: int
    unverified: int

    @property
    def verified(self) -> int:
        return self.total - self.unverified


def count_of(entries: Iterable[Entry]) -> Count:
    checks = [entry.verified for entry in entries]
    return Count(len(checks), checks.count(False))


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
class Overview:
    """How many rules there are of each kind, and of all kinds last: by version of the procedure, and altogether."""

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
