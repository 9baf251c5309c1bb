"""Reading supplements: what was asked, what was answered, what changed; only for those who may know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from dossiers.criteria.models import ThresholdKind
from dossiers.criteria.thresholds import threshold_for
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.policies.visibility import COMMUNE_COMMITTEE, may_read_supplements, sealed_rounds

from .models import Outcome, SupplementItem, SupplementRequest

if TYPE_CHECKING:
    from dossiers.results.models import IndicatorResult

    from ..models import Opinion
    from .snapshots import Snapshot


def readable_requests(actor: Actor, dossier: Dossier) -> list[SupplementRequest]:
    """Return the requests of all rounds that the actor may read, those the commune can answer first. Two queries."""
    sealed = sealed_rounds(dossier)
    found = SupplementRequest.objects.of_dossier(dossier).select_related(
        "opinion__department", "opinion__dossier", "asked_by", "ended_by"
    )
    readable = [one for one in found if may_read_supplements(actor, one.opinion, sealed)]
    return sorted(readable, key=lambda one: (not one.is_open, -one.asked_at.timestamp()))


def asked_of(actor: Actor, dossier: Dossier, result: IndicatorResult) -> list[SupplementItem]:
    """Return what is asked on an indicator now and the actor may read. At most two queries."""
    awaited = SupplementRequest.objects.awaited(dossier)
    items = SupplementItem.objects.filter(request__in=awaited, result=result)
    found = list(items.select_related("request__opinion__department", "request__opinion__dossier"))
    for one in found:
        one.result = result
    sealed = sealed_rounds(dossier) if found else frozenset()
    return [one for one in found if may_read_supplements(actor, one.request.opinion, sealed)]


def is_awaited(dossier: Dossier) -> bool:
    """Say whether a department waits for the commune's answer. One query."""
    return SupplementRequest.objects.awaited(dossier).exists()


@dataclass
class ItemLine:
    """One item as it is read. ``after`` is what the answer changed it to, None while there is nothing to tell.

    ``lacking`` says what an answer has to have and this one lacks, a figure or a file, else it is empty. ``typed`` is
    what somebody tried to save and was refused, else None.
    """

    item: SupplementItem
    answer: str
    before: str
    after: str | None
    added: Sequence[Mapping[str, Any]]
    removed: Sequence[Mapping[str, Any]]
    shortfall: str
    lacking: str = ""
    typed: str | None = None

    @property
    def figure_changed(self) -> bool:
        return self.after is not None and self.after != self.before

    @property
    def is_changed(self) -> bool:
        return self.figure_changed or bool(self.added or self.removed)

    @property
    def is_answered(self) -> bool:
        return bool(self.answer) or self.is_changed

    @property
    def is_ready(self) -> bool:
        """Whether the answer can be sent as far as this item goes."""
        return self.is_answered and not self.lacking


@dataclass(frozen=True)
class RequestLine:
    """One request as the actor reads it. ``is_draft`` while its answer is still the commune's own."""

    request: SupplementRequest
    items: Sequence[ItemLine]
    is_answerable: bool
    is_draft: bool

    @property
    def left(self) -> int:
        """How many items the commune has not answered yet, or not so that the answer can be sent."""
        return sum(not line.is_ready for line in self.items)


def request_lines(actor: Actor, dossier: Dossier, *, only: int | None = None) -> list[RequestLine]:
    """Return the requests that the actor may read (or the one with the id ``only``) with their items. Four queries.

    Until an answer is sent, what the commune prepares is told to the commune alone.
    """
    from .snapshots import snapshots

    requests = [one for one in readable_requests(actor, dossier) if only in (None, one.pk)]
    items: defaultdict[int, list[SupplementItem]] = defaultdict(list)
    for item in SupplementItem.objects.filter(request__in=requests).select_related("result__indicator"):
        items[item.request_id].append(item)
    is_commune = actor.role in COMMUNE_COMMITTEE
    open_results = [item.result for one in requests if one.is_open for item in items[one.pk]]
    now = snapshots(open_results, unsent=True) if is_commune else {}
    awaited = dossier.state == "appraising"
    return [
        RequestLine(
            request=one,
            items=[
                _line(
                    item,
                    now.get(item.result_id) if one.is_open else item.after or None,
                    tells_answer=is_commune or one.outcome == Outcome.ANSWERED,
                    title_year=dossier.title_year,
                )
                for item in items[one.pk]
            ],
            is_answerable=one.is_open and awaited,
            is_draft=one.is_open and is_commune,
        )
        for one in requests
    ]


def has_sealed_requests(dossier: Dossier, lines: Sequence[RequestLine]) -> bool:
    """Say whether departments asked for more than the requests that somebody may read. One query."""
    return SupplementRequest.objects.of_dossier(dossier).count() > len(lines)


def asked_of_commune(actor: Actor, dossier: Dossier) -> list[RequestLine]:
    """Return the requests that wait for the answer of the actor's commune. At most five queries."""
    if actor.role not in COMMUNE_COMMITTEE or not is_awaited(dossier):
        return []
    return [line for line in request_lines(actor, dossier) if line.is_answerable]


def requests_of(actor: Actor, dossier: Dossier, opinion: Opinion) -> list[RequestLine]:
    """Return what was asked and answered for one opinion, as the actor reads it. Four queries."""
    return [line for line in request_lines(actor, dossier) if line.request.opinion_id == opinion.pk]


def answered_items(actor: Actor, dossier: Dossier) -> dict[int, list[ItemLine]]:
    """Return what the commune answered in the current round on indicators of the actor's department, by result.

    The latest answer first. Four queries.
    """
    found: defaultdict[int, list[ItemLine]] = defaultdict(list)
    for line in request_lines(actor, dossier):
        opinion, outcome = line.request.opinion, line.request.outcome
        if opinion.round == dossier.appraisal_round and outcome == Outcome.ANSWERED:
            for one in line.items:
                found[one.item.result_id].append(one)
    return found


def _line(item: SupplementItem, after: Snapshot | None, *, tells_answer: bool, title_year: int) -> ItemLine:
    before = item.before
    latest = after or before
    known = {file["document"] for file in before["files"]}
    present = {file["document"] for file in after["files"]} if after else known
    return ItemLine(
        item=item,
        answer=item.answer if tells_answer else "",
        before=shown_figure(item, before),
        after=shown_figure(item, after) if after else None,
        added=[file for file in after["files"] if file["document"] not in known] if after else [],
        removed=[file for file in before["files"] if file["document"] not in present],
        shortfall=""
        if latest["not_applicable"]
        else threshold_for(item.result.indicator).shortfall(latest["value"], title_year),
        lacking=_lacking(item, after) if after else "",
    )


def _lacking(item: SupplementItem, prepared: Snapshot) -> str:
    """Return what an answer lacks of what the gate of indicators asks for, as a word beside it."""
    is_reported = prepared["not_applicable"] or prepared["value"]
    if not is_reported and item.result.indicator.threshold_kind != ThresholdKind.UNSET:
        return _("Chưa có số liệu")
    return "" if prepared["files"] else _("Chưa có minh chứng")


def shown_figure(item: SupplementItem, snapshot: Snapshot) -> str:
    """Return the figure of a snapshot as people read it, with its year, source and note."""
    if snapshot["not_applicable"]:
        return _("không áp dụng: %(reason)s") % {"reason": snapshot["not_applicable_reason"]}
    shown = threshold_for(item.result.indicator).display(snapshot["value"]) or _("chưa có số liệu")
    year = f" ({snapshot['figure_year']})" if snapshot["figure_year"] and snapshot["value"] else ""
    more = [text for text in (snapshot["figure_source"], snapshot["note"]) if text]
    return "; ".join([f"{shown}{year}", *more])
