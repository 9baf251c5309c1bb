"""Which unit takes over a commune that lies at another place than a procedure needs."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit, Level
from dossiers.procedures import Procedure, ReceivingLevel


def lies_right(commune: AdministrativeUnit, procedure: Procedure) -> bool:
    """Say whether the level that receives under the procedure is the one above the commune."""
    assert commune.parent is not None, "communes have a parent"
    assert procedure.receiving is not None, "only dossiers that ask for a title are moved"
    wanted = Level.DISTRICT if procedure.receiving.level is ReceivingLevel.DISTRICT else Level.PROVINCE
    return commune.parent.level == wanted


def successors(dossier: Dossier, on: date) -> list[AdministrativeUnit]:
    """Return the communes (xã) known here that took over the dossier's commune or a part of it. Two queries.

    Codes go on to other units, so that code and name must both be those of the succession.
    """
    named = dossier.commune.successions.filter(effective_on__lte=on).exclude(code="")
    conditions = [Q(code=one.code, name=one.name) for one in named]
    if not conditions:
        return []
    any_of_them = conditions[0]
    for condition in conditions[1:]:
        any_of_them |= condition
    units = AdministrativeUnit.objects.valid(on).communes().filter(any_of_them)
    return list(units.exclude(pk=dossier.commune_id).select_related("parent__parent").order_by("name"))


def what_became_of(commune: AdministrativeUnit) -> str:
    """Return the names of the units that took over the commune at last, as the reference data have them."""
    latest = commune.successions.order_by("-effective_on").first()
    if latest is None:
        return ""
    names = commune.successions.filter(effective_on=latest.effective_on).exclude(name="")
    return ", ".join(sorted(one.name for one in names))
