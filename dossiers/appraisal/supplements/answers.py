"""The commune answers a department's request: officials write, the chair sends."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, Refusal, StaleForm, register
from dossiers.acts.dates import date_refusals
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, HasRole
from dossiers.results.acts import WRITERS, document_stamp
from dossiers.results.gates import readiness_gate
from dossiers.results.models import Evidence
from dossiers.results.unsent import publish
from storage.documents import fix
from storage.ledger import canonical_json

from ..models import Opinion
from ..sealing import sealed_request
from .endings import ended_before_saving
from .models import Outcome, SupplementItem, SupplementRequest
from .requests import close_request
from .resigning import forget_findings, outdated_opinions, reopen
from .sharing import elsewhere, replace_elsewhere
from .snapshots import Snapshot, differs, snapshots

BASIS = LegalBasis("Quyết định 18/2022/QĐ-TTg; hồ sơ được hoàn thiện theo ý kiến thẩm định")
#: A figure below the threshold is an honest answer: the department concludes on it.
NOT_ASKED_OF_AN_ANSWER = frozenset({"not_met", "threshold", "department"})


class AnsweringAct(DossierAct):
    """What the commune does on one open request. ``request`` is its id; an unknown or ended one is refused."""

    states = frozenset({State.APPRAISING})
    basis = BASIS
    supplement: SupplementRequest
    opinion: Opinion
    items: list[SupplementItem]

    def __init__(self, *, request: int, **base: Any) -> None:
        super().__init__(**base)
        self.request = request

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: a department waits for an answer."""
        return super().is_open_to(actor, dossier) and SupplementRequest.objects.awaited(dossier).exists()

    def check(self) -> None:
        super().check()
        asked = SupplementRequest.objects.of_dossier(self.dossier).select_related(
            "opinion__department", "ended_by"
        )
        found = asked.filter(pk=self.request).first()
        if found is None:
            raise ActRefused(Refusal("unknown", _("Không có yêu cầu bổ sung này trong hồ sơ.")))
        if not found.is_open:
            raise ActRefused(Refusal("ended", ended_before_saving(self.dossier, found)))
        self.supplement, self.opinion = found, found.opinion
        self.items = list(found.items.select_related("result__indicator"))

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), **sealed_request(self.supplement)}


@dataclass(frozen=True)
class AnswerInput:
    """What the commune says to one item; ``revision`` is the item's revision the person was looking at."""

    item_id: int
    answer: str
    revision: int | None = None


@register
class WriteAnswers(AnsweringAct):
    """Write what the commune says to items of a request; nothing leaves the commune yet. All rows or none."""

    name = "supplement.write"
    label = gettext_lazy("Soạn trả lời yêu cầu bổ sung")
    authority = WRITERS

    def __init__(self, *, rows: Sequence[AnswerInput], **base: Any) -> None:
        super().__init__(**base)
        self.rows = rows
        self.written: list[SupplementItem] = []

    def change(self) -> None:
        items = {item.pk: item for item in self.items}
        if not self.rows or any(row.item_id not in items for row in self.rows):
            raise ActRefused(Refusal("unknown", _("Chỉ tiêu này không nằm trong yêu cầu bổ sung.")))
        for row in self.rows:
            item = items[row.item_id]
            if row.revision not in (None, item.revision):
                raise StaleForm
            item.answer = row.answer.strip()
            item.revision += 1
            item.written_at, item.written_by = self.at, self.actor.user
            item.save(update_fields=["answer", "revision", "written_at", "written_by"])
            self.written.append(item)

    def payload(self) -> dict[str, Any]:
        return {
            "turn": self.supplement.turn,
            "items": [
                {"indicator": item.result.indicator.code, "answer": item.answer} for item in self.written
            ],
        }


@register
class SendAnswer(AnsweringAct):
    """The chair sends the answer: what is written and what was changed on the asked indicators is seen by others now.

    Nobody outside the commune has seen any of it before. It is fixed from then on.

    Every item must be answered, by a sentence or by a change. ``carry_over`` names evidence of other indicators that
    still has an earlier version of a file which this answer replaces: there too the new version takes its place.
    A signed opinion that rests on such a file must be signed anew; those whose inputs keep their hash stay valid.
    ``seen`` is the digest of what the chair read (``digest_of``).
    """

    name = "supplement.send"
    label = gettext_lazy("Gửi trả lời bổ sung")
    is_signed = True
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()

    def __init__(
        self,
        *,
        number: str,
        dated_on: date,
        carry_over: Collection[int] = (),
        seen: str = "",
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.number, self.dated_on = number.strip(), dated_on
        self.carry_over, self.seen = frozenset(carry_over), seen
        self.reopened: list[Opinion] = []
        self.carried: list[Evidence] = []

    def refusals(self) -> list[Refusal]:
        if self.number:
            return []
        return [Refusal("number", _("Xin ghi số, ký hiệu văn bản trả lời."), field="number")]

    def check(self) -> None:
        super().check()
        found = date_refusals(
            self.dated_on,
            field="dated_on",
            today=self.today,
            earliest=self.supplement.dated_on,
            why=_("ngày văn bản yêu cầu"),
        )
        self.after = snapshots([item.result for item in self.items], unsent=True)
        if self.seen and self.seen != digest_of(self.items, self.after):
            raise StaleForm
        found += unanswered(self.dossier, self.items, self.after)
        if found:
            raise ActRefused(*found)

    def change(self) -> None:
        for item in self.items:
            item.after = self.after[item.result_id]
            item.save(update_fields=["after"])
        publish(self.after.keys())
        forget_findings(self.dossier.pk, self.opinion.round, [item.result_id for item in self.items])
        self.carried = replace_elsewhere(self.items, self.carry_over, at=self.at, by=self.actor.user)
        self.supplement.answer_number, self.supplement.answer_dated_on = self.number, self.dated_on
        close_request(self.supplement, Outcome.ANSWERED, act=self)
        self._reopen_outdated()
        files = [UUID(file["document"]) for snapshot in self.after.values() for file in snapshot["files"]]
        self.kept_until = fix([*files, *(one.document_id for one in self.carried)], at=self.at)

    def _reopen_outdated(self) -> None:
        changed = [one.result_id for one in self.carried]
        self.reopened = outdated_opinions(self.dossier)
        for opinion in self.reopened:
            reopen(opinion, self, changed=changed)
        # Departments that have not signed yet conclude anew on what they had concluded on already.
        forget_findings(self.dossier.pk, self.opinion.round, changed)

    def payload(self) -> dict[str, Any]:
        return {
            "turn": self.supplement.turn,
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "items": [
                {
                    "indicator": item.result.indicator.code,
                    "answer": item.answer,
                    "changed": differs(item.before, item.after),
                    "figure": {name: value for name, value in item.after.items() if name != "files"},
                    "files": [
                        {name: file[name] for name in ("name", "sha256", "version")}
                        for file in item.after["files"]
                    ],
                }
                for item in self.items
            ],
            "carried_over": [
                {"indicator": one.result.indicator.code, "document": document_stamp(one.document)}
                for one in self.carried
            ],
            "sign_anew": [opinion.department.name for opinion in self.reopened],
            "kept_until": self.kept_until.date().isoformat(),
        }


def unanswered(dossier: Dossier, items: Sequence[SupplementItem], now: dict[int, Snapshot]) -> list[Refusal]:
    """Return what an answer still lacks, each with a link to its item or indicator. Two queries.

    An indicator must keep a figure and a file, and the department must be able to open every file.
    """
    page = reverse("appraisal:supplements", args=[dossier.pk])
    found = [
        Refusal(
            "unanswered",
            _("Chỉ tiêu %(code)s chưa được trả lời: xin ghi một câu, hoặc sửa số liệu, minh chứng.")
            % {"code": item.result.indicator.code},
            link=f"{page}#muc-{item.pk}",
        )
        for item in items
        if not item.answer and not differs(item.before, now[item.result_id])
    ]
    lacking = readiness_gate(dossier, only=[item.result_id for item in items], unsent=True)
    return found + [one for one in lacking if one.code not in NOT_ASKED_OF_AN_ANSWER]


def digest_of(items: Sequence[SupplementItem], now: dict[int, Snapshot]) -> str:
    """Return the SHA-256 (hex) over what is answered: sentences, figures and files, as the chair reads them."""
    said = [[item.pk, item.answer, now[item.result_id]] for item in items]
    return hashlib.sha256(canonical_json(said)).hexdigest()


__all__ = ["AnswerInput", "SendAnswer", "WriteAnswers", "digest_of", "elsewhere", "unanswered"]
