"""Using a file that is there for further indicators."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.postgres.search import SearchQuery
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dossiers.acts import ActRefused, Refusal
from dossiers.dossier.models import Dossier
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from storage.documents import scanning, thumbnail_link
from storage.documents.models import Document
from storage.documents.reading import NAME
from storage.vietnamese import search_query

from .acts import AttachEvidence
from .evidence import evidence_or_404
from .models import IndicatorResult
from .selectors import visible_results
from .unsent import listed_for
from .views import is_editable, result_or_404

FILES_A_PAGE = 48


@dataclass(frozen=True)
class Target:
    """An indicator that a file may be used for; ``has_it`` also when it has the same contents by another name."""

    result: IndicatorResult
    has_it: bool
    is_locked: bool
    is_chosen: bool


@dataclass(frozen=True)
class Offered:
    """A file of the dossier: where it is evidence, and whether this indicator has it already."""

    document: Document
    thumbnail_url: str
    codes: list[str]
    has_it: bool


@with_dossier
@require_http_methods(["GET", "POST"])
def reuse_evidence(request: ActorRequest, dossier: Dossier, evidence_id: int) -> HttpResponse:
    """Use one file for further indicators of the dossier: for all that were ticked, or for none."""
    one = evidence_or_404(request, dossier, evidence_id)
    require_authority(AttachEvidence, request, dossier)
    if one.removed_at is not None:
        messages.error(request, _("Tệp này đã bị bỏ hoặc đã có bản thay, nên không dùng cho chỉ tiêu khác."))
        return redirect("results:view_evidence", pk=dossier.pk, evidence_id=one.pk)
    if reason := scanning.withheld(one.document):
        messages.error(request, reason)
        return redirect("results:view_evidence", pk=dossier.pk, evidence_id=one.pk)
    refusals: list[Refusal] = []
    chosen = {int(typed) for typed in request.POST.getlist("result") if typed.isdecimal() and len(typed) < 19}
    if request.method == "POST" and not chosen:
        refusals = [Refusal("none", _("Xin chọn ít nhất một chỉ tiêu."))]
    elif request.method == "POST":
        try:
            AttachEvidence(
                actor=request.actor,
                dossier=dossier,
                document=one.document,
                results=chosen,
                caption=one.caption,
            ).perform()
        except ActRefused as refused:
            refusals = list(refused.reasons)
        else:
            n = len(chosen)
            text = ngettext("Đã dùng tệp cho thêm %(n)s chỉ tiêu.", "Đã dùng tệp cho thêm %(n)s chỉ tiêu.", n)
            messages.success(request, text % {"n": n})
            return redirect("results:view_evidence", pk=dossier.pk, evidence_id=one.pk)
    context = {
        "dossier": dossier,
        "active_tab": "indicators",
        "one": one,
        "targets": _targets(request, dossier, one.document, chosen),
        "refusals": refusals,
        "lawful": AttachEvidence.is_open_to(request.actor, dossier),
        "pages": open_pages(request, dossier),
    }
    return render(request, "results/reuse.html", context, status=409 if refusals else 200)


def _targets(request: ActorRequest, dossier: Dossier, document: Document, chosen: set[int]) -> list[Target]:
    current = listed_for(request.actor).filter(result__dossier=dossier)
    having = set(current.filter(document__sha256=document.sha256).values_list("result", flat=True))
    results = visible_results(request.actor, dossier).select_related("indicator__criterion")
    return [
        Target(
            result=result,
            has_it=result.pk in having,
            is_locked=not is_editable(request, dossier, result),
            is_chosen=result.pk in chosen,
        )
        for result in results.order_by("position")
    ]


@with_dossier
@require_http_methods(["GET", "POST"])
def choose_evidence(request: ActorRequest, dossier: Dossier, code: str) -> HttpResponse:
    """Choose among the dossier's files for one indicator. A refused one does not lose the others."""
    result = result_or_404(request, dossier, code)
    require_authority(AttachEvidence, request, dossier)
    if not is_editable(request, dossier, result):
        messages.error(request, _("Chỉ tiêu này đang khóa, không thêm được minh chứng."))
        return redirect("results:indicator", pk=dossier.pk, code=code)
    if request.method == "POST":
        return _attach_chosen(request, dossier, result)
    typed = request.GET.get("q", "").strip()[:200]
    page = Paginator(_documents(request, dossier, typed), FILES_A_PAGE).get_page(request.GET.get("trang"))
    context = {
        "dossier": dossier,
        "active_tab": "indicators",
        "result": result,
        "indicator": result.indicator,
        "words": typed,
        "query": urlencode({"q": typed}) if typed else "",
        "page": page,
        "files": _offered(request, dossier, result, list(page)),
        "pages": open_pages(request, dossier),
    }
    return render(request, "results/choose.html", context)


def _documents(request: ActorRequest, dossier: Dossier, typed: str = "") -> QuerySet[Document]:
    """Return the open documents that are evidence in the dossier, newest first; named by what was typed."""
    current = listed_for(request.actor).filter(result__in=visible_results(request.actor, dossier))
    documents = Document.objects.filter(pk__in=current.values("document")).exclude(scanning.withheld_at())
    if words := search_query(typed):
        asked = SearchQuery(words, search_type="raw", config="simple")
        documents = documents.filter(texts__number=NAME, texts__words=asked)
    return documents.order_by("-uploaded_at", "pk").select_related("scan").prefetch_related("derivatives")


def _offered(
    request: ActorRequest, dossier: Dossier, result: IndicatorResult, documents: list[Document]
) -> list[Offered]:
    used: dict[UUID, list[str]] = {one.pk: [] for one in documents}
    current = listed_for(request.actor).filter(
        result__in=visible_results(request.actor, dossier), document__in=documents
    )
    for pk, code in current.order_by("result__position").values_list("document", "result__indicator__code"):
        used[pk].append(code)
    having = set(listed_for(request.actor).filter(result=result).values_list("document__sha256", flat=True))
    return [Offered(one, thumbnail_link(one), used[one.pk], has_it=one.sha256 in having) for one in documents]


def _attach_chosen(request: ActorRequest, dossier: Dossier, result: IndicatorResult) -> HttpResponse:
    typed = request.POST.getlist("document")[:FILES_A_PAGE]
    documents = list(_documents(request, dossier).filter(pk__in=[one for one in map(_uuid, typed) if one]))
    captions = dict(
        listed_for(request.actor)
        .filter(result__dossier=dossier, document__in=documents)
        .order_by("-added_at")
        .values_list("document", "caption")
    )
    if not documents:
        messages.error(request, _("Xin chọn ít nhất một tệp."))
        return redirect("results:choose_evidence", pk=dossier.pk, code=result.indicator.code)
    saved = 0
    for document in documents:
        try:
            AttachEvidence(
                actor=request.actor,
                dossier=dossier,
                document=document,
                results=[result.pk],
                caption=captions[document.pk],
            ).perform()
        except ActRefused as refused:
            messages.error(request, f"{document.name}: {refused}")
        else:
            saved += 1
    if saved:
        text = ngettext("Đã thêm %(n)s tệp minh chứng.", "Đã thêm %(n)s tệp minh chứng.", saved)
        messages.success(request, text % {"n": saved})
    return redirect("results:indicator", pk=dossier.pk, code=result.indicator.code)


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
