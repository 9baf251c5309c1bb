"""Opening indicators again for the commune, together with the written notice of why."""

from __future__ import annotations

from collections.abc import Collection

from dossiers.acts import DossierAct
from dossiers.dossier.models import State


def reopen_indicators(
    act: DossierAct,
    reasons: str,
    *,
    from_state: State,
    only: Collection[int] | None = None,
    is_against: bool = False,
) -> None:
    """Re-open all results of the act's dossier, or only those with the given ids, and file the notice.

    ``is_against`` says that going on had been recommended.
    """
    results = act.dossier.results.all()
    if only is not None:
        results = results.filter(pk__in=only)
    results.update(is_reopened=True)
    act.dossier.notices.create(
        from_state=from_state,
        reasons=reasons,
        is_against=is_against,
        at=act.at,
        by=act.actor.user,
        agency=act.actor.agency,
    )
