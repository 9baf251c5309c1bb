"""Surveys on pages."""

from __future__ import annotations

from django import template

from ..models import SatisfactionSurvey
from ..shares import Share, shares_of

register = template.Library()


@register.simple_tag
def survey_shares(survey: SatisfactionSurvey) -> list[Share]:
    """Return the shares of a survey whose answers are fetched."""
    return shares_of(survey)
