"""Attaching files to indicators, taking them off, back, and putting new versions in their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, Refusal, StaleForm, register
from dossiers.dossier.models import Dossier, State
from storage.documents import scanning
from storage.documents.models import Document, ScanOutcome

from .editing import EditingAct
from .models import Evidence, IndicatorResult, listed
from .unsent import goes_aside

EVIDENCE_PER_INDICATOR = 500


@register
class AttachEvidence(EditingAct):
    """Attach a received document to the indicators it proves: one file may serve several. All of them, or none.

    ``sent_as`` is the name of the file the person chose, where a document that was there already serves for it, and
    ``original_bytes`` the size of the photo that the document was made smaller of before it was sent.
    """

    name = "result.attach"
    label = gettext_lazy("Thêm minh chứng")

    def __init__(
        self,
        *,
        document: Document,
        results: Iterable[int],
        caption: str = "",
        sent_as: str = "",
        original_bytes: int | None = None,
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.document, self.caption = document, caption.strip()
        self.sent_as, self.original_bytes = sent_as or document.name, original_bytes
        self.result_ids = sorted(set(results))
        self.evidence: list[Evidence] = []
        self._codes: list[str] = []

    def change(self) -> None:
        results = list(
            IndicatorResult.objects.filter(dossier=self.dossier, pk__in=self.result_ids)
            .select_related("indicator")
            .order_by("position")
        )
        if not results or len(results) != len(self.result_ids):
            raise ActRefused(Refusal("unknown", _("Chỉ tiêu không thuộc hồ sơ này.")))
        present, found = listed_hashes(self.result_ids), []
        self.require_open(results)
        for result in results:
            code = result.indicator.code
            found += refusals_of_file(self.document, code, present[result.pk], sent_as=self.sent_as)
        if found:
            raise ActRefused(*found)
        self._codes = [result.indicator.code for result in results]
        self.evidence = Evidence.objects.bulk_create(
            Evidence(
                result=result,
                document=self.document,
                caption=self.caption,
                original_bytes=self.original_bytes,
                listed_at=self.at,
                added_at=self.at,
                added_by=self.actor.user,
                is_unsent=goes_aside(self.dossier),
            )
            for result in results
        )

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), "indicator": ", ".join(self._codes)}

    def payload(self) -> dict[str, Any]:
        return {
            "document": document_stamp(self.document),
            "caption": self.caption,
            "indicators": self._codes,
            **made_smaller(self.original_bytes),
        }


class EvidenceRowAct(EditingAct):
    """What the commune's officials do with one file of an indicator's list."""

    def __init__(self, *, evidence: Evidence, **base: Any) -> None:
        super().__init__(**base)
        self.evidence = evidence

    def listed(self) -> Evidence:
        """Return the row as it is now. Raises StaleForm when it was taken off the list."""
        listed = Evidence.including_unsent.prepared().filter(
            pk=self.evidence.pk, result__dossier=self.dossier
        )
        current = listed.select_related("result__indicator", "document__scan").first()
        if current is None:
            raise StaleForm
        return current

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), "indicator": self.evidence.result.indicator.code}


@register
class RemoveEvidence(EvidenceRowAct):
    """Take a document off an indicator's list. File and row are kept, so the history stays readable.

    An infected one is also taken off a list that a return left locked, and opens it: otherwise neither could the
    dossier be submitted nor the file be replaced. The department then signs anew, as its inputs have changed. During
    the appraisal nothing locked is touched: the department asks for a clean copy.
    """

    name = "result.detach"
    label = gettext_lazy("Bỏ minh chứng")

    @classmethod
    def opens_locked(cls, dossier: Dossier) -> bool:
        """Say whether an infected file may be taken off an indicator that is locked."""
        return dossier.state == State.RETURNED

    def change(self) -> None:
        current = self.listed()
        is_infected = scanning.state_of(current.document) == ScanOutcome.INFECTED
        if is_infected and self.opens_locked(self.dossier):
            IndicatorResult.objects.filter(pk=current.result_id).update(is_reopened=True)
        else:
            self.require_open([current.result])
        current.take_off(at=self.at, by=self.actor.user, aside=goes_aside(self.dossier))

    def payload(self) -> dict[str, Any]:
        return {"document": document_stamp(self.evidence.document)}


@register
class RestoreEvidence(EvidenceRowAct):
    """Put a document that was taken off an indicator's list back to where it stood.

    What was submitted without it has it again, as a row of its own, when the chair sends it.
    """

    name = "result.restore"
    label = gettext_lazy("Lấy lại minh chứng đã bỏ")

    def change(self) -> None:
        removed = Evidence.including_unsent.filter(
            pk=self.evidence.pk, result__dossier=self.dossier, replaced_by__isnull=True
        ).exclude(listed(unsent=True))
        row = removed.select_related("result__indicator", "document__scan").first()
        if row is None:
            raise StaleForm
        code = row.result.indicator.code
        self.require_open([row.result])
        if scanning.state_of(row.document) == ScanOutcome.INFECTED:
            message = _("Tệp «%(name)s» có mã độc, không lấy lại được.")
            raise ActRefused(Refusal("infected", message % {"name": row.document.name}))
        present = listed_hashes([row.result_id])[row.result_id]
        if found := refusals_of_file(row.document, code, present, sent_as=row.document.name):
            raise ActRefused(*found)
        row.put_back(at=self.at, by=self.actor.user, aside=goes_aside(self.dossier))

    def payload(self) -> dict[str, Any]:
        return {"document": document_stamp(self.evidence.document)}


@register
class ReplaceEvidence(EvidenceRowAct):
    """Put a new version of a document in the place of one that proves an indicator. The old one stays readable."""

    name = "result.replace"
    label = gettext_lazy("Thay minh chứng bằng bản mới")

    def __init__(
        self, *, document: Document, caption: str = "", original_bytes: int | None = None, **base: Any
    ) -> None:
        super().__init__(**base)
        self.document, self.caption, self.original_bytes = document, caption.strip(), original_bytes

    def change(self) -> None:
        old = self.listed()
        self.require_open([old.result])
        present = listed_hashes([old.result_id])[old.result_id]
        same = present.pop(old.document.sha256)
        if self.document.sha256 == old.document.sha256:
            message = _("Bản mới giống hệt bản đang có («%(name)s»), nên không thay.")
            raise ActRefused(Refusal("same", message % {"name": same}, field="file"))
        if found := refusals_of_file(
            self.document, old.result.indicator.code, present, sent_as=self.document.name
        ):
            raise ActRefused(*found)
        self.replacement = Evidence.objects.create(
            result=old.result,
            document=self.document,
            caption=self.caption or old.caption,
            original_bytes=self.original_bytes,
            listed_at=old.listed_at,
            added_at=self.at,
            added_by=self.actor.user,
            is_unsent=goes_aside(self.dossier),
        )
        old.take_off(
            at=self.at,
            by=self.actor.user,
            aside=goes_aside(self.dossier),
            replaced_by=self.replacement,
        )

    def payload(self) -> dict[str, Any]:
        return {
            "document": document_stamp(self.document),
            "replaced": document_stamp(self.evidence.document),
            "caption": self.replacement.caption,
            **made_smaller(self.original_bytes),
        }


def listed_hashes(result_ids: Iterable[int]) -> defaultdict[int, dict[str, str]]:
    """Return the files that the commune has on each indicator's list, as name by SHA-256. One query."""
    present: defaultdict[int, dict[str, str]] = defaultdict(dict)
    rows = Evidence.including_unsent.prepared().filter(result__in=result_ids)
    for result_id, sha256, name in rows.values_list("result_id", "document__sha256", "document__name"):
        present[result_id][sha256] = name
    return present


def refusals_of_file(document: Document, code: str, listed: dict[str, str], *, sent_as: str) -> list[Refusal]:
    """Return what is wrong with adding a file to an indicator whose files, by SHA-256, are ``listed``."""
    found = []
    if (same := listed.get(document.sha256)) is not None:
        if same == sent_as:
            message = _("Tệp «%(name)s» đã có trong minh chứng của chỉ tiêu %(code)s.")
        else:
            message = _(
                "Nội dung tệp «%(name)s» đã có trong minh chứng của chỉ tiêu %(code)s, dưới tên «%(same)s»."
            )
        stated = message % {"name": sent_as, "code": code, "same": same}
        found.append(Refusal("listed", stated, field="files"))
    if len(listed) >= EVIDENCE_PER_INDICATOR:
        message = _("Chỉ tiêu %(code)s đã có %(n)s tệp, mức tối đa.")
        stated = message % {"code": code, "n": EVIDENCE_PER_INDICATOR}
        found.append(Refusal("too_many", stated, field="files"))
    return found


def made_smaller(original_bytes: int | None) -> dict[str, int]:
    """Return what the ledger keeps of a photo that was made smaller before it was sent: its size there, in bytes."""
    return {"original_bytes": original_bytes} if original_bytes else {}


def document_stamp(document: Document) -> dict[str, Any]:
    """Return what the ledger keeps of a document: name, hash and the stored version."""
    return {
        "id": str(document.pk),
        "name": document.name,
        "sha256": document.sha256,
        "version": document.version_id,
    }
