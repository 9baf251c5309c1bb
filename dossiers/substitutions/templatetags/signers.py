"""Names on pages, with the person somebody stood in for: ``{% load signers %}``."""

from __future__ import annotations

from typing import Any

from django import template

from dossiers.dossier.models import Dossier
from dossiers.dossier.signers import name_at, remarks_of

register = template.Library()


@register.simple_tag
def signer(dossier: Dossier, row: Any, did: str) -> str:
    """Return who did what a row of the dossier keeps as ``<did>_by`` and ``<did>_at``: «Trần Thị B, thay …».

    ``did`` is "" where the row calls them ``by`` and ``at``. What another dossier's page shows here has no remark.
    """
    person, at = _done(row, did)
    if person is None:
        return ""
    return (
        name_at(dossier, person, at) if at and isinstance(dossier, Dossier) else str(person.get_full_name())
    )


@register.simple_tag
def signing_exception(dossier: Dossier, row: Any, did: str) -> str:
    """Return what was exceptional about the act that a row keeps, empty for nothing."""
    person, at = _done(row, did)
    remark = remarks_of(dossier).get((person.pk, at)) if person is not None and at else None
    return remark.exception if remark else ""


def _done(row: Any, did: str) -> tuple[Any, Any]:
    prefix = f"{did}_" if did else ""
    return getattr(row, f"{prefix}by", None), getattr(row, f"{prefix}at", None)
