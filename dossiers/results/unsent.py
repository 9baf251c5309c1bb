"""What the commune changes while a department waits for its answer: its own until its chair sends it.

One rule for everybody who reads. Rows of results and ``Evidence.objects`` say what was submitted last; what is changed
meanwhile stands beside it (``IndicatorResult.unsent``, unsent evidence). The functions that take an actor show the
People's Committee of the commune its own work, and everybody else what was submitted. What ends the wait either
publishes the work or discards it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from dossiers.appraisal.supplements.endings import ending_in_words
from dossiers.appraisal.supplements.models import SupplementRequest
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import User
from dossiers.policies import Actor
from dossiers.policies.visibility import sees_unsent

from .models import PUBLISHED_FIELDS, Evidence, IndicatorResult, listed
from .writing import update_rows


def goes_aside(dossier: Dossier) -> bool:
    """Say whether what the commune changes now waits for its chair to send it.

    In all other states in which figures are open the whole dossier is the commune's, and nobody decides on it.
    """
    return dossier.state == State.APPRAISING


# --- Reading -----------------------------------------------------------------------------------------------


def as_shown_to(actor: Actor, result: IndicatorResult) -> IndicatorResult:
    """Return the result with the figure that the actor may see on it. Not to be saved."""
    if sees_unsent(actor):
        result.take_over_unsent()
    return result


def evidence_for(actor: Actor) -> QuerySet[Evidence]:
    """Return all evidence, also what is off its list, as far as the actor may know of it, whatever the indicator."""
    return Evidence.including_unsent.all() if sees_unsent(actor) else Evidence.objects.all()


def listed_for(actor: Actor) -> QuerySet[Evidence]:
    """Return the evidence that is on its indicator's list as the actor may see it, whatever the indicator."""
    return evidence_for(actor).filter(is_listed_for(actor))


def is_listed_for(actor: Actor, path: str = "") -> Q:
    """Return the same as a condition on rows that lead to evidence by ``path``."""
    return listed(path, unsent=sees_unsent(actor))


def removed_for(actor: Actor) -> QuerySet[Evidence]:
    """Return the evidence that is off its indicator's list as the actor may see it, whatever the indicator."""
    return evidence_for(actor).exclude(is_listed_for(actor))


def rows_as_shown_to(actor: Actor, evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return rows of evidence with what the actor may know of their removal on them. Not to be saved.

    Of drafts that were put aside because nobody waits for them any more: why. At most five queries, none without such.
    """
    rows = list(evidence)
    if sees_unsent(actor):
        for row in rows:
            row.take_over_unsent()
        _say_why_put_aside([row for row in rows if row.is_unsent and row.removed_at is not None])
    return rows


def _say_why_put_aside(rows: list[Evidence]) -> None:
    """Tell of rows that were never sent by what the wait for them ended: the request, or the whole dossier."""
    if not rows:
        return
    dossier = Dossier.objects.get(results=rows[0].result_id)
    moments = [row.removed_at for row in rows]
    requests = SupplementRequest.objects.of_dossier(dossier).filter(ended_at__in=moments)
    ended = {one.ended_at: one for one in requests.select_related("opinion__department", "ended_by")}
    kept = _("tệp chưa từng gửi, vẫn ở trong phần soạn riêng của xã")
    for row in rows:
        if (request := ended.get(row.removed_at)) is not None:
            row.put_aside = f"{ending_in_words(dossier, request)}; {kept}."
        elif dossier.state == State.WITHDRAWN and row.removed_at == dossier.state_since:
            row.put_aside = _("Hồ sơ đã được rút; %(kept)s.") % {"kept": kept}


# --- Ending the wait ---------------------------------------------------------------------------------------


def publish(result_ids: Collection[int]) -> None:
    """Let what was changed on these results and not sent take the place of what was submitted.

    Forms that were opened before are stale from now on, also where only files changed. What was added and taken off
    again before anything was sent stays the commune's own.
    """
    results = list(IndicatorResult.objects.filter(pk__in=result_ids))
    for result in results:
        result.take_over_unsent()
        result.revision += 1
        result.unsent = None
    update_rows(results, PUBLISHED_FIELDS)
    rows = Evidence.including_unsent.filter(result__in=result_ids)
    _shorten_chains(rows)
    rows.filter(unsent_removed_at__isnull=False).update(
        removed_at=F("unsent_removed_at"),
        removed_by=F("unsent_removed_by"),
        unsent_removed_at=None,
        unsent_removed_by=None,
    )
    rows.filter(is_unsent=True, removed_at__isnull=True).update(is_unsent=False)


def _shorten_chains(rows: QuerySet[Evidence]) -> None:
    """Let each submitted row that was replaced point to the version that is sent, past those that never were."""
    by_pk = {row.pk: row for row in rows}
    ends: dict[int, Evidence | None] = {}
    for row in by_pk.values():
        if row.unsent_removed_at is None or row.replaced_by_id is None:
            continue
        last = by_pk[row.replaced_by_id]
        while last.replaced_by_id is not None:
            last = by_pk[last.replaced_by_id]
        ends[row.pk] = last if last.removed_at is None else None
    rows.filter(is_unsent=True).update(replaced_by=None)
    for pk, end in ends.items():
        rows.filter(pk=pk).update(replaced_by=end)


def discard(result_ids: Collection[int], *, at: datetime, by: User) -> None:
    """Let what was changed on these results and not sent count no more; it stays the commune's own to read."""
    results = list(IndicatorResult.objects.filter(pk__in=result_ids, unsent__isnull=False))
    for result in results:
        result.revision, result.unsent = result.unsent_revision + 1, None
    update_rows(results, ["revision", "unsent"])
    rows = Evidence.including_unsent.filter(result__in=result_ids)
    rows.filter(is_unsent=True, removed_at__isnull=True).update(removed_at=at, removed_by=by)
    rows.filter(is_unsent=True).update(replaced_by=None)
    rows.filter(unsent_removed_at__isnull=False).update(
        unsent_removed_at=None, unsent_removed_by=None, replaced_by=None
    )
