"""What happens when an uploaded file has arrived: it becomes evidence, by the act of the person who sent it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts import ActRefused, Busy
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Appointment
from dossiers.policies import Actor
from storage.documents.models import Document, Upload
from storage.errors import TryLater, UploadRefused

from .acts import AttachEvidence
from .models import IndicatorResult

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
    result_id = int(upload.subject.partition(":")[2])
    dossier = Dossier.objects.with_places().get(results=result_id)
    try:
        AttachEvidence(
            actor=actor,
            dossier=dossier,
            results=[result_id],
            document=document,
            caption=upload.context.get("caption", ""),
        ).perform()
    except Busy as busy:
        raise TryLater(str(busy)) from busy
    except ActRefused as refused:
        raise UploadRefused("act", str(refused)) from refused


def _actor(upload: Upload) -> Actor:
    appointments = Appointment.objects.current(on=timezone.localdate()).with_places()
    held = appointments.filter(pk=upload.context.get("appointment"), user=upload.owner_id).first()
    if held is None:
        message = _(
            "Nhiệm vụ mà anh/chị dùng khi gửi tệp đã kết thúc, nên tệp không được thêm vào minh chứng."
        )
        raise UploadRefused("appointment", message)
    return Actor(user=held.user, appointment=held)
