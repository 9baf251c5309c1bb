"""Acts for which somebody has to say why."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise

from .base import DossierAct
from .errors import Refusal


class WithReasons(DossierAct):
    """An act that is refused without reasons in writing, which the history keeps.

    ``asks_for_reasons`` is the sentence that asks for them. Stands before the other bases of an act.
    """

    asks_for_reasons: ClassVar[str | Promise]

    def __init__(self, *, reasons: str, **base: Any) -> None:
        super().__init__(**base)
        self.reasons = reasons.strip()

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.reasons:
            found.append(Refusal("reasons", str(self.asks_for_reasons), field="reasons"))
        return found

    def payload(self) -> dict[str, Any]:
        return {**super().payload(), "reasons": self.reasons}
