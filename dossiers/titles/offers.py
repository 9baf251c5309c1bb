"""What somebody can begin on the register or on a title: shown, and answered with 404 by the same code."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Role
from dossiers.policies import Actor, Condition

from .authority import OFFICE, PROPOSING_OFFICER
from .cases import lies_in_a_district
from .models import Title
from .standings import revocation_procedure


@dataclass(frozen=True)
class Offer:
    """A page on which something is begun. ``tone`` is that of its button."""

    address: str
    label: str | Promise
    tone: str = "secondary"


def may_enter(actor: Actor) -> bool:
    """Say whether the actor keeps the register: the coordination office does."""
    return actor.role is Role.COORDINATION_OFFICER


def may_begin(actor: Actor, title: Title, authority: Condition) -> bool:
    """Say whether the authority of an opening act covers a dossier about this title."""
    procedure = revocation_procedure(in_district=lies_in_a_district(title))
    about = Dossier(commune=title.commune, province=title.commune.province(), procedure=procedure.code)
    return authority.denial(actor, about) is None


def require(allowed: bool) -> None:
    """Answer 404 to people who have no business on the page."""
    if not allowed:
        raise Http404


def offers_on(actor: Actor, title: Title | None) -> list[Offer]:
    """Return what the actor can begin on the register (without a title) or on a title in force."""
    if title is None:
        if not may_enter(actor):
            return []
        return [
            Offer(reverse("titles:open_reviews"), _("Mở rà soát năm"), "primary"),
            Offer(reverse("titles:enter"), _("Ghi danh hiệu từ văn bản")),
        ]
    found = []
    if title.is_in_force and may_begin(actor, title, OFFICE):
        found.append(Offer(reverse("titles:open_review", args=[title.pk]), _("Mở rà soát")))
    if title.is_in_force and may_begin(actor, title, PROPOSING_OFFICER):
        found.append(
            Offer(reverse("titles:open_revocation", args=[title.pk]), _("Lập hồ sơ thu hồi"), "danger")
        )
    if title.is_in_force and may_begin(actor, title, OFFICE):
        found.append(Offer(reverse("titles:carry_over", args=[title.pk]), _("Ghi cho đơn vị kế thừa")))
    return found
