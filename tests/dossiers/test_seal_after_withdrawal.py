"""What a department had written and not signed was never said, also when the dossier is withdrawn meanwhile."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.dossier.models import Dossier, State
from dossiers.dossier.selectors import criteria_progress, with_progress
from dossiers.organisations.models import Role
from tests.world import World

pytestmark = pytest.mark.django_db

REASON = "Số liệu chưa khớp báo cáo ngành"


def test_withdrawing_during_the_appraisal_opens_no_opinion(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    signed, unsigned, *_others = journey.waiting_opinions()
    codes = {one.indicator.code for one in journey.results()}
    journey.find(signed, unmet=codes)
    journey.sign(signed)
    journey.find(unsigned, unmet=codes)
    journey.withdraw()
    dossier = Dossier.objects.filter(pk=journey.dossier.pk)
    assert with_progress(dossier).get().unmet_count == 0, "nor does a number tell"  # type: ignore[attr-defined]
    assert not any(criterion.not_met for criterion in criteria_progress(journey.dossier))
    code = journey.results().filter(department=unsigned.department_id)[0].indicator.code
    pages = [
        reverse("appraisal:board", args=[journey.dossier.pk]),
        reverse("results:indicators", args=[journey.dossier.pk]),
        reverse("dossier:history", args=[journey.dossier.pk]),
    ]
    others = [
        Role.COORDINATION_OFFICER,
        Role.COMMUNE_CHAIR,
        Role.DISTRICT_CHAIR,
        Role.PROVINCIAL_CHAIR,
        Role.COUNCIL_SECRETARY,
    ]
    for role in others:
        client.force_login(world.actor(role, of=journey.dossier).user)
        for page in [*pages, reverse("results:indicator", args=[journey.dossier.pk, code])]:
            assert REASON not in client.get(page).content.decode(), (role, page)
    for opinion, other in ((signed, unsigned), (unsigned, signed)):
        client.force_login(world.people.at(opinion.department_id, Role.DEPARTMENT_HEAD).user)
        board = client.get(pages[0]).content.decode()
        own, foreign = (
            board[board.index(f'id="co-quan-{one.department_id}"') :].partition("</li>\n        <li")[0]
            for one in (opinion, other)
        )
        assert REASON in own and REASON not in foreign[: foreign.find('id="co-quan-', 5)]
    client.force_login(world.actor(Role.INSPECTOR).user)
    assert REASON in client.get(pages[0]).content.decode()


def test_a_round_that_all_had_signed_stays_open_after_a_withdrawal(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"14.2"})
    journey.withdraw()
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    board = client.get(reverse("appraisal:board", args=[journey.dossier.pk])).content.decode()
    assert REASON in board
