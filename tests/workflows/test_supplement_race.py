"""Seventeen departments ask for supplements, get answers and sign, all at once, round after round; none gets stuck."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from dossiers.acts import ActRefused, Busy
from dossiers.appraisal.acts import GoOnWithoutAnswer, SendAnswer, WithdrawRequest
from dossiers.appraisal.models import Opinion, OpinionState, SignedVersion, SupplementRequest
from dossiers.appraisal.rounds import inputs_hash, inputs_of_departments
from dossiers.appraisal.supplements.answers import elsewhere
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.acts import AttachEvidence, ReplaceEvidence
from dossiers.results.models import Evidence
from storage import ledger
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.flows.advanced_commune import AdvancedCommuneFlow
from workflows.models import ClockStop, Task, WorkItem

ROUNDS = 50
DEPARTMENTS = 17


def _each_at_once(
    journey: Journey, opinions: list[Opinion], work: Callable[[Journey, Opinion], None]
) -> None:
    """Do the work of all opinions at the same instant, each in a thread and with a copy of the dossier of its own."""
    barrier = threading.Barrier(len(opinions))
    failures: list[BaseException] = []

    def run(opinion: Opinion) -> None:
        try:
            own = Journey.of(journey.people, journey.dossier)
            own.refresh()
            barrier.wait(timeout=30)
            work(own, opinion)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(opinions)) as pool:
        list(pool.map(run, opinions))
    assert failures == []


def _until_free(act: Callable[[], object]) -> None:
    """Do an act again as long as somebody else is at the dossier."""
    for _attempt in range(20):
        try:
            act()
        except Busy:
            continue
        return
    raise AssertionError("the dossier was never free")


def _examine(seed: float, journey: Journey, opinion: Opinion) -> None:
    """One department's part: perhaps ask, be answered or take it back, conclude, sign."""
    chance = random.Random(f"{seed} {opinion.department_id}")
    codes = list(
        journey.results().filter(department=opinion.department_id).values_list("indicator__code", flat=True)
    )
    unmet = set(codes)
    if chance.random() < 0.5:
        _until_free(lambda: journey.find(opinion, unmet=unmet))
    for _turn in range(chance.choice((0, 1, 1, 2))):
        asked = chance.sample(codes, chance.randint(1, min(3, len(codes))))
        _until_free(partial(journey.ask_supplement, opinion, asked))
        supplement = SupplementRequest.objects.get(opinion=opinion, outcome="")
        _end(chance, journey, opinion, supplement)
    _conclude_and_sign(journey, opinion)


def _end(chance: random.Random, journey: Journey, opinion: Opinion, supplement: SupplementRequest) -> None:
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    match chance.randrange(10):
        case 0:
            _until_free(lambda: journey.do(WithdrawRequest, head, reasons="Hỏi nhầm"))
        case 1:
            late = timezone.localdate() - timedelta(days=1)
            task = WorkItem.objects.filter(task__department=opinion.department_id, node="supplement")
            task.filter(dossier=journey.dossier, closed_at=None).update(due_on=late)
            _until_free(lambda: journey.do(GoOnWithoutAnswer, head, reasons="Quá hạn"))
        case 2:
            _replace_and_send(journey, supplement, chance)
        case _:
            _until_free(lambda: journey.write_answers(supplement))
            _until_free(lambda: journey.send_answer(supplement))


def _replace_and_send(journey: Journey, supplement: SupplementRequest, chance: random.Random) -> None:
    """Answer by a new version of a file that serves other indicators too, and let it take its place on one of them."""
    items = list(supplement.items.select_related("result__indicator"))
    old = Evidence.objects.current().filter(result=items[0].result).select_related("document")[0]
    new = journey.upload(chance.randrange(1000) * 2)
    _until_free(lambda: journey.do(ReplaceEvidence, journey.official, evidence=old, document=new))
    _until_free(lambda: journey.write_answers(supplement))
    while True:
        shared = [one.pk for one in elsewhere(items)]
        try:
            act = SendAnswer(
                actor=journey.chair,
                dossier=journey.dossier,
                request=supplement.pk,
                number="1/UBND",
                dated_on=timezone.localdate(),
                carry_over=chance.sample(shared, min(1, len(shared))),
            )
            _until_free(act.perform)
        except ActRefused as refused:
            # Somebody was faster: the file serves elsewhere by now.
            assert refused.codes == {"carry_over"}
        else:
            return


@pytest.mark.django_db(transaction=True)
def test_fifty_rounds_of_seventeen_departments_with_random_supplements_leave_none_stuck(s3: str) -> None:
    world = World.ensure()
    journey = world.dossier(State.APPRAISING)
    journey.confirm_debt()
    journey.confirm_security()
    chance = random.Random(18)
    signed_anew = 0
    for number in range(1, ROUNDS + 1):
        opinions = journey.waiting_opinions()
        assert len(opinions) == DEPARTMENTS
        _each_at_once(journey, opinions, partial(_examine, chance.random()))
        journey.refresh()
        while again := journey.waiting_opinions():
            signed_anew += len(again)
            assert in_step(journey.dossier), f"round {number}"
            _each_at_once(journey, again, _conclude_and_sign)
            journey.refresh()
        _assert_complete(journey, number)
        journey.request_completion()
        journey.submit_completion()
    assert signed_anew > 0 and SignedVersion.objects.filter(opinion__dossier=journey.dossier).exists()
    outcomes = SupplementRequest.objects.of_dossier(journey.dossier).values_list("outcome", flat=True)
    assert set(outcomes) == {"answered", "withdrawn", "unanswered"}
    checked = ledger.verify(journey.dossier.stream)
    assert checked.ok, checked.reason


def _conclude_and_sign(journey: Journey, opinion: Opinion) -> None:
    """Conclude and sign; once more when a file was replaced in between that the conclusions rested on."""
    codes = journey.results().filter(department=opinion.department_id)
    unmet = set(codes.values_list("indicator__code", flat=True))
    while True:
        _until_free(lambda: journey.find(opinion, unmet=unmet))
        try:
            _until_free(lambda: journey.sign(opinion))
        except ActRefused as refused:
            assert refused.codes == {"unfinished"}
        else:
            return


def _assert_complete(journey: Journey, number: int) -> None:
    dossier = journey.dossier
    assert dossier.state == State.CONSOLIDATING, f"round {number} got stuck"
    assert in_step(dossier)
    assert not dossier.results.filter(is_reopened=True).exists()
    assert not dossier.opinions.exclude(state=OpinionState.SIGNED).exists()
    assert not ClockStop.objects.filter(work_item__dossier=dossier, resumed_at__isnull=True).exists()
    open_items = WorkItem.objects.filter(dossier=dossier, closed_at__isnull=True)
    assert [item.node for item in open_items] == ["consolidate"], f"round {number}"
    signed = AdvancedCommuneFlow.all_signed
    assert Task.objects.filter(process__dossier=dossier, flow_task=signed).count() == number


@pytest.mark.django_db(transaction=True)
def test_a_department_that_takes_its_request_back_and_signs_never_signs_over_the_answer(s3: str) -> None:
    """The chair sends while the head takes back, concludes and signs. Whoever is first counts, and that wholly."""
    world = World.ensure()
    journey = world.dossier(State.APPRAISING)
    outcomes = set()
    for opinion in journey.waiting_opinions()[:10]:
        results = list(journey.results().filter(department=opinion.department_id))
        code = results[0].indicator.code
        before = inputs_hash(inputs_of_departments(journey.dossier)[opinion.department_id])
        supplement = journey.ask_supplement(opinion, [code])
        new = journey.upload(0)
        journey.do(AttachEvidence, journey.official, document=new, results=[results[0].pk])
        journey.write_answers(supplement)
        assert inputs_hash(inputs_of_departments(journey.dossier)[opinion.department_id]) == before
        _send_and_sign_at_once(journey, opinion, supplement)
        supplement.refresh_from_db()
        opinion.refresh_from_db()
        outcomes.add(supplement.outcome)
        is_sent = supplement.outcome == "answered"
        assert Evidence.objects.current().filter(document=new).exists() == is_sent
        now = inputs_hash(inputs_of_departments(journey.dossier)[opinion.department_id])
        assert (now == before) != is_sent
        if opinion.state == OpinionState.SIGNED:
            assert opinion.inputs_sha256 == now
        else:
            assert is_sent and not opinion.findings.filter(result=results[0]).exists()
        assert in_step(journey.refresh())
    assert outcomes <= {"answered", "withdrawn"} and outcomes
    checked = ledger.verify(journey.dossier.stream)
    assert checked.ok, checked.reason


def _send_and_sign_at_once(journey: Journey, opinion: Opinion, supplement: SupplementRequest) -> None:
    barrier = threading.Barrier(2)
    failures: list[BaseException] = []

    def run(work: Callable[[Journey], object]) -> None:
        try:
            own = Journey.of(journey.people, journey.dossier)
            own.refresh()
            barrier.wait(timeout=30)
            work(own)
        except ActRefused as refused:
            # Somebody was faster, or what was concluded on is no longer what is there.
            if not refused.codes <= {"ended", "not_so_far", "awaiting", "unfinished"}:
                failures.append(refused)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    def take_back_and_sign(own: Journey) -> None:
        head = own.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
        _until_free(lambda: own.do(WithdrawRequest, head, reasons="Hỏi nhầm"))
        _until_free(lambda: own.find(opinion))
        _until_free(lambda: own.sign(opinion))

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(
            pool.map(run, [take_back_and_sign, lambda own: _until_free(lambda: own.send_answer(supplement))])
        )
    assert failures == []
