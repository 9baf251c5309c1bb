"""The satisfaction survey: the Front of the district asks the households and owns the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import DossierAct, LegalBasis, Refusal, Waiting, register
from dossiers.acts.dates import order_refusals
from dossiers.acts.order import dated
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtDistrict, HasRole
from dossiers.procedures import get_procedure
from dossiers.results.acts import document_stamp
from storage.documents import fix
from storage.documents.models import Document

from .models import SatisfactionSurvey, SurveyAnswer

FRONT = HasRole(Role.FRONT_OFFICER) & AtDistrict()


def survey_rule(dossier: Dossier) -> Any:
    """Return the rule of the dossier's procedure for the survey: thresholds in percent and the questionnaire."""
    return get_procedure(dossier.procedure).gate("satisfaction_survey")


def contents_of(dossier: Dossier) -> list[str]:
    """Return the contents of the questionnaire that the dossier's procedure names, in order."""
    return list(survey_rule(dossier).parameters["question_set"]["contents"])


def is_survey_awaited(dossier: Dossier) -> bool:
    """Say whether the Front has not recorded a result yet."""
    return not SatisfactionSurvey.objects.filter(dossier=dossier).exists()


dated(
    "satisfaction_survey",
    """
    SELECT dated_on, '' FROM district_satisfactionsurvey
    WHERE dossier_id = %(dossier)s ORDER BY version DESC LIMIT 1
    """,
    words=gettext_lazy("ngày báo cáo khảo sát sự hài lòng"),
)


@register
class RecordSurvey(DossierAct):
    """The district's Front records the result of its survey. Nobody at a People's Committee can, nor change it.

    A result that was recorded wrongly is corrected by a new version with its reason; the earlier one stays.
    """

    name = "survey.record"
    label = gettext_lazy("Ghi kết quả khảo sát sự hài lòng")
    is_signed = True
    authority = FRONT
    states = frozenset({State.DISTRICT_REVIEW})
    basis = LegalBasis(
        "Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1: tỷ lệ hài lòng của người dân; Mặt trận Tổ quốc chủ trì khảo sát"
    )

    def __init__(
        self,
        *,
        number: str,
        dated_on: date,
        households: int,
        asked: int,
        answered: int,
        satisfied: int,
        satisfied_by_content: Mapping[int, int],
        document: Document,
        correction_reason: str = "",
        **base: Any,
    ) -> None:
        super().__init__(**base)
        self.number, self.dated_on, self.document = number.strip(), dated_on, document
        self.households, self.asked, self.answered, self.satisfied = households, asked, answered, satisfied
        #: By the position of the content in the questionnaire, from 1.
        self.by_content = dict(satisfied_by_content)
        self.correction_reason = correction_reason.strip()

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if is_survey_awaited(dossier):
            return None
        return Waiting(_("Đã có kết quả khảo sát; chỉ ghi lại khi kết quả phải đính chính."))

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu báo cáo."), field="number"))
        found += self._count_refusals()
        if not is_survey_awaited(self.dossier) and not self.correction_reason:
            message = _("Kết quả đã ghi không sửa được; xin ghi lý do đính chính để lập bản mới.")
            found.append(Refusal("correction", message, field="correction_reason"))
        return found + order_refusals(self, self.dated_on, field="dated_on", paper="satisfaction_survey")

    def _count_refusals(self) -> list[Refusal]:
        found = []
        chain = (
            ("asked", self.asked, self.households, _("Số hộ được hỏi không thể nhiều hơn số hộ của xã.")),
            ("answered", self.answered, self.asked, _("Số hộ trả lời không thể nhiều hơn số hộ được hỏi.")),
            (
                "satisfied",
                self.satisfied,
                self.answered,
                _("Số hộ hài lòng không thể nhiều hơn số hộ trả lời."),
            ),
        )
        for field, count, most, message in chain:
            if not 0 <= count <= most:
                found.append(Refusal(field, message, field=field))
        if self.answered < 1:
            found.append(Refusal("answered", _("Chưa có hộ nào trả lời."), field="answered"))
        for position, _content in enumerate(contents_of(self.dossier), 1):
            field = f"content_{position}"
            if position not in self.by_content:
                found.append(Refusal(field, _("Xin ghi số hộ hài lòng với nội dung này."), field=field))
            elif not 0 <= self.by_content[position] <= self.answered:
                message = _("Số hộ hài lòng không thể nhiều hơn số hộ trả lời.")
                found.append(Refusal(field, message, field=field))
        return found

    def change(self) -> None:
        rule = survey_rule(self.dossier)
        questions = rule.parameters["question_set"]
        self.version = SatisfactionSurvey.objects.filter(dossier=self.dossier).count() + 1
        survey = SatisfactionSurvey.objects.create(
            dossier=self.dossier,
            version=self.version,
            correction_reason=self.correction_reason if self.version > 1 else "",
            number=self.number,
            dated_on=self.dated_on,
            document=self.document,
            question_set=f"{questions['code']} ({questions['version']})",
            households=self.households,
            asked=self.asked,
            answered=self.answered,
            satisfied=self.satisfied,
            coverage_percent=rule.parameters["coverage_percent"],
            overall_percent=rule.parameters["overall_percent"],
            content_percent=rule.parameters["content_percent"],
            rule_source=rule.source,
            rule_verified=rule.verified,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(survey=survey, position=n, content=content, satisfied=self.by_content[n])
            for n, content in enumerate(contents_of(self.dossier), 1)
        )
        fix([self.document.pk], at=self.at)

    def payload(self) -> dict[str, Any]:
        said = {
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "version": self.version,
            "households": self.households,
            "asked": self.asked,
            "answered": self.answered,
            "satisfied": self.satisfied,
            "by_content": [self.by_content[n] for n in sorted(self.by_content)],
            "document": document_stamp(self.document),
        }
        return {**said, "reason": self.correction_reason} if self.version > 1 else said
