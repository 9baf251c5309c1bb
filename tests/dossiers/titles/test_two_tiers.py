"""Without districts, since July 2025: the commune gathers its case, the coordination office confirms its review."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.titles.models import TitleStatus
from tests.dossiers.titles.conftest import UNMET, WithoutDistrict
from workflows.engine import in_step
from workflows.models import WorkItem


@pytest.mark.django_db
def test_review_and_revocation_without_a_district(merged: WithoutDistrict, client: Client) -> None:
    """Nghị định 131/2025/NĐ-CP, Điều 44 khoản 1: what the district gathered, the commune gathers."""
    review = merged.review(2025, criteria_unmet=UNMET)
    assert review.dossier.procedure == "ra-soat-2-cap-2025" and in_step(merged.dossier)
    case = merged.open_revocation(review)
    assert case.dossier.procedure == "thu-hoi-2-cap-2025"
    gathering = WorkItem.objects.get(dossier=case.dossier, node="gather")
    assert gathering.agency.unit_id == merged.commune.pk
    merged.hear_front()
    merged.summarise()
    merged.propose()
    merged.dispatch()
    merged.sign_all()
    merged.write_report()
    merged.revoke()
    merged.publish()
    assert merged.refresh().state == State.REVOCATION_PUBLISHED and in_step(merged.dossier)
    assert merged.title.status == TitleStatus.REVOKED
    client.force_login(merged.office.user)
    for address in (
        reverse("titles:title", args=[merged.title.pk]),
        reverse("dossier:overview", args=[case.pk]),
        reverse("dossier:overview", args=[review.pk]),
        reverse("procedure", args=[case.pk]),
        f"{reverse('titles:list')}?q=xã+mới",
    ):
        assert client.get(address).status_code == 200, address
