"""Gates: what the procedure asks before an act. The rules are data of the procedure, the looking is code.

The functions stand where their matter is: ``plans/gates.py``, ``results/gates.py``, ``consultation/gates.py``.
"""

from .answers import Answer, Outcome, met, not_applicable, not_met
from .papers import closed_papers
from .registry import Answers, Standing, gate, missing_at, refusals_at, registered, standings

__all__ = [
    "Answer",
    "Answers",
    "Outcome",
    "Standing",
    "closed_papers",
    "gate",
    "met",
    "missing_at",
    "not_applicable",
    "not_met",
    "refusals_at",
    "registered",
    "standings",
]
