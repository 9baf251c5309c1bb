"""Who finds on security and order in a dossier's province, and whether that is still to come."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dossiers.acts.order import Dated, dated
from dossiers.confirmations.naming import named_agency_id
from dossiers.dossier.models import Dossier
from dossiers.procedures import get_procedure

from .models import SecurityFinding

GATE = "security_order"


def security_agency_id(dossier: Dossier) -> int:
    """Return the police that confirms in the dossier's province. Raises as ``named_agency_id`` does."""
    return named_agency_id(dossier, GATE)


def is_security_check_awaited(dossier: Dossier) -> bool:
    """Say whether the procedure asks for the confirmation, and nobody has found yet that the condition is met.

    One query.
    """
    if not get_procedure(dossier.procedure).has_gate(GATE):
        return False
    latest = SecurityFinding.objects.filter(dossier=dossier).first()
    return latest is None or not latest.is_met


@dated("security_confirmation")
def security_found_on(dossier: Dossier) -> Dated | None:
    """Return the day of the police's latest paper."""
    latest = SecurityFinding.objects.filter(dossier=dossier).first()
    return Dated(latest.dated_on, _("ngày văn bản của Công an tỉnh")) if latest else None
