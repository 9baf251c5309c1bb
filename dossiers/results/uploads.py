"""Sending evidence in parts, as JSON: the browser announces a file, gets addresses, and asks how far it is.

Answers of a refusal are ``{"error": sentence, "code": word}``. Uploads of other people do not exist (404).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.acts import ActRefused, Busy
from dossiers.dossier.models import Dossier
from dossiers.json_bodies import json_object
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from storage.documents import uploads
from storage.documents.models import Document, Upload, UploadState
from storage.documents.names import clean_name
from storage.errors import (
    PartsGone,
    PartsMissing,
    PartSpoilt,
    StorageError,
    StorageUnavailable,
    UploadRefused,
)
from storage.text import keepable

from .acts import AttachEvidence, is_locked
from .arrivals import KIND, attaching, subject_of
from .models import IndicatorResult
from .selectors import known_document, visible_results
from .unsent import listed_for

MAX_PARTS_AT_ONCE = 16
#: Sentence and status for each way in which storage says no.
STATUSES: dict[type[StorageError], tuple[str, int]] = {
    UploadRefused: ("refused", 422),
    PartsMissing: ("missing", 409),
    PartsGone: ("gone", 410),
    PartSpoilt: ("spoilt", 400),
    StorageUnavailable: ("unavailable", 503),
}

View = Callable[..., HttpResponseBase]


def answers(view: View) -> View:
    """Turn what storage and the acts refuse into JSON, and nonsense into a plain 400."""

    @wraps(view)
    def guarded(request: ActorRequest, dossier: Dossier, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_authority(AttachEvidence, request, dossier)
        try:
            return view(request, dossier, *args, **kwargs)
        except StorageError as error:
            code, status = next(found for kind, found in STATUSES.items() if isinstance(error, kind))
            return JsonResponse({"error": str(error), "code": code}, status=status)
        except (ValueError, KeyError):
            return JsonResponse({"error": _("Yêu cầu không hợp lệ."), "code": "invalid"}, status=400)

    return guarded


def shown(upload: Upload, *, parts: bool = False) -> dict[str, Any]:
    """Return what the person's browser may know of an upload; ``parts`` asks the store what is there."""
    found = {
        "id": str(upload.pk),
        "name": upload.name,
        "original": upload.context.get("original", upload.name),
        "size": upload.size,
        "original_size": upload.context.get("original_size", upload.size),
        "sha256": upload.context.get("sha256", ""),
        "modified": upload.context.get("modified"),
        "part_bytes": upload.part_bytes,
        "state": upload.state,
        "refusal": upload.refusal,
        "linked": upload.known_document.name if upload.known_document else "",
    }
    if parts and upload.state == UploadState.OPEN:
        found["parts"] = [part.number for part in uploads.uploaded_parts(upload)]
    return found


def _own_or_404(request: ActorRequest, dossier: Dossier, upload_id: UUID) -> Upload:
    upload = get_object_or_404(Upload, pk=upload_id, owner_id=request.actor.user.pk)
    kind, _colon, result_id = upload.subject.partition(":")
    get_object_or_404(visible_results(request.actor, dossier), pk=int(result_id) if kind == KIND else 0)
    return upload


def _refusal(dossier: Dossier, result: IndicatorResult) -> JsonResponse | None:
    """Return why nothing can be added here now, before anything is stored that nobody can attach."""
    if not AttachEvidence.is_lawful_for(dossier):
        message = dossier.wrong_state_refusal(AttachEvidence.label).message
    elif is_locked(dossier, result):
        message = _("Chỉ tiêu này đang khóa, không thêm được minh chứng.")
    else:
        return None
    return JsonResponse({"error": message, "code": "locked"}, status=409)


@with_dossier
@require_http_methods(["GET", "POST"])
@answers
def indicator_uploads(request: ActorRequest, dossier: Dossier, code: str) -> HttpResponse:
    """GET lists the person's own uploads for the indicator, POST announces a file.

    Listed is what has not ended, what was received and is evidence still (the same file chosen again is then known),
    and what was refused and the person has not put aside: the reason outlives the page that it was shown on. With
    ``id``, as often as needed, only those are listed, however far they are. An announced file with ``replaces``
    will stand in the place of that row of the indicator's evidence; GET with it lists the uploads that will too.

    A file announced with its SHA-256 (base64) that the commune has already is attached at once: the answer is then
    ``{"linked": name}``, and nothing is to be sent.
    """
    results = visible_results(request.actor, dossier)
    result = get_object_or_404(results.select_related("indicator"), indicator__code=code)
    if request.method == "GET":
        mine = Upload.objects.filter(owner_id=request.actor.user.pk, subject=subject_of(result))
        if asked := [UUID(one) for one in request.GET.getlist("id")]:
            found = mine.filter(pk__in=asked).select_related("document")
            return JsonResponse({"uploads": [shown(one) for one in found]})
        current = listed_for(request.actor).filter(result=result).values("document")
        received = mine.filter(state=UploadState.RECEIVED, document__in=current).select_related("document")
        replaces = int(request.GET["replaces"]) if "replaces" in request.GET else None
        unfinished = mine.filter(state__in=uploads.UNFINISHED)
        refused = mine.filter(state=UploadState.REFUSED, acknowledged_at=None)
        return JsonResponse(
            {
                "uploads": [shown(one) for one in unfinished if one.context.get("replaces") == replaces],
                "received": [shown(one) for one in received],
                "refused": [shown(one) for one in refused if one.context.get("replaces") == replaces],
            }
        )
    return _refusal(dossier, result) or _announce(request, dossier, result)


def _announce(request: ActorRequest, dossier: Dossier, result: IndicatorResult) -> JsonResponse:
    """Begin the upload of the file that the request announces, or use what the commune has of it already."""
    given = json_object(request)
    name, size, sha256 = str(given["name"]), int(str(given["size"])), str(given.get("sha256", ""))
    caption = keepable(str(given.get("caption", ""))).strip()[:300]
    original_size = int(str(given.get("original_size", size)))
    replaces = int(str(given["replaces"])) if given.get("replaces") else None
    if sha256 and (known := known_document(request.actor, dossier, uploads.digest_of(sha256).hex())):
        return _link(
            actor=request.actor,
            dossier=dossier,
            result_id=result.pk,
            document=known,
            caption=caption,
            sent_as=clean_name(name),
            original_bytes=original_size if original_size > size else None,
            replaces=replaces,
        )
    upload = uploads.begin(
        name=name,
        size=size,
        owner_id=request.actor.user.pk,
        subject=subject_of(result),
        context={
            "appointment": request.actor.appointment.pk,
            "substitution": request.actor.substitution.pk if request.actor.substitution else None,
            "caption": caption,
            "replaces": replaces,
            # What the browser knows the file by when it is chosen again: as it is on the person's machine, where a
            # photo may be larger than what is sent of it; and the bytes that were to be sent.
            "original": keepable(str(given.get("original", name)))[:255],
            "original_size": original_size,
            "modified": int(str(given.get("modified", 0))),
            "sha256": sha256,
        },
    )
    return JsonResponse({**shown(upload), "parts": []}, status=201)


def _link(document: Document, **inputs: Any) -> JsonResponse:
    try:
        attaching(document=document, **inputs).perform()
    except Busy as busy:
        return JsonResponse({"error": str(busy), "code": "unavailable"}, status=503)
    except ActRefused as refused:
        return JsonResponse({"error": str(refused), "code": "refused"}, status=409)
    return JsonResponse({"linked": document.name}, status=201)


@with_dossier
@require_safe
@answers
def upload_state(request: ActorRequest, dossier: Dossier, upload_id: UUID) -> HttpResponse:
    """How far one upload is, and which of its parts are there."""
    return JsonResponse(shown(_own_or_404(request, dossier, upload_id), parts=True))


@with_dossier
@require_POST
@answers
def sign_parts(request: ActorRequest, dossier: Dossier, upload_id: UUID) -> HttpResponse:
    """Give an address for each part in ``parts``: number to SHA-256 in base64."""
    upload = _own_or_404(request, dossier, upload_id)
    if not AttachEvidence.is_lawful_for(dossier):
        message = dossier.wrong_state_refusal(AttachEvidence.label).message
        return JsonResponse({"error": message, "code": "locked"}, status=409)
    given = json_object(request)["parts"]
    if not isinstance(given, dict) or not 1 <= len(given) <= MAX_PARTS_AT_ONCE:
        raise ValueError(given)
    wanted = {int(number): str(sha256) for number, sha256 in given.items()}
    signed = uploads.sign_parts(upload, wanted)
    if not settings.UPLOADS_DIRECT:
        signed = {
            number: f"{reverse('results:upload_part', args=[dossier.pk, upload.pk, number])}"
            f"?{urlencode({'sha256': wanted[number]})}"
            for number in wanted
        }
    return JsonResponse({"parts": signed})


@with_dossier
@require_http_methods(["PUT"])
@answers
def upload_part(request: ActorRequest, dossier: Dossier, upload_id: UUID, number: int) -> HttpResponse:
    """Pass one part on to the store, where browsers cannot reach it (``UPLOADS_DIRECT``). Memory stays flat."""
    upload = _own_or_404(request, dossier, upload_id)
    tag = uploads.pass_part(
        upload,
        number=number,
        sha256=request.GET.get("sha256", ""),
        stream=cast(BinaryIO, request),
        length=int(request.headers.get("Content-Length") or 0),
    )
    return HttpResponse(headers={"ETag": f'"{tag}"'})


@with_dossier
@require_POST
@answers
def finish_upload(request: ActorRequest, dossier: Dossier, upload_id: UUID) -> HttpResponse:
    """All parts are there: have the file looked into."""
    return JsonResponse(shown(uploads.finish(_own_or_404(request, dossier, upload_id))))


@with_dossier
@require_POST
@answers
def abort_upload(request: ActorRequest, dossier: Dossier, upload_id: UUID) -> HttpResponse:
    """Give up an upload and the parts that are there, or put aside one that was refused."""
    upload = _own_or_404(request, dossier, upload_id)
    give_up = uploads.acknowledge if upload.state == UploadState.REFUSED else uploads.expire
    return JsonResponse(shown(give_up(upload)))
