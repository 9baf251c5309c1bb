"""Reading titles: the register with what is known of each, and a title's whole story. Fixed numbers of queries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import all_acts
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.dossier.models import Dossier
from dossiers.dossier.signers import position_in_words
from dossiers.organisations.models import AdministrativeUnit, Level
from dossiers.policies import Actor
from dossiers.policies.visibility import visible_dossiers
from storage import ledger
from storage.ledger import Entry
from storage.vietnamese import fold

from .models import Review, Revocation, Title
from .models.reviews import ReviewKind
from .models.titles import TitleQuerySet
from .visibility import visible_titles


class Known(StrEnum):
    """What the register can be narrowed by, of what is known of a title's reviews: each a fact a row states.

    The last confirmed review and the set in force this year are facts of their own, so that a title may be found by
    one of each.
    """

    MET = "yes"
    NOT_MET = "no"
    NEVER = "never"
    OTHER_SET = "other"
    NO_SET = "no-set"


KNOWN_WORDS: dict[Known, str | Promise] = {
    Known.MET: gettext_lazy("Rà soát gần nhất: đạt"),
    Known.NOT_MET: gettext_lazy("Rà soát gần nhất: không đạt"),
    Known.NEVER: gettext_lazy("Chưa rà soát lần nào"),
    Known.OTHER_SET: gettext_lazy("Chưa rà soát theo bộ tiêu chí của năm nay"),
    Known.NO_SET: gettext_lazy("Chưa có bộ tiêu chí của năm nay"),
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

    def last_review(self, title: Title) -> Known:
        """Say what the last confirmed review found, by whatever set."""
        if title.meets_set is None:
            return Known.NEVER
        return Known.MET if title.meets_set else Known.NOT_MET

    def now(self, title: Title) -> Known | None:
        """Say what is lacking to know how the title stands by this year's set; None when the last review was on it."""
        current = self.of(title.level)
        if current is None:
            return Known.NO_SET
        return None if title.assessed_set_id == current.pk else Known.OTHER_SET

    def condition(self, wanted: Known) -> Q:
        """Return ``last_review`` or ``now`` as a condition on titles."""
        match wanted:
            case Known.MET | Known.NOT_MET:
                return Q(meets_set=wanted is Known.MET)
            case Known.NEVER:
                return Q(meets_set__isnull=True)
        sets = {level: self.of(level) for level in TitleLevel.values}
        if wanted is Known.NO_SET:
            return Q(level__in=[level for level, current in sets.items() if current is None])
        found = Q(pk__in=())
        for level, current in sets.items():
            if current is not None:
                found |= Q(level=level) & ~Q(assessed_set=current)
        return found


def now_in_words(known: Known | None, sets: CurrentSets) -> str:
    """Return what is lacking to know how a title stands by this year's set, "" when nothing is."""
    year = {"now": sets.year}
    match known:
        case Known.NO_SET:
            return _("Phần mềm chưa có bộ tiêu chí của năm %(now)s.") % year
        case Known.OTHER_SET:
            return _("Chưa rà soát theo bộ tiêu chí của năm %(now)s.") % year
    return ""


def meets_in_words(title: Title, sets: CurrentSets) -> str:
    """Return the fact beside the title: met or not by which set, of which year, and since when not."""
    now = now_in_words(sets.now(title), sets)
    if title.meets_set is None:
        return " ".join(filter(None, [_("Chưa rà soát lần nào từ khi có danh hiệu."), now]))
    words = {
        "set": title.assessed_set.title if title.assessed_set else "",
        "year": title.assessed_year,
        "since": title.short_since,
    }
    if title.meets_set:
        said = _("Đạt %(set)s (rà soát năm %(year)s).") % words
    else:
        said = _("Không đạt %(set)s, từ năm %(since)s (rà soát gần nhất năm %(year)s).") % words
    return " ".join(filter(None, [said, now]))


@dataclass(frozen=True)
class Asked:
    """What is asked of the register; an empty field asks for everything."""

    words: str = ""
    district: str = ""
    level: str = ""
    year: int | None = None
    status: str = ""
    known: str = ""


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
        found = found.filter(year=asked.year)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.known:
        found = found.filter(sets.condition(Known(asked.known)))
    has_case = Revocation.objects.filter(title=OuterRef("pk"), is_open=True)
    running = Review.objects.filter(
        title=OuterRef("pk"), kind=ReviewKind.YEARLY, meets__isnull=True, cancelled_at__isnull=True
    ).order_by("-year")
    return found.annotate(
        has_open_case=Exists(has_case),
        open_review=Subquery(running.values("dossier")[:1]),
        open_review_year=Subquery(running.values("year")[:1]),
    ).order_by("-year", "commune__sort_key", "level", "pk")


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
    about: str
    who: str
    position: str
    agency: str
    #: The dossier it was done on when the reader may open it.
    dossier_id: int | None = None


WORDS: dict[str, str | Promise] = {
    "title.granted": gettext_lazy("Ghi danh hiệu theo quyết định công nhận"),
    "title.paper": gettext_lazy("Ghi danh hiệu từ văn bản"),
    "title.carried_over": gettext_lazy("Ghi danh hiệu cho đơn vị kế thừa"),
    "title.assessed": gettext_lazy("Ghi kết quả rà soát"),
    "title.revoked": gettext_lazy("Thu hồi danh hiệu"),
    "title.kept": gettext_lazy("Quyết định không thu hồi"),
}
#: What the title's story tells of the dossiers about it besides: that they were opened, or ended early.
OF_DOSSIERS = ("review.open", "review.cancel", "revocation.open", "revocation.withdraw")


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
        """The title's own stream and what opened or ended its dossiers early, newest first. Two queries."""
        names = {**{act.name: act.label for act in all_acts()}, **WORDS}
        mine = [(entry, None) for entry in ledger.entries(self.title.stream)]
        dossiers: list[Dossier] = [one.dossier for one, _open in self.reviews]
        dossiers += [one.dossier for one, _open in self.revocations]
        streams = {one.stream: one for one in dossiers}
        about = Entry.objects.filter(stream__in=streams, act__in=OF_DOSSIERS)
        found = [*mine, *((entry, streams[entry.stream]) for entry in about)]
        return [
            Told(
                at=entry.at,
                what=str(names.get(entry.act, entry.act)),
                about=dossier.year_in_words if dossier else "",
                who=entry.actor.get("name", ""),
                position=position_in_words(entry.actor, entry.payload),
                agency=entry.actor.get("agency", ""),
                dossier_id=dossier.pk if dossier and dossier.pk in self._visible else None,
            )
            for entry, dossier in sorted(found, key=lambda one: (one[0].at, one[0].pk), reverse=True)
        ]

    @property
    def latest_confirmed(self) -> Review | None:
        return next((one for one, _open in self.reviews if one.meets is not None), None)
