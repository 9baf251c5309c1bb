"""The provincial chair revokes the title or keeps it; a revocation is made public.

Quyết định 18/2022/QĐ-TTg, Điều 3: only the chair of the provincial People's Committee revokes.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, Refusal, register
from dossiers.acts.dates import date_refusals
from dossiers.recognition.acts import Publish
from dossiers.recognition.models import Decision, DecisionKind
from dossiers.results.acts import document_stamp
from storage.documents import fix
from storage.documents.models import Document

from ..authority import PROPOSING_CHAIR, PROVINCIAL_CHAIR
from ..granting import note
from ..models import Revocation, Title, TitleStatus

BASIS = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 3: Chủ tịch UBND cấp tỉnh công nhận và thu hồi")


class RevocationDecision(DossierAct):
    """What the provincial chair decides on a case, by a numbered and dated document; the case is closed by it."""

    authority = PROVINCIAL_CHAIR
    basis = BASIS
    kind: DecisionKind

    def __init__(
        self, *, number: str, signed_on: date, reasons: str, document: Document, **base: Any
    ) -> None:
        super().__init__(**base)
        self.number, self.signed_on, self.reasons = number.strip(), signed_on, reasons.strip()
        self.document = document

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        if not self.reasons:
            found.append(Refusal("reasons", _("Xin nêu rõ lý do của quyết định."), field="reasons"))
        proposed_on = self.dossier.revocation.dated_on
        assert proposed_on is not None, "nobody decides before the proposal"
        return found + date_refusals(
            self.signed_on,
            field="signed_on",
            today=self.today,
            earliest=proposed_on,
            why=_("ngày tờ trình đề nghị thu hồi"),
        )

    def change(self) -> None:
        Decision.objects.create(
            dossier=self.dossier,
            kind=self.kind,
            number=self.number,
            signed_on=self.signed_on,
            reasons=self.reasons,
            decided_at=self.at,
            decided_by=self.actor.user,
        )
        Revocation.objects.filter(pk=self.dossier.pk).update(is_open=False, decision_document=self.document)
        fix([self.document.pk], at=self.at)
        self.title = Title.objects.locked(self.dossier.revocation.title_id)
        if not self.title.is_in_force:
            message = _("Danh hiệu này đã bị thu hồi bằng quyết định khác.")
            raise ActRefused(Refusal("revoked", message))

    def payload(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "signed_on": self.signed_on.isoformat(),
            "reasons": self.reasons,
            "document": document_stamp(self.document),
        }


@register
class RevokeTitle(RevocationDecision):
    """The title is revoked from here on; nothing else in the system ever does that."""

    name = "revocation.revoke"
    label = gettext_lazy("Ký quyết định thu hồi danh hiệu")
    is_signed = True
    transition = "revoke_title"
    kind = DecisionKind.REVOKE

    def change(self) -> None:
        super().change()
        self.title.status, self.title.revoked_on = TitleStatus.REVOKED, self.signed_on
        self.title.save(update_fields=["status", "revoked_on"])
        note(
            self.title,
            "title.revoked",
            self.actor,
            {"dossier": self.dossier.pk, **self.payload()},
            at=self.at,
        )


@register
class KeepTitle(RevocationDecision):
    """The chair does not follow the proposal: the title stays, for reasons in writing."""

    name = "revocation.keep"
    label = gettext_lazy("Quyết định không thu hồi")
    is_signed = True
    transition = "keep_title"
    kind = DecisionKind.KEEP

    def change(self) -> None:
        super().change()
        note(self.title, "title.kept", self.actor, {"dossier": self.dossier.pk, **self.payload()}, at=self.at)


@register
class PublishRevocation(Publish):
    """The revocation is made public, as the recognition was."""

    name = "revocation.publish"
    label = gettext_lazy("Công bố quyết định thu hồi")
    authority = PROPOSING_CHAIR
    transition = "publish_revocation"
    basis = LegalBasis(
        "Quyết định 18/2022/QĐ-TTg, Chương V: công bố quyết định thu hồi (điều, khoản chưa đối chiếu)"
    )
