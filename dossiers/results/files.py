"""The files of an indicator, with what is known of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch

from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from storage.documents import scanning, signature_lines, thumbnail_link
from storage.documents.models import ScanOutcome, Signature
from storage.documents.signature_words import SignatureLines

from .likeness import Resemblances, resemblances
from .models import Evidence, IndicatorResult
from .unsent import listed_for


@dataclass(frozen=True)
class ListedFile:
    """One file of an indicator's list, with what scanning says of it (``scanning.words``, ``scanning.withheld``)."""

    evidence: Evidence
    thumbnail_url: str
    scan: str
    is_infected: bool
    withheld: str
    signatures: SignatureLines
    removable: bool
    resembled: Resemblances | None


def listed_files(actor: Actor, result: IndicatorResult, *, editable: bool, writer: bool) -> list[ListedFile]:
    """Return the current files of an indicator. Six queries.

    ``editable`` says whether the reader may change the list, ``writer`` whether at least an infected file may be
    removed, as it may from a list that is locked otherwise.
    """
    evidence = list(
        listed_for(actor)
        .filter(result=result)
        .select_related(
            "added_by",
            "document__retention",
            "document__integrity",
            "document__scan",
            "document__reading",
            "document__signature_check",
        )
        .prefetch_related(
            "document__derivatives",
            Prefetch("document__signature_check__signatures", Signature.objects.defer("chain")),
        )
    )
    resembled = resemblances(actor, result.dossier, evidence)
    found = []
    for one in evidence:
        is_infected = scanning.state_of(one.document) == ScanOutcome.INFECTED
        found.append(
            ListedFile(
                evidence=one,
                thumbnail_url=thumbnail_link(one.document),
                scan=scanning.words(one.document),
                is_infected=is_infected,
                withheld=scanning.withheld(one.document),
                signatures=signature_lines(one.document),
                removable=editable or (writer and is_infected),
                resembled=resembled.get(one.pk),
            )
        )
    return found


@dataclass(frozen=True)
class NamedFile:
    """A file by its name, with what somebody should know before relying on it."""

    evidence: Evidence
    withheld: str
    resembled: Resemblances | None


def named_files(actor: Actor, dossier: Dossier, result_ids: Collection[int]) -> dict[int, list[NamedFile]]:
    """Return the current files of several indicators of a dossier, by result, in their order. Four queries."""
    current = listed_for(actor).filter(result__in=result_ids)
    evidence = list(current.select_related("document__scan", "document__reading"))
    resembled = resemblances(actor, dossier, evidence)
    found: dict[int, list[NamedFile]] = {}
    for one in evidence:
        line = NamedFile(one, scanning.withheld(one.document), resembled.get(one.pk))
        found.setdefault(one.result_id, []).append(line)
    return found
