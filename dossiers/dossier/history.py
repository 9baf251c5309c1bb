"""Reading the history: what of it is open to a reader, what it can be narrowed by, and the entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Min, Q, QuerySet
from django.urls import reverse

from dossiers.acts import all_acts
from dossiers.criteria.thresholds import Threshold, threshold_for
from dossiers.policies import Actor
from dossiers.policies.visibility import Unsealed, is_sealed, is_unsent, readable_entries, unsealed_for
from dossiers.results.selectors import visible_results
from dossiers.results.unsent import evidence_for
from storage.ledger import Entry

from .models import Dossier


@dataclass(frozen=True)
class Reader:
    """What of one dossier's history is open to one actor: opinions, indicators with their thresholds, and files.

    ``files`` has the page of each document that is or was evidence of an indicator the actor sees, by its id.
    """

    dossier: Dossier
    unsealed: Unsealed
    thresholds: Mapping[str, Threshold]
    links: Mapping[str, str]
    files: Mapping[str, str]

    @classmethod
    def of(cls, actor: Actor, dossier: Dossier) -> Reader:
        """Return the reader for an actor who may see the dossier. At most four queries."""
        results = visible_results(actor, dossier).select_related("indicator").order_by("position")
        indicators = [result.indicator for result in results]
        evidence = evidence_for(actor).filter(result__in=[result.pk for result in results]).order_by("pk")
        return cls(
            dossier=dossier,
            unsealed=unsealed_for(actor, dossier),
            thresholds={one.code: threshold_for(one) for one in indicators},
            links={one.code: reverse("results:indicator", args=[dossier.pk, one.code]) for one in indicators},
            files={
                str(document_id): reverse("results:view_evidence", args=[dossier.pk, pk])
                for pk, document_id in evidence.values_list("pk", "document_id")
            },
        )

    def without_links(self) -> Reader:
        """Return the reader for somebody who may read the history and not open the dossier's other pages."""
        return replace(self, links={}, files={})

    def is_kept_from(self, entry: Entry) -> bool:
        """Say whether the contents of the entry are sealed from this reader."""
        return is_sealed(entry, self.unsealed)

    def waits_for_sending(self, entry: Entry) -> bool:
        """Say whether the entry tells what the commune prepared and its chair has not sent."""
        return is_unsent(entry, self.unsealed)

    def may_see(self, code: str) -> bool:
        """Say whether figures and evidence of the indicator are open to this reader."""
        return code in self.thresholds

    def figure(self, code: str, canonical: str) -> str:
        """Return a stored figure of an indicator as people read it."""
        try:
            return self.thresholds[code].display(canonical)
        except (KeyError, ValueError):
            # A figure of another day than the threshold's: better as it was kept than not at all.
            return canonical.replace(".", ",")


@dataclass(frozen=True)
class Choices:
    """What a history can be narrowed by, as (value, label): what happened in it, in the order of the first time."""

    acts: list[tuple[str, str]]
    agencies: list[tuple[str, str]]
    indicators: list[tuple[str, str]]


def choices_of(reader: Reader) -> Choices:
    """Return the acts and agencies that occur in the history, and the reader's indicators. One query."""
    names = {act.name: str(act.label) for act in all_acts()}
    rows = (
        Entry.objects.filter(stream=reader.dossier.stream)
        .values_list("act", "actor__agency_id", "actor__agency")
        .annotate(first=Min("sequence"))
        .order_by("first")
    )
    acts: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for act, agency_id, agency, _first in rows:
        acts[act] = names.get(act, act)
        if agency_id is not None:
            agencies[str(agency_id)] = agency
    return Choices(
        acts=list(acts.items()),
        agencies=list(agencies.items()),
        indicators=[(code, code) for code in reader.thresholds],
    )


@dataclass(frozen=True)
class Narrowing:
    """What is asked of a history; an empty field asks for everything. ``since`` and ``until`` are days of it."""

    act: str = ""
    agency: str = ""
    indicator: str = ""
    since: date | None = None
    until: date | None = None
    only_signed: bool = False


def history_of(reader: Reader, narrowing: Narrowing) -> QuerySet[Entry]:
    """Return the entries asked for, newest first. What the reader may not read is not found by its indicators."""
    entries = Entry.objects.filter(stream=reader.dossier.stream).order_by("-sequence")
    if narrowing.act:
        entries = entries.filter(act=narrowing.act)
    if narrowing.agency:
        entries = entries.filter(actor__agency_id=int(narrowing.agency))
    if narrowing.indicator:
        entries = entries.filter(_about(narrowing.indicator), readable_entries(reader.unsealed))
    if narrowing.since:
        entries = entries.filter(at__date__gte=narrowing.since)
    if narrowing.until:
        entries = entries.filter(at__date__lte=narrowing.until)
    if narrowing.only_signed:
        entries = entries.filter(act__in=[act.name for act in all_acts() if act.is_signed])
    return entries


def _about(code: str) -> Q:
    """Return the condition that an entry names the indicator: alone, in a list, or in rows of figures or findings."""
    found = Q(subject__indicator=code) | Q(payload__contains={"indicators": [code]})
    for rows in ("targets", "figures", "findings", "items"):
        found |= Q(payload__contains={rows: [{"indicator": code}]})
    return found
