"""Pages of the files: sending, opening and comparing them, taking them off the list, taking all of them away."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, cast

import structlog
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.acts import ActRefused, Refusal
from dossiers.dossier.models import Dossier
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from storage.documents import Document, link, receive, scanning
from storage.documents.models import ScanOutcome
from storage.errors import StorageError, Withheld
from storage.objects import content_disposition
from storage.text import keepable

from .acts import AttachEvidence, RemoveEvidence, ReplaceEvidence, RestoreEvidence
from .archive import archive_name, archive_of
from .likeness import comparison_or_404
from .models import Evidence
from .selectors import known_document, visible_results
from .unsent import as_shown_to, evidence_for, rows_as_shown_to
from .views import is_editable, result_or_404

logger = structlog.get_logger(__name__)
MAX_FILES_AT_ONCE = 50


@with_dossier
@require_POST
def upload(request: ActorRequest, dossier: Dossier, code: str) -> HttpResponse:
    """Receive files as evidence. Each file is on its own: a refused one does not lose the others.

    What the commune has already is used again, not stored a second time.
    """
    result = result_or_404(request, dossier, code)
    require_authority(AttachEvidence, request, dossier)
    if not is_editable(request, dossier, result):
        # Said before the bytes are stored, so that nothing is kept that nobody can attach.
        messages.error(request, _("Chỉ tiêu này đang khóa, không thêm được minh chứng."))
        return redirect("results:indicator", pk=dossier.pk, code=code)
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, _("Xin chọn ít nhất một tệp."))
    if len(files) > MAX_FILES_AT_ONCE:
        message = _("Mỗi lần gửi tối đa %(n)s tệp; xin chia làm nhiều lần.")
        messages.error(request, message % {"n": MAX_FILES_AT_ONCE})
        files = []
    caption, saved = keepable(request.POST.get("caption", "")).strip()[:300], 0
    for file in files:
        try:
            document, is_known = _received(request, dossier, file)
            AttachEvidence(
                actor=request.actor,
                dossier=dossier,
                results=[result.pk],
                document=document,
                caption=caption,
                sent_as=file.name or "",
            ).perform()
        except (StorageError, ActRefused) as error:
            messages.error(request, f"{file.name}: {error}")
        else:
            saved += 1
            if is_known:
                message = _("%(file)s: tệp này đã có trong kho của xã (tên «%(name)s»), đã dùng lại.")
                messages.info(request, message % {"file": file.name, "name": document.name})
    if saved:
        text = ngettext("Đã thêm %(n)s tệp minh chứng.", "Đã thêm %(n)s tệp minh chứng.", saved)
        messages.success(request, text % {"n": saved})
    return redirect("results:indicator", pk=dossier.pk, code=code)


def _received(request: ActorRequest, dossier: Dossier, file: UploadedFile) -> tuple[Document, bool]:
    """Return the document of a file that was sent, and whether the commune had it already. Raises StorageError."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    if known := known_document(request.actor, dossier, digest.hexdigest()):
        return known, True
    stream, person = cast(BinaryIO, file), request.actor.user.pk
    return receive(stream=stream, name=file.name or "", uploaded_by_id=person), False


@with_dossier
@require_safe
def archive(request: ActorRequest, dossier: Dossier) -> HttpResponseBase:
    """Send all evidence that the person may see as one ZIP, made while it is sent."""
    try:
        contents = archive_of(request.actor, dossier)
    except StorageError as error:
        messages.error(request, str(error))
        return redirect("results:indicators", pk=dossier.pk)
    logger.info("evidence_taken_out", dossier=dossier.pk, bytes=len(contents))
    answer = StreamingHttpResponse(contents, content_type="application/zip")
    answer["Content-Length"] = str(len(contents))
    answer["Content-Disposition"] = content_disposition(f"{archive_name(dossier)}.zip", inline=False)
    answer["Cache-Control"] = "no-store"
    return answer


def evidence_or_404(request: ActorRequest, dossier: Dossier, evidence_id: int) -> Evidence:
    """Return a file of an indicator that the actor may see, also one that was taken off. Not to be saved."""
    results = visible_results(request.actor, dossier)
    evidence = evidence_for(request.actor).select_related(
        "added_by",
        "removed_by",
        "unsent_removed_by",
        "result__indicator__criterion",
        "result__department",
        "result__dossier__commune",
        "document__retention",
        "document__integrity",
        "document__scan",
        "document__reading",
        "document__signature_check",
        "document__fingerprint",
    )
    found = get_object_or_404(evidence, pk=evidence_id, result__in=results)
    as_shown_to(request.actor, found.result)
    return rows_as_shown_to(request.actor, [found])[0]


@with_dossier
@require_safe
def open_evidence(request: ActorRequest, dossier: Dossier, evidence_id: int) -> HttpResponse:
    """Send the person on to a short-lived link of the file, after the policy check; a closed file says why it is."""
    evidence = evidence_or_404(request, dossier, evidence_id)
    try:
        answer: HttpResponse = redirect(link(evidence.document, download="tai-ve" in request.GET))
    except Withheld as reason:
        answer = _withheld_page(request, dossier, evidence, str(reason))
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _withheld_page(request: ActorRequest, dossier: Dossier, evidence: Evidence, reason: str) -> HttpResponse:
    context = {
        "dossier": dossier,
        "active_tab": "indicators",
        "code": evidence.result.indicator.code,
        "document": evidence.document,
        "scan": scanning.words(evidence.document),
        "is_infected": scanning.state_of(evidence.document) == ScanOutcome.INFECTED,
        "reason": reason,
        "pages": open_pages(request, dossier),
    }
    return render(request, "results/withheld.html", context, status=409)


@with_dossier
@require_safe
def compare(request: ActorRequest, dossier: Dossier, evidence_id: int, other_id: int) -> HttpResponse:
    """Two files that look alike, side by side: this dossier's and another's. Only for those who appraise both."""
    evidence = evidence_or_404(request, dossier, evidence_id)
    comparison = comparison_or_404(request.actor, evidence, other_id)
    logger.info("evidence_compared", dossier=dossier.pk, evidence=evidence_id, other=other_id)
    context = {
        "dossier": dossier,
        "active_tab": "indicators",
        "comparison": comparison,
        "indicator": evidence.result.indicator,
        "pages": open_pages(request, dossier),
    }
    answer = render(request, "results/compare.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@with_dossier
@require_POST
def remove_evidence(request: ActorRequest, dossier: Dossier, evidence_id: int) -> HttpResponse:
    """Take a file off the indicator's list; the file itself is kept for the history."""
    return _change_list(request, dossier, evidence_id, RemoveEvidence, _("Đã bỏ tệp «%(name)s»."))


@with_dossier
@require_POST
def restore_evidence(request: ActorRequest, dossier: Dossier, evidence_id: int) -> HttpResponse:
    """Put a file that was taken off the indicator's list back."""
    return _change_list(request, dossier, evidence_id, RestoreEvidence, _("Đã lấy lại tệp «%(name)s»."))


def _change_list(
    request: ActorRequest,
    dossier: Dossier,
    evidence_id: int,
    act: type[RemoveEvidence | RestoreEvidence],
    done: str,
) -> HttpResponse:
    evidence = evidence_or_404(request, dossier, evidence_id)
    require_authority(act, request, dossier)
    try:
        act(actor=request.actor, dossier=dossier, evidence=evidence).perform()
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done % {"name": evidence.document.name})
    return redirect("results:indicator", pk=dossier.pk, code=evidence.result.indicator.code)


@with_dossier
@require_http_methods(["GET", "POST"])
def replace_evidence(request: ActorRequest, dossier: Dossier, evidence_id: int) -> HttpResponse:
    """Send a new version of a file, which takes its place in the list; the old one stays readable."""
    one = evidence_or_404(request, dossier, evidence_id)
    require_authority(ReplaceEvidence, request, dossier)
    if one.removed_at is not None or not is_editable(request, dossier, one.result):
        # Said before the bytes are stored, so that nothing is kept that takes no place.
        messages.error(
            request, _("Tệp này không thay được: chỉ tiêu đang khóa, hoặc tệp không còn trong danh sách.")
        )
        return redirect("results:view_evidence", pk=dossier.pk, evidence_id=one.pk)
    refusals: list[Refusal] = []
    caption = keepable(request.POST.get("caption", one.caption)).strip()[:300]
    file = request.FILES.get("file")
    if request.method == "POST" and file is None:
        refusals = [Refusal("none", _("Xin chọn tệp của bản mới."), field="file")]
    elif file is not None:
        try:
            document, _is_known = _received(request, dossier, file)
            act = ReplaceEvidence(
                actor=request.actor, dossier=dossier, evidence=one, document=document, caption=caption
            )
            act.perform()
        except StorageError as error:
            refusals = [Refusal("file", str(error), field="file")]
        except ActRefused as refused:
            refusals = list(refused.reasons)
        else:
            text = _("Đã thay «%(old)s» bằng «%(new)s». Bản trước vẫn xem được bên dưới.")
            messages.success(request, text % {"old": one.document.name, "new": document.name})
            return redirect("results:view_evidence", pk=dossier.pk, evidence_id=act.replacement.pk)
    context = {
        "dossier": dossier,
        "active_tab": "indicators",
        "one": one,
        "caption": caption,
        "refusals": refusals,
        "pages": open_pages(request, dossier),
    }
    return render(request, "results/replace.html", context, status=409 if refusals else 200)
