"""From the title through a yearly review to its revocation, act by act."""

from __future__ import annotations

import pytest

from dossiers.dossier.models import State
from dossiers.titles.models import TitleStatus
from storage import ledger
from tests.dossiers.titles.conftest import UNMET
from workflows.demonstration.afterwards import Afterwards
from workflows.engine import in_step
from workflows.models import WorkItem


@pytest.mark.django_db
def test_a_title_is_reviewed_falls_short_and_is_revoked(decided: Afterwards) -> None:
    afterwards = decided
    review = afterwards.review(2025, criteria_unmet=UNMET)
    title = afterwards.title
    assert review.meets is False and afterwards.dossier.state == State.REVIEWED
    assert in_step(afterwards.dossier)
    assert title.status == TitleStatus.IN_FORCE, "falling short never changes the title"
    assert (title.meets_set, title.short_since, title.assessed_year) == (False, 2025, 2025)

    afterwards.revoke_by(review, State.REVOCATION_PUBLISHED)
    assert in_step(afterwards.dossier)
    assert afterwards.title.status == TitleStatus.REVOKED
    assert afterwards.title.revoked_on == afterwards.dossier.decision.signed_on
    assert not WorkItem.objects.filter(dossier=afterwards.dossier, closed_at=None).exists()
    acts = [entry.act for entry in ledger.entries(title.stream)]
    assert acts == ["title.granted", "title.assessed", "title.revoked"]
    for stream in (title.stream, afterwards.dossier.stream):
        assert ledger.verify(stream).ok
