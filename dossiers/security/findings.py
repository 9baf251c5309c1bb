"""Who finds on security and order in a dossier's province, and whether that is still to come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from dossiers.acts.order import dated
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


dated(
    "security_confirmation",
    """
    SELECT dated_on, '' FROM security_securityfinding
    WHERE dossier_id = %(dossier)s ORDER BY recorded_at DESC, id DESC LIMIT 1
    """,
    words=gettext_lazy("ngày văn bản của Công an tỉnh"),
)
