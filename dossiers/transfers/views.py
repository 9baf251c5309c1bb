"""What is left to whoever had a dossier before it was moved to another place: its history until then."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dossiers.dossier.history import Narrowing, Reader, history_of
from dossiers.dossier.sentences import sentence
from dossiers.dossier.views import HISTORY_PAGE
from dossiers.policies.access import ActorRequest, actor_required
from dossiers.policies.visibility import handled_transfer
from storage import ledger


@actor_required
@require_safe
def handled(request: ActorRequest, pk: int) -> HttpResponse:
    """The history of a dossier up to the act that moved it away from the reader's place; 404 for everybody else.

    Sealed contents stay sealed, and nothing leads on to pages that are no longer the reader's.
    """
    transfer = handled_transfer(request.actor, pk)
    if transfer is None:
        raise Http404
    dossier = transfer.dossier
    reader = Reader.of(request.actor, dossier).without_links()
    entries = history_of(reader, Narrowing()).filter(sequence__lte=transfer.sequence)
    page = Paginator(entries, HISTORY_PAGE).get_page(request.GET.get("trang"))
    context = {
        "transfer": transfer,
        "dossier": dossier,
        "page": page,
        "sentences": [sentence(entry, reader) for entry in page.object_list],
        "verification": ledger.verify(dossier.stream),
    }
    return render(request, "transfers/handled.html", context)
