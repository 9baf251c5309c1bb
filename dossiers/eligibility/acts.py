"""What the commune records of the title before, and the field it chooses."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, register
from dossiers.acts.dates import date_refusals
from dossiers.criteria.models import TitleLevel
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Agency, Role
from dossiers.policies import Actor, AtCommune, HasRole
from dossiers.procedures import get_procedure
from dossiers.results.acts import document_stamp
from dossiers.results.models import IndicatorResult
from storage.documents.models import Document

from .models import ChosenField, PriorTitle, PriorTitleProof
from .selectors import CHOSEN_FIELD, Field, asked_title, department_of, field_result, fields_of

WRITERS = HasRole(Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR) & AtCommune()
BEFORE_SUBMISSION = frozenset({State.DRAFTING, State.IMPLEMENTING, State.CONSULTING, State.RETURNED})


@register
class RecordPriorTitle(DossierAct):
    """The commune adds the paper that shows the title before; doing it again corrects it, the earlier one is kept."""

    name = "eligibility.prior_title"
    label = gettext_lazy("Ghi danh hiệu trước của xã")
    authority = WRITERS
    states = BEFORE_SUBMISSION
    basis = LegalBasis(
        "Quyết định 18/2022/QĐ-TTg, thành phần hồ sơ: bản sao quyết định công nhận danh hiệu trước"
    )

    def __init__(self, *, proof: str, number: str, signed_on: date, document: Document, **base: Any) -> None:
        super().__init__(**base)
        self.proof, self.number, self.signed_on, self.document = proof, number.strip(), signed_on, document

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        return super().is_open_to(actor, dossier) and asked_title(dossier) is not None

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if asked_title(dossier) is not None:
            return []
        return [Refusal("not_asked", _("Quy trình của hồ sơ này không đòi hỏi danh hiệu trước."))]

    def refusals(self) -> list[Refusal]:
        found = []
        level = asked_title(self.dossier)
        if self.proof not in PriorTitleProof.values:
            found.append(Refusal("proof", _("Xin chọn loại văn bản."), field="proof"))
        elif self.proof == PriorTitleProof.ASSESSMENT and level != TitleLevel.NTM:
            message = _("Danh hiệu này phải có quyết định công nhận, không thay bằng văn bản đánh giá.")
            found.append(Refusal("proof", message, field="proof"))
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        return found + date_refusals(
            self.signed_on,
            field="signed_on",
            today=self.today,
            earliest=date(2010, 1, 1),
            why=_("khi chương trình nông thôn mới bắt đầu"),
        )

    def change(self) -> None:
        level = asked_title(self.dossier)
        assert level is not None
        PriorTitle.objects.filter(dossier=self.dossier, is_current=True).update(is_current=False)
        PriorTitle.objects.create(
            dossier=self.dossier,
            level=level,
            proof=self.proof,
            number=self.number,
            signed_on=self.signed_on,
            document=self.document,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        return {
            "proof": self.proof,
            "number": self.number,
            "signed_on": self.signed_on.isoformat(),
            "document": document_stamp(self.document),
        }


@register
class ChooseField(DossierAct):
    """The commune chooses the field that it is to be a model in; its department will appraise the indicator.

    Possible until the report goes before the people. Choosing again replaces the choice.
    """

    name = "eligibility.choose_field"
    label = gettext_lazy("Chọn lĩnh vực nổi trội")
    authority = WRITERS
    states = frozenset({State.DRAFTING, State.IMPLEMENTING})
    basis = LegalBasis(
        "Quyết định 319/QĐ-TTg: kiểu mẫu theo ít nhất một lĩnh vực nổi trội do tỉnh ban hành", True
    )

    def __init__(self, *, field: str, **base: Any) -> None:
        super().__init__(**base)
        self.key = field
        self.chosen: Field
        self.result: IndicatorResult
        self.department: Agency

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        asked = any(rule.code == CHOSEN_FIELD for rule in get_procedure(dossier.procedure).gates)
        return asked and super().is_open_to(actor, dossier)

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if field_result(dossier) is not None:
            return []
        return [Refusal("not_asked", _("Bộ tiêu chí của hồ sơ này không có lĩnh vực để chọn."))]

    def refusals(self) -> list[Refusal]:
        result = field_result(self.dossier)
        assert result is not None, "looked for before the input"
        chosen = next((one for one in fields_of(result) if one.key == self.key), None)
        if chosen is None:
            return [Refusal("field", _("Xin chọn một lĩnh vực trong danh sách."), field="field")]
        department = department_of(chosen, self.dossier.province, self.today)
        if department is None:
            message = _("Tỉnh chưa giao cơ quan nào thẩm định lĩnh vực «%(field)s».") % {"field": chosen.name}
            return [Refusal("department", message, field="field")]
        self.result, self.chosen, self.department = result, chosen, department
        return []

    def change(self) -> None:
        IndicatorResult.objects.filter(pk=self.result.pk).update(department=self.department)
        ChosenField.objects.update_or_create(
            dossier=self.dossier,
            defaults={
                "key": self.chosen.key,
                "name": self.chosen.name,
                "department": self.department,
                "chosen_at": self.at,
                "chosen_by": self.actor.user,
            },
        )

    def payload(self) -> dict[str, Any]:
        return {
            "indicator": self.result.indicator.code,
            "value": self.chosen.name,
            "field": self.chosen.key,
            "department": self.department.name,
        }
