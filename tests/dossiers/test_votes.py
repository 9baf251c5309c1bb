"""Votes: numbers that cannot be are refused at the field and by the database; the arithmetic is shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.recognition.acts import PassCouncil
from dossiers.votes.counts import count_refusals
from dossiers.votes.models import Vote, VotingBody
from dossiers.votes.words import arithmetic, attendance
from storage.documents import receive
from tests.world import World
from workflows.demonstration.files import paper
from workflows.demonstration.journey import Journey

RULE = {"threshold_percent": Decimal(90), "denominator": "present", "quorum_percent": Decimal("66.67")}
NUMBERS = {"members": 33, "present": 30, "in_favour": 27, "against": 2, "invalid": 1}


def vote(journey: Journey, **changed: Any) -> Vote:
    """Return an unsaved vote of the council, 27 of 30 present."""
    facts = {
        "met_on": date(2023, 7, 3),
        "passed": True,
        "recorded_at": timezone.now(),
        "recorded_by": journey.chair.user,
        **RULE,
        **NUMBERS,
        **changed,
    }
    return Vote(dossier=journey.dossier, body=VotingBody.PROVINCIAL_COUNCIL, **facts)


def test_the_arithmetic_is_shown_and_never_rounded_up_to_a_threshold() -> None:
    one = Vote(**NUMBERS, **RULE)
    assert arithmetic(one) == "27/30 người dự họp = 90 %, cần ≥ 90 %"
    assert attendance(one) == "30/33 thành viên dự họp = 90,91 %, cần ≥ 66,67 %"
    one.denominator, one.quorum_percent = "members", None
    assert arithmetic(one) == "27/33 thành viên = 81,82 %, cần ≥ 90 %"
    assert attendance(one) == "30/33 thành viên dự họp"
    one = Vote(**{**NUMBERS, **RULE, "members": 30000, "present": 25000, "in_favour": 22499})
    assert arithmetic(one) == "22499/25000 người dự họp = 89,99 %, cần ≥ 90 %"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"in_favour": 31}, "in_favour"),
        ({"present": 34}, "present"),
        ({"members": 0, "present": 0, "in_favour": 0, "against": 0, "invalid": 0}, "members"),
        ({"against": -1}, "against"),
        ({"invalid": -1}, "invalid"),
        ({"against": 3}, "against"),
    ],
)
def test_numbers_that_cannot_be_are_refused_at_their_field(changed: dict[str, int], field: str) -> None:
    assert [one.field for one in count_refusals(**{**NUMBERS, **changed}, most=99)] == [field]


def test_numbers_that_can_be_are_not_refused() -> None:
    assert count_refusals(**NUMBERS, most=99) == []
    assert count_refusals(**{**NUMBERS, "against": 0}, most=99) == [], "not everybody present casts a ballot"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"in_favour": 31, "against": 0, "invalid": 0}, "vote_counts"),
        ({"present": 34, "passed": False}, "vote_counts"),
        ({"against": 3}, "vote_has_a_ballot_for_each_present"),
        ({"in_favour": 26}, "passed_vote_reached_its_threshold"),
        ({"denominator": "members"}, "passed_vote_reached_its_threshold"),
    ],
)
def test_the_database_refuses_them_too(world: World, changed: dict[str, Any], constraint: str) -> None:
    journey = world.dossier(State.DRAFTING)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        vote(journey, **changed).save()
    vote(journey).save()
    vote(journey, against=None, invalid=None, is_secret=None).save()


@pytest.mark.django_db
def test_a_vote_with_more_in_favour_than_present_is_refused_on_the_page(world: World, client: Client) -> None:
    journey = world.dossier(State.COUNCIL)
    secretary = world.actor(Role.COUNCIL_SECRETARY).user
    minutes = receive(stream=paper("biên bản"), name="Biên bản.pdf", uploaded_by_id=secretary.pk)
    client.force_login(secretary)
    address = reverse("dossier:act", args=[journey.dossier.pk, "hoi-dong-thong-qua"])
    typed = {
        **journey.ballots(timezone.localdate(), members=21, present=20, in_favour=21),
        "is_secret": "1",
        "revision": journey.dossier.revision,
        "received": str(minutes.pk),
    }
    typed.pop("document")
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Số phiếu đồng ý không thể nhiều hơn số dự họp." in page
    assert 'value="21"' in page and "Nguyễn Văn An" in page, "what was typed is kept"
    assert not Vote.objects.filter(body=VotingBody.PROVINCIAL_COUNCIL).exists()


@pytest.mark.django_db
def test_the_rule_is_kept_with_the_vote(world: World) -> None:
    journey = world.dossier(State.DECIDING)
    kept = journey.dossier.votes.get(body=VotingBody.PROVINCIAL_COUNCIL)
    assert (kept.threshold_percent, kept.quorum_percent) == (Decimal(90), Decimal("66.67"))
    assert kept.denominator == "present"
    assert "chưa đối chiếu công báo" in kept.rule_source and kept.rule_verified is False
    assert kept.minutes == journey.paper() and kept.chair_name and kept.secretary_name


@pytest.mark.django_db
def test_minutes_name_who_chaired_and_who_wrote_them(world: World) -> None:
    journey = world.dossier(State.COUNCIL)
    ballots = journey.ballots(timezone.localdate(), members=21, present=20, in_favour=20)
    inputs = {**ballots, "chair_name": " ", "secretary_name": ""}
    with pytest.raises(ActRefused) as refused:
        PassCouncil(actor=world.actor(Role.COUNCIL_SECRETARY), dossier=journey.dossier, **inputs).perform()
    assert {one.field for one in refused.value.reasons} == {"chair_name", "secretary_name"}


@pytest.mark.django_db(transaction=True)
def test_votes_from_before_move_into_the_one_record_and_back(world: World) -> None:
    """Nothing is lost on the way: not a number, not a conclusion, not a file."""
    journey = world.dossier(State.CONSULTING)
    journey.hold_consultation()
    counts = "met_on, members, present, in_favour, is_secret, threshold_percent, passed, minutes_id, recorded_by_id"
    try:
        call_command("migrate", "votes", "0001", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counts} FROM consultation_communevote")
            before = cursor.fetchall()
            assert len(before) == 1 and before[0][:4] == (
                journey.dossier.votes.model and before[0][0],
                40,
                38,
                38,
            )
            cursor.execute("SELECT count(*) FROM votes_vote")
            assert cursor.fetchone() == (0,)
            cursor.execute(
                "INSERT INTO recognition_councilvote (dossier_id, met_on, members, present, in_favour,"
                " threshold_percent, denominator, passed, conclusion, recorded_at, recorded_by_id)"
                " VALUES (%s, '2023-07-03', 21, 20, 15, 90, 'present', false, 'Chưa đạt', now(), %s)",
                [journey.dossier.pk, journey.chair.user.pk],
            )
    finally:
        call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts} FROM votes_vote WHERE body = 'commune_meeting'")
        assert cursor.fetchall() == before
    council = Vote.objects.get(body=VotingBody.PROVINCIAL_COUNCIL)
    assert (council.in_favour, council.conclusion, council.against, council.quorum_percent) == (
        15,
        "Chưa đạt",
        None,
        None,
    )
    assert arithmetic(council) == "15/20 người dự họp = 75 %, cần ≥ 90 %"
