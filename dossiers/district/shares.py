"""What a survey came to, share by share, each with its arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from dossiers.criteria.numbers import format_number
from dossiers.votes.words import percent_of

from .models import SatisfactionSurvey


@dataclass(frozen=True)
class Share:
    """Households of households, held against a least share in percent."""

    label: str
    part: int
    whole: int
    least: Decimal

    @property
    def is_reached(self) -> bool:
        return self.part * 100 >= self.least * self.whole

    @property
    def arithmetic(self) -> str:
        return _("%(part)s/%(whole)s hộ = %(percent)s %%, cần ≥ %(least)s %%") % {
            "part": format_number(self.part),
            "whole": format_number(self.whole),
            "percent": percent_of(self.part, self.whole),
            "least": format_number(self.least),
        }

    def __str__(self) -> str:
        return f"{self.label}: {self.arithmetic}"


def shares_of(survey: SatisfactionSurvey) -> list[Share]:
    """Return the households asked, those satisfied on the whole, and with each content."""
    return [
        Share(_("Số hộ được hỏi"), survey.asked, survey.households, survey.coverage_percent),
        Share(_("Hài lòng chung"), survey.satisfied, survey.answered, survey.overall_percent),
        *(
            Share(answer.content, answer.satisfied, survey.answered, survey.content_percent)
            for answer in survey.answers.all()
        ),
    ]
