"""What a survey came to, share by share, each with its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from dossiers.criteria.numbers import format_number, format_percent
from dossiers.procedures import GateRule

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
            "percent": format_percent(self.part, self.whole, self.least),
            "least": format_number(self.least),
        }

    def __str__(self) -> str:
        return f"{self.label}: {self.arithmetic}"


@dataclass(frozen=True)
class Levels:
    """The least shares that the rule of a survey asks for, in percent."""

    coverage: Decimal
    overall: Decimal
    content: Decimal

    @classmethod
    def of(cls, rule: GateRule) -> Levels:
        """Return the levels of a procedure's rule."""
        names = ("coverage_percent", "overall_percent", "content_percent")
        return cls(*(Decimal(str(rule.parameters[name])) for name in names))


def shares_of(survey: SatisfactionSurvey) -> list[Share]:
    """Return the households asked, those satisfied on the whole, and with each content."""
    return computed_shares(
        Levels(survey.coverage_percent, survey.overall_percent, survey.content_percent),
        households=survey.households,
        asked=survey.asked,
        answered=survey.answered,
        satisfied=survey.satisfied,
        by_content=[(answer.content, answer.satisfied) for answer in survey.answers.all()],
    )


def computed_shares(
    levels: Levels,
    *,
    households: int,
    asked: int,
    answered: int,
    satisfied: int,
    by_content: Sequence[tuple[str, int]],
) -> list[Share]:
    """Return the same of numbers that nobody has recorded yet."""
    return [
        Share(_("Số hộ được hỏi"), asked, households, levels.coverage),
        Share(_("Hài lòng chung"), satisfied, answered, levels.overall),
        *(Share(content, part, answered, levels.content) for content, part in by_content),
    ]
