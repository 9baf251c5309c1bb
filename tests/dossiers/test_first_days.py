"""No paper is older than the authority to sign it: every act that asks for a day, and dossiers that were moved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dossiers.acts import ActRefused
from dossiers.acts.order import AFTER, OF_RECEIVING_LEVEL, authority_begins
from dossiers.dossier.models import State
from dossiers.procedures import get_procedure
from dossiers.recognition.acts import Recognise
from tests.storage.files import pdf
from tests.world import TwoTiers, World
from workflows.demonstration.journey import Journey
from workflows.moves.acts import MoveToProcedure

pytestmark = pytest.mark.django_db

FIRST = date(2025, 7, 1)
EVE = FIRST - timedelta(days=1)
WHY = "Ngày 30/6/2025 không thể trước 1/7/2025 (ngày bắt đầu áp dụng quy trình «"


@pytest.fixture
def ninh_binh(world: World) -> TwoTiers:
    return world.two_tiers()


def test_the_plan_is_not_approved_before_the_province_could_approve_it(
    ninh_binh: TwoTiers, client: Client
) -> None:
    journey = ninh_binh.dossier(State.PLAN_SUBMITTED)
    journey.appraise_plan()
    client.force_login(journey.receiving_chair.user)
    sent = {
        "revision": journey.dossier.revision,
        **{"number": "1/QĐ", "signed_on": EVE.isoformat()},
        "document": SimpleUploadedFile("quyet-dinh.pdf", pdf()),
    }
    address = reverse("dossier:act", args=[journey.dossier.pk, "phe-duyet-de-an"])
    answered = client.post(address, sent)
    page = answered.content.decode()
    assert answered.status_code == 409 and WHY in page and "không ai có thẩm quyền ký" in page
    assert 'id="error_id_signed_on"' in page or "id_signed_on_error" in page
    journey.approve_plan(signed_on=FIRST)
    assert journey.refresh().state == State.IMPLEMENTING


def test_where_the_same_levels_decided_before_their_older_papers_are_taken(world: World) -> None:
    """The decree of 2 August 2022 left it to the district to approve a Đề án, as before."""
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan()
    assert not any(authority_begins(paper, journey.dossier) for paper in AFTER)
    journey.approve_plan(signed_on=date(2022, 3, 15))


def test_every_paper_has_the_first_day_before_it(ninh_binh: TwoTiers) -> None:
    dossier = ninh_binh.dossier(State.DRAFTING).dossier
    assert AFTER.keys() >= OF_RECEIVING_LEVEL
    found = {paper: authority_begins(paper, dossier) for paper in AFTER}
    assert {one.day for one in found.values() if one} == {FIRST} and all(found.values())


def test_after_a_move_older_papers_stand_and_others_than_the_new_level_may_still_date_theirs_before_it(
    world: World, ninh_binh: TwoTiers
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune("Xã Liêm Cần"))
    journey.advance_to(State.CONSULTING, files=1)
    journey.do(
        MoveToProcedure, journey.office, to=get_procedure("nang-cao-2-cap-2025"), reason="Hết cấp huyện"
    )
    moved = Journey(ninh_binh.people, ninh_binh.programme, journey.refresh().commune)
    moved.dossier = journey.dossier
    assert moved.dossier.plan_approval.signed_on < FIRST
    starts = {paper: one.day for paper in AFTER if (one := authority_begins(paper, moved.dossier))}
    assert starts == dict.fromkeys(OF_RECEIVING_LEVEL, FIRST)
    moved.hold_consultation()  # its papers are of 2023
    moved.submit()
    moved.advance_to(State.RECOGNISED, files=1)


def test_a_plan_that_was_moved_undecided_is_approved_by_the_province_from_its_own_first_day(
    world: World, ninh_binh: TwoTiers
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune("Xã Liêm Cần"))
    journey.advance_to(State.PLAN_SUBMITTED, files=1)
    journey.do(
        MoveToProcedure, journey.office, to=get_procedure("nang-cao-2-cap-2025"), reason="Hết cấp huyện"
    )
    moved = Journey(ninh_binh.people, ninh_binh.programme, journey.refresh().commune)
    moved.dossier = journey.dossier
    moved.appraise_plan()
    with pytest.raises(ActRefused, match="không thể trước 1/7/2025"):
        moved.approve_plan(signed_on=EVE)
    moved.approve_plan(signed_on=FIRST)


def test_a_decision_of_the_province_is_not_older_than_its_procedure(ninh_binh: TwoTiers) -> None:
    assert Recognise.name  # the council's day comes later still: the later of the two is named
    journey = ninh_binh.dossier(State.DECIDING)
    with pytest.raises(ActRefused, match="ngày Hội đồng họp"):
        journey.recognise(signed_on=EVE)
