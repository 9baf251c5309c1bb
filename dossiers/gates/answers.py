"""What a gate says of a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import ngettext

from dossiers.acts.errors import Refusal


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Answer:
    """Whether a gate is met, with a sentence why. ``refusals`` is what an act says that the gate stops.

    Empty unless the gate is not met. Each refusal leads to where it is put right. ``link`` leads to what a gate that
    is met rests on, where that has a page of its own.
    """

    outcome: Outcome
    sentence: str
    refusals: tuple[Refusal, ...] = ()
    link: str = ""


def met(sentence: str, *, link: str = "") -> Answer:
    return Answer(Outcome.MET, sentence, link=link)


def not_applicable(sentence: str) -> Answer:
    return Answer(Outcome.NOT_APPLICABLE, sentence)


def not_met(*refusals: Refusal) -> Answer:
    """Return the answer of a gate that lacks these things, at least one."""
    n = len(refusals)
    many = ngettext("Còn thiếu %(n)s việc.", "Còn thiếu %(n)s việc.", n) % {"n": n}
    return Answer(Outcome.NOT_MET, refusals[0].message if n == 1 else many, refusals)
