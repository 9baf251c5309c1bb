"""Files that serve several indicators, when an answer replaces them on one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from dossiers.acts import ActRefused, Refusal
from dossiers.organisations.models import User
from dossiers.results.models import Evidence, IndicatorResult

from .models import SupplementItem


def _replaced(items: Sequence[SupplementItem]) -> dict[UUID, UUID]:
    """Return which documents were replaced on the asked indicators since they were asked for, and by which. One query.

    Of several replacements in a row it is the last that counts.
    """
    asked = {item.result_id for item in items}
    before = {file["evidence"] for item in items for file in item.before["files"]}
    rows = {row.pk: row for row in Evidence.including_unsent.filter(result__in=asked).order_by("pk")}
    found = {}
    for pk in before & rows.keys():
        row = rows[pk]
        while row.replaced_by_id is not None:
            row = rows[row.replaced_by_id]
        if row.pk != pk and row.removed_at is None:
            found[rows[pk].document_id] = row.document_id
    return found


def elsewhere(items: Sequence[SupplementItem]) -> list[Evidence]:
    """Return the evidence of other, closed indicators that still has a file which the answer replaces. Two queries.

    Indicators that another department asked for are left out: the commune can replace the file there itself.
    """
    replaced = _replaced(items)
    if not replaced:
        return []
    current = Evidence.objects.current().filter(
        document__in=replaced,
        result__dossier=items[0].result.dossier_id,
        result__is_reopened=False,
    )
    having = set(
        Evidence.objects.current()
        .filter(document__in=replaced.values(), result__dossier=items[0].result.dossier_id)
        .values_list("result", "document")
    )
    found = current.select_related("document", "result__indicator", "result__department")
    return [
        one
        for one in found.order_by("result__position", "pk")
        if (one.result_id, replaced[one.document_id]) not in having
    ]


def replace_elsewhere(
    items: Sequence[SupplementItem], chosen: Collection[int], *, at: datetime, by: User
) -> list[Evidence]:
    """Put the new versions in the place of the old ones on the chosen evidence; return the new rows.

    Forms that were opened on these indicators before are stale from now on.

    Raises ActRefused when one of them does not have a replaced file (any more).
    """
    if not chosen:
        return []
    offered = {one.pk: one for one in elsewhere(items)}
    if not set(chosen) <= offered.keys():
        message = _("Có chỉ tiêu không còn dùng bản cũ của tệp; xin mở lại trang để xem danh sách mới.")
        raise ActRefused(Refusal("carry_over", message, field="carry_over"))
    replaced, made = _replaced(items), []
    for pk in sorted(chosen):
        old = offered[pk]
        new = Evidence.objects.create(
            result=old.result,
            document_id=replaced[old.document_id],
            caption=old.caption,
            listed_at=old.listed_at,
            added_at=at,
            added_by=by,
        )
        old.take_off(at=at, by=by, aside=False, replaced_by=new)
        made.append(new)
    changed = {one.result_id for one in made}
    IndicatorResult.objects.filter(pk__in=changed).update(revision=F("revision") + 1)
    return made
