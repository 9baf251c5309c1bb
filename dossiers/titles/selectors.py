"""Reading titles: the register with what is known of each, and a title's whole story. Fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import all_acts
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit, Level
from dossiers.policies import Actor
from dossiers.policies.visibility import visible_dossiers
from storage import ledger
from storage.text import keepable
from storage.vietnamese import fold

from .models import Review, Revocation, Title, TitleStatus
from .models.titles import TitleQuerySet
from .visibility import visible_titles


class Meets(StrEnum):
    """What is known of whether the commune meets the current set, apart from the title's standing in law."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


MEETS_WORDS: dict[Meets, str | Promise] = {
    Meets.YES: gettext_lazy("Đạt bộ tiêu chí hiện hành"),
    Meets.NO: gettext_lazy("Không đạt bộ tiêu chí hiện hành"),
    Meets.UNKNOWN: gettext_lazy("Chưa rà soát theo bộ tiêu chí hiện hành"),
}


class CurrentSets:
    """The sets in force this year for each level of title in one province, read once."""

    def __init__(self, province: AdministrativeUnit) -> None:
        self.year = timezone.localdate().year
        self._province = province
        self._known: dict[str, CriteriaSet | None] = {}

    def of(self, level: str) -> CriteriaSet | None:
        if level not in self._known:
            try:
                self._known[level] = current_set(level, self._province, self.year)
            except CriteriaSet.DoesNotExist:
                self._known[level] = None
        return self._known[level]

    def meets(self, title: Title) -> Meets:
        """Say what the last confirmed review tells by the set in force now; of another set it tells nothing."""
        current = self.of(title.level)
        if title.meets_set is None or current is None or title.assessed_set_id != current.pk:
            return Meets.UNKNOWN
        return Meets.YES if title.meets_set else Meets.NO

    def condition(self, wanted: Meets) -> Q:
        """Return ``meets`` as a condition on titles."""
        sets = {level: self.of(level) for level in TitleLevel.values}
        known = Q(pk__in=())
        for level, current in sets.items():
            if current is not None:
                known |= Q(level=level, assessed_set=current, meets_set__isnull=False)
        match wanted:
            case Meets.YES:
                return known & Q(meets_set=True)
            case Meets.NO:
                return known & Q(meets_set=False)
            case _:
                return ~known


def meets_in_words(title: Title, sets: CurrentSets) -> str:
    """Return the fact beside the title: met or not by which set, of which year, and since when not."""
    if title.meets_set is None:
        return _("Chưa rà soát lần nào từ khi có danh hiệu.")
    words = {
        "set": title.assessed_set.title if title.assessed_set else "",
        "year": title.assessed_year,
        "since": title.short_since,
    }
    if title.meets_set:
        said = _("Đạt %(set)s (rà soát năm %(year)s).") % words
    else:
        said = _("Không đạt %(set)s, từ năm %(since)s (rà soát gần nhất năm %(year)s).") % words
    current = sets.of(title.level)
    if current is None:
        return said + " " + _("Phần mềm chưa có bộ tiêu chí của năm %(now)s.") % {"now": sets.year}
    if current.pk != title.assessed_set_id:
        return said + " " + _("Bộ tiêu chí của năm %(now)s là bộ khác: chưa rà soát.") % {"now": sets.year}
    return said


@dataclass(frozen=True)
class Asked:
    """What is asked of the register; an empty field asks for everything."""

    words: str = ""
    district: str = ""
    level: str = ""
    year: str = ""
    status: str = ""
    meets: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        def given(name: str) -> str:
            return keepable(query.get(name, "")).strip()

        def chosen(name: str, values: list[str]) -> str:
            return given(name) if given(name) in values else ""

        district, year = given("huyen"), given("nam")
        return cls(
            words=given("q"),
            district=district if district.isdecimal() and len(district) < 10 else "",
            level=chosen("muc", TitleLevel.values),
            year=year if year.isdecimal() and len(year) == 4 else "",
            status=chosen("hieu-luc", TitleStatus.values),
            meets=chosen("hien-dat", [one.value for one in Meets]),
        )

    @property
    def query(self) -> str:
        named = {
            "q": self.words,
            "huyen": self.district,
            "muc": self.level,
            "nam": self.year,
            "hieu-luc": self.status,
            "hien-dat": self.meets,
        }
        return urlencode({name: value for name, value in named.items() if value})


def register_of(actor: Actor, asked: Asked, sets: CurrentSets) -> TitleQuerySet:
    """Return the titles asked for that the actor may see, newest year first."""
    found = visible_titles(actor).select_related("commune__parent", "assessed_set", "criteria_set")
    if asked.words:
        # From the start of a word: «yên» is Yên Nam and not Chuyên Ngoại.
        start = fold(asked.words)
        found = found.filter(
            Q(commune__folded_name__startswith=start)
            | Q(commune__folded_name__contains=f" {start}")
            | Q(number__icontains=asked.words)
        )
    if asked.district:
        found = found.filter(commune__parent_id=int(asked.district))
    if asked.level:
        found = found.filter(level=asked.level)
    if asked.year:
        found = found.filter(year=int(asked.year))
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.meets:
        found = found.filter(sets.condition(Meets(asked.meets)))
    has_case = Revocation.objects.filter(title=OuterRef("pk"), is_open=True)
    return found.annotate(has_open_case=Exists(has_case)).order_by(
        "-year", "commune__sort_key", "level", "pk"
    )


def districts_of(actor: Actor) -> QuerySet[AdministrativeUnit]:
    """Return the districts whose titles the actor can narrow the register to; none for a commune or a district."""
    if actor.unit.level != Level.PROVINCE:
        return AdministrativeUnit.objects.none()
    return AdministrativeUnit.objects.filter(parent=actor.unit, level=Level.DISTRICT).order_by("sort_key")


@dataclass(frozen=True)
class Told:
    """One entry of the title's own history."""

    at: Any
    what: str
    who: str
    agency: str
    sequence: int


WORDS: dict[str, str | Promise] = {
    "title.granted": gettext_lazy("Ghi danh hiệu theo quyết định công nhận"),
    "title.paper": gettext_lazy("Ghi danh hiệu từ văn bản"),
    "title.carried_over": gettext_lazy("Ghi danh hiệu cho đơn vị kế thừa"),
    "title.assessed": gettext_lazy("Ghi kết quả rà soát"),
    "title.revoked": gettext_lazy("Thu hồi danh hiệu"),
    "title.kept": gettext_lazy("Quyết định không thu hồi"),
}


class Story:
    """Everything about one title that the actor may see, newest first."""

    def __init__(self, actor: Actor, title: Title) -> None:
        self.actor, self.title = actor, title

    @cached_property
    def _visible(self) -> frozenset[int]:
        """The dossiers about the title that the actor may open."""
        mine = Q(review__title=self.title) | Q(revocation__title=self.title)
        if self.title.decision_id:
            mine |= Q(decision__title=self.title)
        return frozenset(visible_dossiers(self.actor).filter(mine).values_list("pk", flat=True))

    @property
    def recognition(self) -> Dossier | None:
        """The dossier of recognition when it may be opened."""
        decision = self.title.decision
        return decision.dossier if decision and decision.dossier_id in self._visible else None

    @cached_property
    def reviews(self) -> list[tuple[Review, bool]]:
        """The reviews, each with whether its dossier may be opened."""
        found = Review.objects.filter(title=self.title).select_related("dossier__criteria_set")
        return [(one, one.pk in self._visible) for one in found]

    @cached_property
    def revocations(self) -> list[tuple[Revocation, bool]]:
        """The cases of revocation, each with whether its dossier may be opened."""
        found = Revocation.objects.filter(title=self.title).select_related("dossier__decision", "review")
        return [(one, one.pk in self._visible) for one in found]

    @property
    def entries(self) -> list[Told]:
        """The title's own stream of the ledger, newest first."""
        names = {**{act.name: act.label for act in all_acts()}, **WORDS}
        return [
            Told(
                at=entry.at,
                what=str(names.get(entry.act, entry.act)),
                who=entry.actor.get("name", ""),
                agency=entry.actor.get("agency", ""),
                sequence=entry.sequence,
            )
            for entry in reversed(ledger.entries(self.title.stream))
        ]

    @property
    def latest_confirmed(self) -> Review | None:
        return next((one for one, _open in self.reviews if one.meets is not None), None)
