"""The acts by name: for the permission matrix, for act pages and for the history's sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from dossiers.policies import Actor

from .base import DossierAct

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier

ActT = TypeVar("ActT", bound=type[DossierAct])

_acts: dict[str, type[DossierAct]] = {}


def register(act: ActT) -> ActT:
    """Class decorator: make an act known. Raises ValueError when the name is taken."""
    if act.name in _acts:
        raise ValueError(f"act {act.name} is registered twice")
    _acts[act.name] = act
    return act


def all_acts() -> Iterator[type[DossierAct]]:
    """Yield every registered act, in order of name."""
    return iter(sorted(_acts.values(), key=lambda act: act.name))


def get_act(name: str) -> type[DossierAct]:
    """Return the act with this name. Raises KeyError when there is none."""
    return _acts[name]


def open_acts(actor: Actor, dossier: Dossier) -> list[type[DossierAct]]:
    """Return the acts that authority and state allow this actor now."""
    return [act for act in all_acts() if act.is_open_to(actor, dossier)]
