"""Composable conditions on (actor, dossier). Each one can say why it refuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from dossiers.organisations.models import Role
from dossiers.procedures import ReceivingLevel, get_procedure

from .actor import Actor

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier


@dataclass(frozen=True)
class Denial:
    """Why an actor may not act; ``message`` is a sentence for people."""

    code: str
    message: str


class Condition:
    """A rule on (actor, dossier). Compose with ``&`` and ``|``."""

    roles: frozenset[Role] = frozenset()

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        """Return None when the actor may, else the reason why not."""
        return Denial("denied", _("Anh/chị không có quyền thực hiện việc này."))

    def judge(self, actor: Actor, dossier: Dossier) -> tuple[Denial | None, str]:
        """Return the denial, and of what is allowed by way of exception only the code of the exception, else ""."""
        return self.denial(actor, dossier), ""

    def roles_under(self, level: ReceivingLevel) -> frozenset[Role]:
        """Return the roles that may, in procedures where this level receives what communes submit."""
        return self.roles

    def __and__(self, other: Condition) -> Condition:
        return All(self, other)

    def __or__(self, other: Condition) -> Condition:
        return AnyOf(self, other)


class All(Condition):
    """Every part must allow; the first refusal is the reason."""

    def __init__(self, *parts: Condition) -> None:
        self.parts = parts
        self.roles = _common(part.roles for part in parts)

    def roles_under(self, level: ReceivingLevel) -> frozenset[Role]:
        return _common(part.roles_under(level) for part in self.parts)

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        return next((found for part in self.parts if (found := part.denial(actor, dossier))), None)

    def judge(self, actor: Actor, dossier: Dossier) -> tuple[Denial | None, str]:
        exceptions = []
        for part in self.parts:
            found, exception = part.judge(actor, dossier)
            if found is not None:
                return found, ""
            exceptions.append(exception)
        return None, next(filter(None, exceptions), "")


def _common(roles: Iterable[frozenset[Role]]) -> frozenset[Role]:
    """Return the roles that all of the sets have; a part that names none asks for none."""
    named = [some for some in roles if some]
    return frozenset.intersection(*named) if named else frozenset()


class AnyOf(Condition):
    """One part that allows is enough; otherwise the last refusal is the reason."""

    def __init__(self, *parts: Condition) -> None:
        self.parts = parts
        self.roles = frozenset().union(*(part.roles for part in parts))

    def roles_under(self, level: ReceivingLevel) -> frozenset[Role]:
        return frozenset().union(*(part.roles_under(level) for part in self.parts))

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        found: Denial | None = None
        for part in self.parts:
            found = part.denial(actor, dossier)
            if found is None:
                return None
        return found

    def judge(self, actor: Actor, dossier: Dossier) -> tuple[Denial | None, str]:
        found, excepted = None, ""
        for part in self.parts:
            found, exception = part.judge(actor, dossier)
            if found is None and not exception:
                return None, ""
            excepted = excepted or exception
        return (None, excepted) if excepted else (found, "")


class HasRole(Condition):
    """The actor's appointment carries one of these roles."""

    def __init__(self, *roles: Role) -> None:
        self.roles = frozenset(roles)

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        if actor.role in self.roles:
            return None
        allowed = ", ".join(sorted(str(role.label) for role in self.roles))
        return Denial("role", _("Việc này do %(roles)s thực hiện.") % {"roles": allowed})


class AtCommune(Condition):
    """The actor's agency belongs to the dossier's own commune."""

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        if actor.agency.unit_id == dossier.commune_id:
            return None
        return Denial("place", _("Hồ sơ này không thuộc xã của anh/chị."))


class AtDistrict(Condition):
    """The actor's agency belongs to the district that the dossier's commune lies in."""

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        if actor.agency.unit_id == dossier.commune.parent_id:
            return None
        return Denial("place", _("Hồ sơ này không thuộc huyện, thị xã, thành phố của anh/chị."))


class AtProvince(Condition):
    """The actor's agency belongs to the province that the dossier's commune lies in."""

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        if actor.agency.unit_id == dossier.province_id:
            return None
        return Denial("place", _("Hồ sơ này không thuộc tỉnh của anh/chị."))


class ByReceivingLevel(Condition):
    """One condition where the district receives what communes submit, another where the province does.

    Which of them holds is data of the dossier's procedure (``receiving``), with its source.
    """

    def __init__(self, *, district: Condition, province: Condition) -> None:
        self.conditions = {ReceivingLevel.DISTRICT: district, ReceivingLevel.PROVINCE: province}
        self.roles = district.roles | province.roles

    def roles_under(self, level: ReceivingLevel) -> frozenset[Role]:
        return self.conditions[level].roles

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        receiving = get_procedure(dossier.procedure).receiving
        if receiving is None:
            return super().denial(actor, dossier)  # nothing is received of a dossier that asks for no title
        return self.conditions[receiving.level].denial(actor, dossier)


#: Whoever examines what a commune submits, for the chair of the level that receives it to decide.
RECEIVING_OFFICER = ByReceivingLevel(
    district=HasRole(Role.DISTRICT_OFFICER) & AtDistrict(),
    province=HasRole(Role.COORDINATION_OFFICER) & AtProvince(),
)
RECEIVING_CHAIR = ByReceivingLevel(
    district=HasRole(Role.DISTRICT_CHAIR) & AtDistrict(),
    province=HasRole(Role.PROVINCIAL_CHAIR) & AtProvince(),
)
