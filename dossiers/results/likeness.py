"""Files that look like those of another commune or of another dossier: hints for those who appraise."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit
from dossiers.policies import Actor
from dossiers.policies.visibility import DEPARTMENTS, comparable_evidence
from storage.documents import preview_link, scanning
from storage.documents.likeness import alike
from storage.documents.models import Document, DocumentState, Integrity

from .models import Evidence

#: So many other dossiers are named at once.
NAMED = 3
#: A page reads so many of other dossiers' entries at most: a province's decision is in every dossier.
MOST_READ = 500


@dataclass
class Resemblance:
    """Another dossier that has a file like this one; ``other`` is the first of its entries that does."""

    other: Evidence
    codes: list[str] = field(default_factory=list)

    @property
    def dossier(self) -> Dossier:
        return self.other.result.dossier

    @property
    def commune(self) -> AdministrativeUnit:
        return self.dossier.commune


@dataclass
class Resemblances:
    """What a file's place in the list says: the first few dossiers at once, the rest when asked."""

    all: list[Resemblance]

    @property
    def first(self) -> list[Resemblance]:
        return self.all[:NAMED]

    @property
    def rest(self) -> list[Resemblance]:
        return self.all[NAMED:]


@dataclass(frozen=True)
class Side:
    """One of two files that are compared. Without ``preview_url`` when there is none, or none to be relied on."""

    evidence: Evidence
    preview_url: str
    is_unreliable: bool
    withheld: str


@dataclass(frozen=True)
class Comparison:
    """Two files side by side. ``agreement`` is in percent; None where they are the same byte for byte."""

    this: Side
    other: Side
    agreement: int | None

    @property
    def is_same(self) -> bool:
        return self.agreement is None

    @property
    def is_close(self) -> bool:
        return self.agreement is not None and self.agreement >= 97


def comparison_words(actor: Actor, document: Document) -> str:
    """Say whether a picture was compared with those of other communes, to whom resemblances are shown; else nothing.

    Costs no query where ``fingerprint`` was selected.
    """
    if actor.role not in DEPARTMENTS:
        return ""
    fingerprint = getattr(document, "fingerprint", None)
    if fingerprint is None:
        return (
            _("không so được: tệp không có ảnh") if document.state != DocumentState.RECEIVED else _("chưa so")
        )
    if not fingerprint.hashes:
        return _("không so được: ảnh quá ít chi tiết, hoặc là trang chữ")
    return _("đã so; nếu có tệp giống thì hiện dưới tệp") if fingerprint.compared_at else _("chưa so")


def resemblances(actor: Actor, dossier: Dossier, evidence: Collection[Evidence]) -> dict[int, Resemblances]:
    """Return by evidence of the dossier which other dossiers have files like it, as far as the actor may know.

    Files that were taken off another dossier's list count too. Three queries.
    """
    found = alike({one.document_id for one in evidence})
    documents = {other for pairs in found.values() for other in pairs}
    entries = list(_comparable(actor, dossier).filter(document__in=documents)[:MOST_READ])
    by_evidence = {one.pk: _grouped(found[one.document_id], entries) for one in evidence}
    return {pk: Resemblances(grouped) for pk, grouped in by_evidence.items() if grouped}


def _comparable(actor: Actor, dossier: Dossier) -> QuerySet[Evidence]:
    others = Evidence.objects.filter(comparable_evidence(actor)).exclude(result__dossier=dossier)
    related = (
        "document__scan",
        "document__integrity",
        "added_by",
        "result__indicator",
        "result__dossier__commune",
    )
    return others.select_related(*related).order_by("added_at", "pk")


def _grouped(documents: Container[UUID], entries: Iterable[Evidence]) -> list[Resemblance]:
    grouped: dict[int, Resemblance] = {}
    for entry in entries:
        if entry.document_id in documents:
            resemblance = grouped.setdefault(entry.result.dossier_id, Resemblance(entry))
            if entry.result.indicator.code not in resemblance.codes:
                resemblance.codes.append(entry.result.indicator.code)
    return list(grouped.values())


def comparison_or_404(actor: Actor, evidence: Evidence, other_id: int) -> Comparison:
    """Return two files that are alike. Raises Http404 when the other is unknown, not like it, or not for the actor."""
    other = get_object_or_404(_comparable(actor, evidence.result.dossier), pk=other_id)
    found = alike({evidence.document_id})[evidence.document_id]
    if other.document_id not in found:
        raise Http404
    return Comparison(_side(evidence), _side(other), found[other.document_id])


def _side(evidence: Evidence) -> Side:
    check = getattr(evidence.document, "integrity", None)
    is_unreliable = check is not None and check.outcome != Integrity.INTACT
    preview_url = "" if is_unreliable else preview_link(evidence.document)
    return Side(evidence, preview_url, is_unreliable, scanning.withheld(evidence.document))
