"""What happens when an uploaded file has arrived: it becomes evidence, by the act of the person who sent it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts import ActRefused, Busy, StaleForm
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Appointment
from dossiers.policies import Actor
from dossiers.substitutions.models import Substitution
from storage.documents.models import Document, Upload
from storage.errors import TryLater, UploadRefused

from .acts import AttachEvidence, ReplaceEvidence
from .models import Evidence, IndicatorResult
from .selectors import known_document

KIND = "evidence"


def subject_of(result: IndicatorResult) -> str:
    """Return how uploads name the indicator they are for."""
    return f"{KIND}:{result.pk}"


def attach(upload: Upload, document: Document) -> None:
    """Attach the document as the person, in the appointment they had when they began.

    Raises UploadRefused when the appointment has ended since or the act is refused, and TryLater while somebody else
    is at the dossier.
    """
    actor = _actor(upload)
    if actor is None:
        message = _(
            "Nhiệm vụ mà anh/chị dùng khi gửi tệp đã kết thúc, nên tệp không được thêm vào minh chứng."
        )
        raise UploadRefused("appointment", message)
    try:
        original_bytes = upload.context.get("original_size", 0)
        attaching(
            actor=actor,
            dossier=_dossier(upload),
            result_id=_result_id(upload),
            document=document,
            caption=upload.context.get("caption", ""),
            sent_as=upload.name,
            original_bytes=original_bytes if original_bytes > upload.size else None,
            replaces=upload.context.get("replaces"),
        ).perform()
    except Busy as busy:
        raise TryLater(str(busy)) from busy
    except ActRefused as refused:
        raise UploadRefused("act", str(refused)) from refused


def attaching(
    *,
    actor: Actor,
    dossier: Dossier,
    result_id: int,
    document: Document,
    sent_as: str,
    replaces: int | None = None,
    **inputs: Any,
) -> AttachEvidence | ReplaceEvidence:
    """Return the act by which a document becomes evidence of a result, in the place of the row ``replaces`` if given.

    Raises StaleForm when the dossier has no such row.
    """
    if replaces is None:
        return AttachEvidence(
            actor=actor, dossier=dossier, results=[result_id], document=document, sent_as=sent_as, **inputs
        )
    row = Evidence.including_unsent.filter(pk=replaces, result=result_id).select_related(
        "result__indicator", "document"
    )
    if (old := row.first()) is None:
        raise StaleForm
    return ReplaceEvidence(actor=actor, dossier=dossier, evidence=old, document=document, **inputs)


def known(upload: Upload, sha256: str) -> Document | None:
    """Return the document of these bytes that the person's commune has among its evidence already."""
    actor = _actor(upload)
    return known_document(actor, _dossier(upload), sha256) if actor else None


def _result_id(upload: Upload) -> int:
    return int(upload.subject.partition(":")[2])


def _dossier(upload: Upload) -> Dossier:
    return Dossier.objects.with_places().get(results=_result_id(upload))


def _actor(upload: Upload) -> Actor | None:
    """Return the person in the appointment they had when they began, or None when it has ended since.

    Whoever began as a substitute is returned as one; the act asks whether that still holds.
    """
    if (substitution_id := upload.context.get("substitution")) is not None:
        substitutions = Substitution.objects.with_places().filter(substitute=upload.owner_id)
        if (found := substitutions.filter(pk=substitution_id).first()) is None:
            return None
        return Actor(user=found.substitute, appointment=found.absent, substitution=found)
    appointments = Appointment.objects.current(on=timezone.localdate()).with_places()
    held = appointments.filter(pk=upload.context.get("appointment"), user=upload.owner_id).first()
    return Actor(user=held.user, appointment=held) if held else None
