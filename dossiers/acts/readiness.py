"""Whether an act can be done at all now: what pages say of it before anybody types anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dossiers.gates import Answers, refusals_at
from dossiers.policies import Actor

from .base import DossierAct, foreseen
from .errors import Refusal

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier


def unmet_before(
    act: type[DossierAct], actor: Actor, dossier: Dossier, known: Answers | None = None
) -> list[Refusal]:
    """Return why the act would be refused now whatever is typed, in the sentences of the refusal; empty when not.

    For acts that authority and state allow. ``known`` are answers of gates that were asked already.
    """
    found = act.hindrances(actor, dossier) + foreseen(act, actor, dossier)
    return found + refusals_at(act.name, dossier, known)
