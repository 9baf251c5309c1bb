"""Names on pages, with the person somebody stood in for: ``{% load signers %}``."""

from __future__ import annotations

from typing import Any

from django import template

from dossiers.dossier.models import Dossier
from dossiers.dossier.signers import Remark, remarks_of

register = template.Library()


@register.simple_tag
def signer(dossier: Dossier, row: Any, did: str) -> str:
    """Return who did what a row of the dossier keeps as ``<did>_by`` and ``<did>_at``: «Trần Thị B, thay …».

    ``did`` is "" where the row calls them ``by`` and ``at``. What another dossier's page shows here has no remark.
    """
    person, remark = _found(dossier, row, did)
    if person is None:
        return ""
    return (
        f"{person.get_full_name()}, {remark.on_behalf_of}"
        if remark and remark.on_behalf_of
        else person.get_full_name()
    )


@register.simple_tag
def signing_exception(dossier: Dossier, row: Any, did: str) -> str:
    """Return what was exceptional about the act that a row keeps, empty for nothing."""
    _person, remark = _found(dossier, row, did)
    return remark.exception if remark else ""


def _found(dossier: Dossier, row: Any, did: str) -> tuple[Any, Remark | None]:
    prefix = f"{did}_" if did else ""
    person, at = getattr(row, f"{prefix}by", None), getattr(row, f"{prefix}at", None)
    if person is None or at is None or not isinstance(dossier, Dossier):
        return person, None
    return person, remarks_of(dossier).get((person.pk, at))
