"""Acts that decide on what somebody recommended: they say so when they decide the other way, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .base import DossierAct
from .errors import Refusal
from .pages import ActForm, textarea

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier


@dataclass(frozen=True)
class Recommendation:
    """What was recommended to whoever decides: to go on, or not; ``words`` is how a person reads it."""

    is_favourable: bool
    words: str


class DecisionOnRecommendation(DossierAct):
    """An act that decides on a recommendation; the ledger keeps when it decided the other way.

    ``is_favourable`` says which recommendation it follows. Subclasses say in ``recommended`` what stands.
    """

    is_favourable: ClassVar[bool] = False

    def __init__(self, **base: Any) -> None:
        super().__init__(**base)
        self.is_against = False

    @classmethod
    def recommended(cls, dossier: Dossier) -> Recommendation | None:
        """Return what was recommended on this dossier, None where nothing was. At most one query."""
        return None

    @classmethod
    def goes_against(cls, dossier: Dossier) -> bool:
        """Say whether the act decides otherwise than was recommended."""
        found = cls.recommended(dossier)
        return found is not None and found.is_favourable is not cls.is_favourable

    def refusals(self) -> list[Refusal]:
        # Read here, under the lock: what the act changes may close the recommendation.
        self.is_against = self.goes_against(self.dossier)
        return super().refusals()

    def payload(self) -> dict[str, Any]:
        said = super().payload()
        return {**said, "against_recommendation": True} if self.is_against else said


class FavourableDecision(DecisionOnRecommendation):
    """A decision to go on, refused against the recommendation without a reason in writing, which the history keeps.

    Returning needs no such input: its reasons are asked for in any case. Stands before the other bases of an act.
    """

    is_favourable = True

    def __init__(self, *, against_reasons: str = "", **base: Any) -> None:
        super().__init__(**base)
        self.against_reasons = against_reasons.strip()

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if not self.is_against:
            self.against_reasons = ""
        elif not self.against_reasons:
            found.append(Refusal("against_reasons", str(ASKS_FOR_REASONS), field="against_reasons"))
        return found

    def payload(self) -> dict[str, Any]:
        said = super().payload()
        return {**said, "against_reasons": self.against_reasons} if self.is_against else said


ASKS_FOR_REASONS = gettext_lazy("Xin nêu lý do quyết định khác đề nghị; lý do được lưu cùng quyết định.")


class FavourableForm(ActForm):
    """Base of the forms of favourable decisions: asks for the reason only where the recommendation is another.

    Stands before the other bases of a form; ``act`` is whose recommendation is read.
    """

    act: ClassVar[type[FavourableDecision]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.act.goes_against(self.dossier):
            asked = textarea(
                gettext_lazy("Lý do quyết định khác đề nghị"),
                rows=3,
                help_text=gettext_lazy("Lưu trong lịch sử hồ sơ và hiện cạnh quyết định."),
            )
            asked.error_messages["required"] = ASKS_FOR_REASONS
            self.fields["against_reasons"] = asked
            self.order_fields(["against_reasons"])


def recommendation_for(act: type[DossierAct], dossier: Dossier) -> dict[str, Any]:
    """Return what the page of an act shows of the recommendation: its words, and whether the act goes against it."""
    if not issubclass(act, DecisionOnRecommendation):
        return {}
    found = act.recommended(dossier)
    if found is None:
        return {}
    against = found.is_favourable is not act.is_favourable
    return {
        "recommendation": found,
        "against_recommendation": _("Quyết định này khác đề nghị: %(words)s.") % {"words": found.words}
        if against
        else "",
    }
