"""Whoever writes an opinion again sees what was written before, and that the new one takes its place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.consultation.acts import RecordFrontOpinion, RecordOpinion
from dossiers.consultation.models import Stance
from dossiers.consultation.window import window_of
from dossiers.district.acts import RecordDistrictFrontOpinion
from dossiers.district.review import district_window_of
from dossiers.dossier.models import State
from dossiers.gates import standings
from dossiers.policies import Actor
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db

REPLACES = "sẽ thay ý kiến đã ghi của cùng tổ chức"
REMARKS = "Đề nghị làm rõ nguồn nước thôn 3"


def _form(client: Client, actor: Actor, journey: Journey, slug: str) -> str:
    client.force_login(actor.user)
    page = client.get(reverse("dossier:act", args=[journey.dossier.pk, slug]))
    assert page.status_code == 200
    return page.content.decode()


def test_the_front_of_the_commune_sees_its_opinion_before_it_writes_another(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.CONSULTING, files=1)
    assert REPLACES not in _form(client, journey.front, journey, "y-kien-mat-tran")
    window = window_of(journey.dossier)
    assert window is not None
    day = window.first_day + timedelta(days=10)
    paper = {"dated_on": day, "document": journey.paper()}
    journey.do(
        RecordFrontOpinion,
        journey.front,
        number="15/MTTQ-X",
        stance=Stance.WITH_REMARKS,
        remarks=REMARKS,
        **paper,
    )
    journey.do(
        RecordOpinion, journey.official, organisation="women", number="3/HPN", stance=Stance.FOR, **paper
    )
    page = _form(client, journey.front, journey, "y-kien-mat-tran")
    earlier = page[page.index("Ý kiến đã ghi") :]
    for said in (REPLACES, REMARKS, f"Số 15/MTTQ-X ngày {day.day}/{day.month}/{day.year}"):
        assert said in earlier
    assert journey.paper().name in earlier and "3/HPN" not in earlier
    journey.do(RecordFrontOpinion, journey.front, number="16/MTTQ-X", stance=Stance.FOR, **paper)
    (sentence,) = [
        one.answer.sentence for one in standings(journey.refresh()) if one.rule.code == "written_opinions"
    ]
    assert "16/MTTQ-X" in sentence and "15/MTTQ-X" not in sentence, "it does take its place"
    page = _form(client, journey.front, journey, "y-kien-mat-tran")
    assert page.index("16/MTTQ-X") < page.index("15/MTTQ-X") and page.count("đã được thay") == 1
    organisations = _form(client, journey.official, journey, "y-kien-to-chuc")
    assert REPLACES in organisations and "3/HPN" in organisations


def test_the_front_of_the_district_sees_its_own_too(world: World, client: Client) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    journey.publish_in_district()
    window = district_window_of(journey.dossier)
    assert window is not None
    page = _form(client, journey.district_front, journey, "y-kien-mat-tran-huyen")
    assert REPLACES not in page and "Chưa có ý kiến nào được ghi." in page
    journey.do(
        RecordDistrictFrontOpinion,
        journey.district_front,
        number="25/MTTQ-H",
        dated_on=window.first_day + timedelta(days=3),
        stance=Stance.WITH_REMARKS,
        remarks=REMARKS,
        document=journey.paper(),
    )
    page = _form(client, journey.district_front, journey, "y-kien-mat-tran-huyen")
    for said in (REPLACES, REMARKS, "Số 25/MTTQ-H ngày ", journey.paper().name):
        assert said in page
