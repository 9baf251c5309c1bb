"""Two decisions on one title at the same moment: real threads, the real database; one of them counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from dossiers.acts import ActRefused, DossierAct
from dossiers.dossier.models import Dossier, State
from dossiers.recognition.models import Decision
from dossiers.titles.acts import KeepTitle, OpenReview, RevokeTitle
from dossiers.titles.models import Review, Title, TitleStatus
from storage import ledger
from tests.dossiers.titles.conftest import UNMET, entered
from tests.world import World
from workflows.demonstration.afterwards import Afterwards
from workflows.engine import in_step


def at_once(*acts: DossierAct) -> list[str]:
    """Perform the acts at the same moment, each on a connection of its own; return what became of each."""
    start = Barrier(len(acts))

    def perform(act: DossierAct) -> str:
        try:
            start.wait()
            act.perform()
        except ActRefused as refused:
            return ", ".join(sorted(refused.codes))
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(perform, acts))


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_and_two_reviews_at_once_one_counts(s3: str) -> None:
    world = World.ensure()
    afterwards: Afterwards = entered(world)

    def opening() -> OpenReview:
        return OpenReview(actor=afterwards.office, title=afterwards.title, year=2025)

    assert sorted(at_once(opening(), opening())) in (["done", "open"], ["done", "open, reviewed"])
    review = Review.objects.get(title=afterwards.title)
    afterwards.go_on_with(Dossier.objects.get(pk=review.pk))
    afterwards.report_criteria_unmet(UNMET)
    afterwards.submit_review()
    afterwards.examine_review()
    afterwards.confirm_review()
    afterwards.revoke_by(Review.objects.get(pk=review.pk), State.REVOCATION_DECIDING)

    inputs: dict[str, Any] = afterwards.decision()
    chair, dossier = afterwards.provincial_chair, afterwards.dossier
    results = at_once(
        RevokeTitle(actor=chair, dossier=Dossier.objects.get(pk=dossier.pk), **inputs),
        KeepTitle(actor=chair, dossier=Dossier.objects.get(pk=dossier.pk), **inputs),
    )
    assert sorted(results) == ["done", "state"]
    assert Decision.objects.filter(dossier=dossier).count() == 1
    title = Title.objects.get(pk=afterwards.title.pk)
    expected = TitleStatus.REVOKED if results[0] == "done" else TitleStatus.IN_FORCE
    assert title.status == expected
    assert in_step(Dossier.objects.get(pk=dossier.pk))
    assert ledger.verify(title.stream).ok and ledger.verify(dossier.stream).ok
