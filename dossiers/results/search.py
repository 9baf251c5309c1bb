"""Finding evidence by the words in its name, its caption and its text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.postgres.search import SearchQuery
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.forms import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dossiers.dossier.models import Dossier
from dossiers.filters import ListFilter, OneOfField
from dossiers.policies import Actor
from dossiers.policies.access import ActorRequest, actor_required
from dossiers.policies.visibility import visible_dossier_or_404, visible_dossiers
from storage.documents import thumbnail_link
from storage.documents.models import Text
from storage.documents.reading import NAME
from storage.text import keepable
from storage.vietnamese import fold, search_query, search_words

from .models import Evidence, IndicatorResult
from .selectors import results_in_scope, visible_results
from .unsent import listed_for

PAGE = 20
MAX_TYPED = 200
#: Of each file so many pages with the words are shown, each with so many characters before and after the first.
PAGES_A_FILE, AROUND = 3, 90
WORD = re.compile(r"[^\W_]+")

#: Text in pieces, and of each whether it is one of the words.
Pieces = list[tuple[str, bool]]


@dataclass
class Found:
    """A file with the words in it; ``pages`` has the numbers of pages, from 1, with what stands there.

    ``places`` is where it is evidence in its dossier, ``evidence`` the first of them.
    """

    evidence: Evidence
    places: list[Evidence]
    thumbnail_url: str
    name: Pieces
    caption: Pieces
    pages: list[tuple[int, Pieces]]


@dataclass(frozen=True)
class Where:
    """Where to search: in one dossier, or in all of a commune, of a year, or of both. Empty: everywhere."""

    dossier: Dossier | None = None
    commune: int | None = None
    year: int | None = None

    def results(self, actor: Actor) -> QuerySet[IndicatorResult]:
        """Return the results there that the actor may see."""
        if self.dossier:
            return visible_results(actor, self.dossier)
        found = results_in_scope(actor)
        if self.commune:
            found = found.filter(dossier__commune=self.commune)
        return found.filter(dossier__title_year=self.year) if self.year else found


class PlaceFilter(ListFilter):
    """The communes and years of the dossiers that the reader may see; shown where there are several."""

    in_address: ClassVar[Mapping[str, str]] = {"commune": "xa", "year": "nam"}

    commune = OneOfField(gettext_lazy("Xã"), every=gettext_lazy("Mọi xã"))
    year = OneOfField(gettext_lazy("Năm"), every=gettext_lazy("Mọi năm"))

    def __init__(self, query: Mapping[str, str], actor: Actor) -> None:
        self.actor = actor
        super().__init__(query)

    def prepare(self) -> None:
        """Read what there is. One query."""
        seen = visible_dossiers(self.actor).order_by("commune__sort_key").select_related("commune")
        communes = {str(dossier.commune_id): dossier.commune.name for dossier in seen}
        years = sorted({dossier.title_year for dossier in seen}, reverse=True)
        self.fields["commune"].offer(communes.items())  # type: ignore[attr-defined]
        self.fields["year"].offer([(str(year), str(year)) for year in years])  # type: ignore[attr-defined]
        self._several = {"commune": len(communes) > 1, "year": len(years) > 1}

    @property
    def shown(self) -> list[BoundField]:
        """The fields that there is a choice in, and any that says what is wrong."""
        return [self[name] for name in self.fields if self._several[name] or name in self.errors]

    @property
    def where(self) -> Where:
        commune, year = self.applied["commune"], self.applied["year"]
        return Where(commune=int(commune) if commune else None, year=int(year) if year else None)


def found_evidence(actor: Actor, typed: str, where: Where = Where()) -> QuerySet[Evidence]:
    """Return listed evidence that the actor may see, in which all words stand together, each file of a dossier once.

    Together means in the name, in the caption, or on one page. Of a file that proves several indicators it is the row
    of the first.
    """
    query = SearchQuery(search_query(typed), search_type="raw", config="simple")
    documents = Text.objects.filter(words=query).values("document")
    matching = listed_for(actor).filter(
        Q(document__in=documents) | Q(caption_words=query), result__in=where.results(actor)
    )
    earlier = matching.filter(
        document=OuterRef("document"),
        result__dossier=OuterRef("result__dossier"),
        result__position__lt=OuterRef("result__position"),
    )
    return (
        matching.exclude(Exists(earlier))
        .select_related("document__scan", "result__indicator", "result__dossier__commune")
        .prefetch_related(Prefetch("document__derivatives"))
        .order_by(
            "-result__dossier__title_year", "result__dossier__commune__sort_key", "result__position", "pk"
        )
    )


def with_words(actor: Actor, evidence: Iterable[Evidence], typed: str) -> list[Found]:
    """Return each piece of evidence with what stands around the words in it. Two queries."""
    evidence = list(evidence)
    query = SearchQuery(search_query(typed), search_type="raw", config="simple")
    documents = {one.document_id for one in evidence}
    texts: defaultdict[Any, list[Text]] = defaultdict(list)
    for text in Text.objects.filter(document__in=documents, words=query, number__gt=NAME).order_by("number"):
        if len(texts[text.document_id]) < PAGES_A_FILE:
            texts[text.document_id].append(text)
    places: defaultdict[Any, list[Evidence]] = defaultdict(list)
    everywhere = listed_for(actor).filter(document__in=documents, result__in=results_in_scope(actor))
    for place in everywhere.select_related("result__indicator").order_by("result__position"):
        places[place.result.dossier_id, place.document_id].append(place)
    is_wanted = matcher(typed)
    return [
        Found(
            evidence=one,
            places=places[one.result.dossier_id, one.document_id],
            thumbnail_url=thumbnail_link(one.document),
            name=pieces(one.document.name, is_wanted),
            caption=pieces(one.caption, is_wanted),
            pages=[(text.number, excerpt(pieces(text.text, is_wanted))) for text in texts[one.document_id]],
        )
        for one in evidence
    ]


def matcher(typed: str) -> Callable[[str], bool]:
    """Return whether a word begins as one of those typed, by the rule of ``search_query``."""
    words = search_words(typed)
    spelt = tuple(word for word in words if fold(word) != word)
    folded = tuple(word for word in words if fold(word) == word)
    return lambda word: word.lower().startswith(spelt or ("\0",)) or fold(word).startswith(folded or ("\0",))


def pieces(text: str, is_wanted: Callable[[str], bool]) -> Pieces:
    """Return the whole text cut so that wanted words are pieces of their own."""
    cut, place = [], 0
    for word in WORD.finditer(text):
        if is_wanted(word.group()):
            cut += [(text[place : word.start()], False), (word.group(), True)]
            place = word.end()
    return [(piece, wanted) for piece, wanted in [*cut, (text[place:], False)] if piece]


def excerpt(cut: Pieces) -> Pieces:
    """Return the pieces from a little before the first wanted one to a little after it."""
    first = next((place for place, (_piece, wanted) in enumerate(cut) if wanted), 0)
    before = "".join(piece for piece, _wanted in cut[:first])
    kept: Pieces = [(f"…{before[-AROUND:]}" if len(before) > AROUND else before, False)] if before else []
    left = 2 * AROUND
    for piece, wanted in cut[first:]:
        if left <= 0:
            break
        kept.append((piece, True) if wanted else (f"{piece[:left]}…" if len(piece) > left else piece, False))
        left -= len(piece)
    return kept


@actor_required
@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """Files with the words typed, in everything the person may see, or in the dossier named by ``ho-so``.

    ``xa`` and ``nam`` narrow everything to one commune and one year.
    """
    typed = keepable(request.GET.get("q", "")).strip()[:MAX_TYPED]
    number = _number(request.GET.get("ho-so", ""))
    dossier = visible_dossier_or_404(request.actor, number) if number else None
    narrowing = None if dossier else PlaceFilter(request.GET.dict(), request.actor)
    where = narrowing.where if narrowing else Where(dossier=dossier)
    context: dict[str, Any] = {"typed": typed, "dossier": dossier, "filter": narrowing}
    if search_query(typed):
        page = Paginator(found_evidence(request.actor, typed, where), PAGE).get_page(request.GET.get("trang"))
        query = QueryDict(mutable=True)
        query.update({"q": typed} | ({"ho-so": str(number)} if number else {}))
        asked = "&".join(filter(None, [query.urlencode(), narrowing.query if narrowing else ""]))
        found = with_words(request.actor, page.object_list, typed)
        context |= {"page": page, "found": found, "query": asked}
    return render(request, "results/search.html", context)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < 19 else None
