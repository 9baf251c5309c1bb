"""Moving a dossier in flight to another version of the procedure: what maps, what is refused, what is recorded."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted
from dossiers.batches.entries import current_batch
from dossiers.batches.models import Batch, BatchEntry
from dossiers.dossier.models import Dossier, State
from dossiers.gates import standings
from dossiers.organisations.models import AgencyKind, Role
from dossiers.policies import Actor
from dossiers.procedures import Succession, get_procedure
from dossiers.recognition.models import Decision
from dossiers.security.models import SecurityFinding
from dossiers.transfers.models import Transfer
from storage import ledger
from storage.ledger import Entry
from tests.world import TwoTiers, World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import WorkItem
from workflows.moves.acts import MoveToProcedure
from workflows.moves.plan import plan_move
from workflows.notifications.models import Reminder
from workflows.notifications.reminding import remind
from workflows.notifications.words import lines_of

pytestmark = pytest.mark.django_db

THREE, TWO = "nang-cao-3-cap-2022", "nang-cao-2-cap-2025"
#: Xã Liêm Cần became, with others, Xã Liêm Hà of Ninh Bình on 1 July 2025.
COMMUNE, SUCCESSOR = "Xã Liêm Cần", "Xã Liêm Hà"
REASON = "Từ 01/7/2025 không còn cấp huyện"


@pytest.fixture
def ninh_binh(world: World) -> TwoTiers:
    return world.two_tiers()


def _moved(journey: Journey, people: TwoTiers) -> Journey:
    journey.do(MoveToProcedure, journey.office, to=get_procedure(TWO), reason=REASON)
    moved = Journey(people.people, people.programme, journey.refresh().commune)
    moved.dossier = journey.dossier
    return moved


def _open_steps(dossier: Dossier) -> list[tuple[str, str]]:
    items = WorkItem.objects.filter(dossier=dossier, closed_at=None).select_related("agency__unit")
    return [(item.node, item.agency.unit.name) for item in items.order_by("pk")]


@pytest.mark.parametrize(
    ("state", "after", "steps"),
    [
        (State.DRAFTING, State.DRAFTING, [("draft_plan", SUCCESSOR)]),
        (State.PLAN_SUBMITTED, State.PLAN_SUBMITTED, [("appraise_plan", "Tỉnh Ninh Bình")]),
        (State.IMPLEMENTING, State.IMPLEMENTING, [("implement", SUCCESSOR)]),
        (State.CONSULTING, State.CONSULTING, [("consult", SUCCESSOR), ("hear_front", SUCCESSOR)]),
        (State.DISTRICT_REVIEW, State.PROVINCIAL_INTAKE, [("verify", "Tỉnh Ninh Bình")]),
        (State.PROVINCIAL_INTAKE, State.PROVINCIAL_INTAKE, [("intake", "Tỉnh Ninh Bình")]),
        (State.CONSOLIDATING, State.CONSOLIDATING, [("consolidate", "Tỉnh Ninh Bình")]),
        (State.COUNCIL, State.COUNCIL, [("council", "Tỉnh Ninh Bình")]),
        (State.DECIDING, State.DECIDING, [("decide", "Tỉnh Ninh Bình")]),
        (State.RECOGNISED, State.RECOGNISED, [("publish", "Tỉnh Ninh Bình")]),
    ],
)
def test_a_dossier_of_july_2025_goes_on_without_its_district_to_the_end(
    world: World, ninh_binh: TwoTiers, state: State, after: State, steps: list[tuple[str, str]]
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(state, files=1)
    moved = _moved(journey, ninh_binh)
    assert (moved.dossier.procedure, moved.dossier.state) == (TWO, after)
    assert _open_steps(moved.dossier) == steps
    assert in_step(moved.dossier)
    assert moved.dossier.results.exclude(department__unit__code="37").count() == 0
    (item, *_rest) = WorkItem.objects.filter(dossier=moved.dossier, closed_at=None)
    assert item.due_on is not None and item.due_on > timezone.localdate()
    moved.advance_to(State.PUBLISHED, files=1)
    assert in_step(moved.refresh())
    assert ledger.verify(moved.dossier.stream).ok


def test_what_the_district_had_not_decided_is_done_again(world: World, ninh_binh: TwoTiers) -> None:
    plan = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    plan.advance_to(State.PLAN_SUBMITTED, files=1)
    plan.appraise_plan()
    moved = _moved(plan, ninh_binh)
    assert _open_steps(moved.dossier) == [("appraise_plan", "Tỉnh Ninh Bình")]
    moved.appraise_plan()  # would be a correction, and leave the flow where it is, had the district's one counted
    assert _open_steps(moved.dossier) == [("decide_plan", "Tỉnh Ninh Bình")]
    review = Journey(ninh_binh.people, world.programme, world.commune("Xã Đồn Xá"))
    review.advance_to(State.DISTRICT_REVIEW, files=1)
    review.verify()
    moved = _moved(review, ninh_binh)
    assert _open_steps(moved.dossier) == [("verify", "Tỉnh Ninh Bình")]
    moved.advance_to(State.APPRAISING, files=1)


def test_divisions_at_work_become_one_verification_at_the_province(world: World, ninh_binh: TwoTiers) -> None:
    """Also where the district had heard its people and only its chair was still to forward the dossier."""
    asked = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    asked.advance_to(State.DISTRICT_REVIEW, files=1)
    asked.receive()
    divisions = [node for node, _place in _open_steps(asked.dossier)]
    assert len(divisions) > 1 and set(divisions) == {"examine"}
    moved = _moved(asked, ninh_binh)
    assert _open_steps(moved.dossier) == [("verify", "Tỉnh Ninh Bình")]
    moved.advance_to(State.APPRAISING, files=1)
    assert in_step(moved.refresh())
    heard = Journey(ninh_binh.people, world.programme, world.commune("Xã Đồn Xá"))
    heard.advance_to(State.DISTRICT_REVIEW, files=1)
    heard.verify()
    heard.hear_district()
    assert [node for node, _place in _open_steps(heard.dossier)] == ["forward"]
    moved = _moved(heard, ninh_binh)
    assert _open_steps(moved.dossier) == [("verify", "Tỉnh Ninh Bình")]
    moved.advance_to(State.APPRAISING, files=1)
    assert in_step(moved.refresh())


def test_a_returned_dossier_comes_back_to_the_province(world: World, ninh_binh: TwoTiers) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    journey.verify(recommends_forwarding=False)
    journey.return_dossier()
    moved = _moved(journey, ninh_binh)
    assert _open_steps(moved.dossier) == [("complete", SUCCESSOR)]
    moved.submit()
    assert moved.dossier.state == State.PROVINCIAL_INTAKE


def test_departments_at_work_are_not_left_without_their_work(world: World, ninh_binh: TwoTiers) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.APPRAISING, files=1)
    journey.appraise(leave=2)
    before = (journey.refresh().procedure, ledger.verify(journey.dossier.stream).entries)
    with pytest.raises(ActRefused) as refused:
        journey.do(MoveToProcedure, journey.office, to=get_procedure(TWO), reason=REASON)
    assert refused.value.codes == {"orphan"} and len(refused.value.reasons) == 2
    assert "đang thẩm định" in str(refused.value)
    assert (journey.refresh().procedure, ledger.verify(journey.dossier.stream).entries) == before
    assert in_step(journey.dossier)


def test_what_was_still_to_be_confirmed_is_asked_of_the_new_provinces_agencies(
    world: World, ninh_binh: TwoTiers
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.APPRAISING, files=1)
    journey.appraise()
    moved = _moved(journey, ninh_binh)
    items = WorkItem.objects.filter(dossier=moved.dossier, closed_at=None).select_related("agency")
    asked = {item.node: item.agency.code for item in items}
    assert asked == {
        "consolidate": "vpdp-ntm-ninh-binh",
        "check_debt": "so-tai-chinh-ninh-binh",
        "check_security": "cong-an-ninh-binh",
    }
    moved.consolidate()
    finding = SecurityFinding.objects.get(dossier=moved.dossier)
    assert finding.department.code == "cong-an-ninh-binh" and in_step(moved.refresh())


def test_a_confirmation_before_the_move_holds_after_it(world: World, ninh_binh: TwoTiers) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.CONSOLIDATING, files=1)
    moved = _moved(journey, ninh_binh)
    moved.consolidate()
    assert SecurityFinding.objects.get(dossier=moved.dossier).department.code == "cong-an-ha-nam"
    assert moved.refresh().state == State.COUNCIL


def test_a_step_without_a_successor_is_an_orphan(world: World, ninh_binh: TwoTiers) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    target = get_procedure(TWO)
    rule = replace(target.takes_over[THREE], steps={})
    with pytest.raises(ActRefused) as refused:
        journey.do(
            MoveToProcedure, journey.office, to=replace(target, takes_over={THREE: rule}), reason=REASON
        )
    assert "Huyện công khai, lấy ý kiến, họp" in str(refused.value)


def test_a_step_that_the_new_version_has_not_ends_with_the_move_and_is_told(
    world: World, ninh_binh: TwoTiers
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.CONSULTING, files=1)
    target = get_procedure(TWO)
    rule = replace(target.takes_over[THREE], steps={"hear_front": None})
    target = replace(target, takes_over={THREE: rule})
    assert "Mặt trận xã cho ý kiến" in plan_move(journey.refresh(), target).losses[0]
    journey.do(MoveToProcedure, journey.office, to=target, reason=REASON)
    assert _open_steps(journey.refresh()) == [("consult", SUCCESSOR)]
    waiting = replace(rule, waits_for=("implement",))
    other = Journey(ninh_binh.people, world.programme, world.commune("Xã Đồn Xá"))
    other.advance_to(State.IMPLEMENTING, files=1)
    plan = plan_move(other.refresh(), replace(target, takes_over={THREE: waiting}))
    assert [one.code for one in plan.obstacles] == ["orphan"]


def test_a_commune_that_became_a_ward_is_named(world: World, ninh_binh: TwoTiers) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune("Xã Đinh Xá"))
    journey.register()
    with pytest.raises(ActRefused) as refused:
        journey.do(MoveToProcedure, journey.office, to=get_procedure(TWO), reason=REASON)
    assert refused.value.codes == {"place"} and "Phường Liêm Tuyền" in str(refused.value)


def test_two_dossiers_do_not_become_one_commune_s(world: World, ninh_binh: TwoTiers) -> None:
    first, second = (
        Journey(ninh_binh.people, world.programme, world.commune(name)) for name in (COMMUNE, "Xã Thanh Hà")
    )
    first.register()
    second.register()
    _moved(first, ninh_binh)
    with pytest.raises(ActRefused) as refused:
        second.do(MoveToProcedure, second.office, to=get_procedure(TWO), reason=REASON)
    assert refused.value.codes == {"occupied"}


def test_work_that_stays_with_its_agency_keeps_its_clock(world: World) -> None:
    """A later version of the same tier: arrival, extension and days stay, the period is the new one's."""
    journey = world.dossier(State.APPRAISING, files=1)
    journey.appraise(leave=3)
    arrived = timezone.now() - timedelta(days=10)
    items = WorkItem.objects.filter(dossier=journey.dossier, closed_at=None, node="appraise")
    items.update(opened_at=arrived, extended_days=2)
    before = {item.pk: item.agency_id for item in items}
    other = get_procedure("ntm-3-cap-2022")  # has a flow with the same steps
    longer = replace(other.steps["appraise"], days=40)
    target = replace(
        other,
        scope=get_procedure(THREE).scope,
        steps={**other.steps, "appraise": longer},
        takes_over={THREE: Succession(steps={}, states={}, waits_for=(), source="bài thử", verified=False)},
    )
    plan = plan_move(journey.refresh(), target)
    assert all(step.keeps_clock for step in plan.steps) and plan.losses == ()
    journey.do(MoveToProcedure, journey.office, to=target, reason=REASON)
    assert {item.pk: item.agency_id for item in items.all()} == before
    for item in items.all():
        assert (item.opened_at, item.days, item.extended_days) == (arrived, 40, 2)
        assert item.due_on == {step.item.pk: step.due_after for step in plan.steps}[item.pk]
    assert in_step(journey.refresh())
    for opinion in journey.waiting_opinions():
        journey.find(opinion)
        journey.sign(opinion)
    assert journey.dossier.state == State.CONSOLIDATING


def test_only_the_office_that_has_the_dossier_moves_it(world: World, ninh_binh: TwoTiers) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.register()
    stranger = ninh_binh.journey().people
    office = stranger.of_kind(ninh_binh.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER)
    for actor in (office, journey.chair, world.actor(Role.ADMINISTRATOR), world.actor(Role.PROVINCIAL_CHAIR)):
        with pytest.raises(NotPermitted):
            journey.do(MoveToProcedure, actor, to=get_procedure(TWO), reason=REASON)


def test_the_reason_is_asked_for_and_the_history_keeps_the_report(
    world: World, ninh_binh: TwoTiers, client: Client
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    page = reverse("dossier:act", args=[journey.dossier.pk, "chuyen-quy-trinh"])
    client.force_login(journey.office.user)
    shown = client.get(page).content.decode()
    assert "Huyện thẩm tra" in shown and "VPĐP tỉnh thẩm tra" in shown and SUCCESSOR in shown
    form = {"revision": journey.dossier.revision, "to": TWO, "reason": " "}
    refused = client.post(page, form)
    assert refused.status_code == 409 and journey.refresh().procedure == THREE
    done = client.post(page, {**form, "reason": REASON})
    left = reverse("transfers:handled", args=[journey.dossier.pk])
    assert done.status_code == 302 and done["Location"] == left
    assert client.get(reverse("dossier:overview", args=[journey.dossier.pk]))["Location"] == left
    entry = Entry.objects.get(stream=journey.dossier.stream, act="dossier.move")
    assert (entry.payload["from"], entry.payload["to"], entry.payload["reason"]) == (THREE, TWO, REASON)
    assert [(one["before"], one["after"]) for one in entry.payload["steps"]] == [("receive", "verify")]
    assert entry.payload["gates_added"] == ["verification"]
    office = ninh_binh.people.of_kind(
        ninh_binh.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER
    )
    client.force_login(office.user)
    for name in ("dossier:overview", "dossier:history", "procedure", "dossier:conditions"):
        answer = client.get(reverse(name, args=[journey.dossier.pk]))
        assert answer.status_code == 200, name
    assert (
        "Huyện tiếp nhận, trả lời xã"
        in client.get(reverse("procedure", args=[journey.dossier.pk])).content.decode()
    )
    told = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    assert f"{COMMUNE} thành {SUCCESSOR}" in told and REASON in told


@pytest.mark.parametrize(("state", "matters"), [(State.DRAFTING, True), (State.CONSOLIDATING, False)])
def test_conditions_of_steps_long_past_are_summed_up_in_one_line(
    world: World, ninh_binh: TwoTiers, client: Client, state: State, matters: bool
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(state, files=1)
    plan = plan_move(journey.refresh(), get_procedure(TWO))
    ahead, every = plan.gates_dropped_ahead, plan.gates_dropped
    assert every and (ahead == list(every)) is matters and (ahead == []) is not matters
    client.force_login(journey.office.user)
    page = reverse("dossier:act", args=[journey.dossier.pk, "chuyen-quy-trinh"])
    shown = html.unescape(client.get(page).content.decode())
    for gate in every:
        assert (f"bỏ: {gate.title}" in shown) is matters
    past = len(every) + len(plan.gates_added)
    assert (f"{past} điều kiện khác giữa hai quy trình nhưng thuộc bước đã qua" in shown) is not matters
    client.cookies["lua_language"] = "en"
    assert ("differ between the two procedures" in client.get(page).content.decode()) is not matters


def test_what_people_were_reminded_of_keeps_the_place_and_the_step_of_that_day(
    world: World, ninh_binh: TwoTiers, client: Client
) -> None:
    """The reminder of the old province read as if it had been about the new commune all along."""
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    item = WorkItem.objects.get(dossier=journey.dossier, closed_at=None)
    WorkItem.objects.filter(pk=item.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    remind(timezone.now())
    reader = item.reminders.first()
    assert reader is not None
    client.force_login(reader.person)
    before = client.get(reverse("notifications:list")).content.decode()
    assert f"{COMMUNE} · " in before and "Huyện tiếp nhận, trả lời xã" in before
    moved = _moved(journey, ninh_binh)
    after = client.get(reverse("notifications:list")).content.decode()
    assert f"{COMMUNE} · " in after and SUCCESSOR not in after and "Huyện tiếp nhận, trả lời xã" in after
    WorkItem.objects.filter(dossier=moved.dossier, closed_at=None).update(
        due_on=timezone.localdate() - timedelta(days=3)
    )
    remind(timezone.now())
    client.force_login(moved.office.user)
    told = client.get(reverse("notifications:list")).content.decode()
    assert f"{SUCCESSOR} · " in told and COMMUNE not in told, "later ones are of the new place"


def test_work_that_stayed_where_it_was_is_told_of_in_the_words_of_its_time(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    item = WorkItem.objects.get(dossier=journey.dossier, closed_at=None)
    WorkItem.objects.filter(pk=item.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    remind(timezone.now())
    reminders = Reminder.objects.filter(item=item)
    (said, *_others) = {line.step for line in lines_of(reminders)}
    rule = Succession(steps={"receive": "verify"}, states={}, waits_for=(), source="bài thử", verified=False)
    target = replace(
        get_procedure("ntm-3-cap-2022"), scope=get_procedure(THREE).scope, takes_over={THREE: rule}
    )
    journey.do(MoveToProcedure, journey.office, to=target, reason=REASON)
    item.refresh_from_db()
    assert item.node == "verify" and item.closed_at is None
    entry = Entry.objects.get(stream=journey.dossier.stream, act="dossier.move")
    assert [(one["before"], one["after"]) for one in entry.payload["steps"]] == [("receive", "verify")]
    assert {line.step for line in lines_of(reminders)} == {said}


def test_many_are_tried_without_changing_anything_and_then_moved(world: World, ninh_binh: TwoTiers) -> None:
    goes, stays = (
        Journey(ninh_binh.people, world.programme, world.commune(name)) for name in (COMMUNE, "Xã Đinh Xá")
    )
    goes.register()
    stays.register()
    entries = Entry.objects.count()
    out = StringIO()
    call_command("migrate_procedure", "--from", THREE, "--to", TWO, "--dry-run", stdout=out)
    assert "1 would be moved, 1 refused" in out.getvalue() and SUCCESSOR in out.getvalue()
    assert goes.refresh().procedure == THREE and Entry.objects.count() == entries
    with pytest.raises(CommandError, match="--by"):
        call_command("migrate_procedure", "--from", THREE, "--to", TWO, "--reason", REASON)
    by = ["--by", goes.office.user.username, "--reason", REASON]
    out = StringIO()
    call_command("migrate_procedure", "--from", THREE, "--to", TWO, *by, stdout=out)
    assert "1 moved, 1 refused" in out.getvalue() and "Phường Liêm Tuyền" in out.getvalue()
    assert (goes.refresh().procedure, stays.refresh().procedure) == (TWO, THREE)
    assert goes.dossier.commune.name == SUCCESSOR


# --- batches, and those who had the dossier before ------------------------------------------------


def _batch_page(client: Client, batch: Batch, actor: Actor) -> str:
    client.force_login(actor.user)
    return client.get(reverse("batches:batch", args=[batch.pk])).content.decode()


def test_a_vote_of_the_old_council_counts_after_the_move_and_its_batch_says_where_the_dossier_went(
    world: World, ninh_binh: TwoTiers, client: Client
) -> None:
    """The move dropped the dossier, its vote and its conditions from the page of its batch, and told nobody."""
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.COUNCIL, files=1)
    journey.pass_with_conditions("Hoàn thành nước sạch", "Bổ sung biên bản")
    batch = current_batch(journey.dossier)
    assert batch is not None
    plan = plan_move(journey.refresh(), get_procedure(TWO))
    (kept,) = plan.kept
    assert str(batch) in kept and "kết quả thông qua ngày" in kept
    assert "Còn 2 việc" in kept and "Tỉnh Ninh Bình xác nhận" in kept
    assert {"vpdp-ntm-ha-nam", "vpdp-ntm-ninh-binh"} <= {one.code for one in plan.released + plan.receiving}
    client.force_login(journey.office.user)
    page = client.get(reverse("dossier:act", args=[journey.dossier.pk, "chuyen-quy-trinh"])).content.decode()
    assert kept in html.unescape(page) and "Thôi phụ trách" in page and "Nhận phụ trách" in page
    moved = _moved(journey, ninh_binh)
    entry = Entry.objects.get(stream=moved.dossier.stream, act="dossier.move")
    assert entry.payload["kept"] == [kept] and entry.payload["batch"]["open_conditions"] == 2
    assert any("Hà Nam" in one for one in entry.payload["released"])
    page = _batch_page(client, batch, world.actor(Role.COUNCIL_SECRETARY))
    assert COMMUNE in page and SUCCESSOR in page and "Thông qua có điều kiện" in page
    assert f"theo mục {entry.sequence}" in page and get_procedure(TWO).title in page
    assert f"#muc-{entry.sequence}" in page and "2 việc phải hoàn thiện, nơi nhận theo dõi" in page
    assert current_batch(moved.dossier) == batch
    client.force_login(moved.office.user)
    listed = client.get(reverse("batches:list")).content.decode()
    assert SUCCESSOR in listed and "còn 2 việc chưa xác nhận" in listed and batch.name in listed
    moved.report_conditions()
    moved.confirm_conditions()
    moved.recognise()
    assert Decision.objects.get(dossier=moved.dossier).batch == batch


def test_a_dossier_without_a_vote_leaves_its_batch_and_goes_into_one_of_its_new_province(
    world: World, ninh_binh: TwoTiers, client: Client
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.COUNCIL, files=1)
    batch = current_batch(journey.dossier)
    assert batch is not None
    plan = plan_move(journey.refresh(), get_procedure(TWO))
    assert plan.kept == () and f"Hồ sơ rời đợt «{batch}»" in plan.losses[0]
    moved = _moved(journey, ninh_binh)
    assert current_batch(moved.dossier) is None
    lacking = next(one for one in standings(moved.dossier) if one.rule.code == "batch").answer
    assert "đã rời đợt xét của Tỉnh Hà Nam khi chuyển quy trình" in lacking.sentence
    page = _batch_page(client, batch, world.actor(Role.COORDINATION_OFFICER))
    assert COMMUNE in page and "đã chuyển sang" in page and "chưa bỏ phiếu" in page
    assert ">chưa chuyển<" not in page
    moved.put_in_batch()
    found = current_batch(moved.dossier)
    assert found is not None and found.province == ninh_binh.province
    assert SUCCESSOR in _batch_page(client, found, moved.office)
    moved.advance_to(State.PUBLISHED)


def test_a_batch_does_not_say_of_a_dossier_that_went_that_it_was_not_moved(
    world: World, ninh_binh: TwoTiers, client: Client
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.PROVINCIAL_INTAKE, files=1)
    stays = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    for one in (journey, stays):
        one.put_in_batch()
    batch = current_batch(journey.dossier)
    assert batch is not None and batch == current_batch(stays.dossier)
    _moved(journey, ninh_binh)
    page = _batch_page(client, batch, world.actor(Role.COORDINATION_OFFICER))
    assert "chưa giao sở, ngành nào khi chuyển đi" in page and ">chưa giao sở, ngành<" in page
    assert ">chưa chuyển<" not in page


def test_who_had_the_dossier_reads_its_history_until_the_move_and_nothing_after(
    world: World, ninh_binh: TwoTiers, client: Client
) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.CONSOLIDATING, files=1)
    before = ledger.verify(journey.dossier.stream).entries
    had = [
        world.actor(role, of=journey.dossier)
        for role in (
            Role.COMMUNE_OFFICIAL,
            Role.COMMUNE_CHAIR,
            Role.FRONT_OFFICER,
            Role.DISTRICT_OFFICER,
            Role.DISTRICT_CHAIR,
            Role.DIVISION_HEAD,
            Role.COORDINATION_OFFICER,
            Role.COUNCIL_SECRETARY,
            Role.PROVINCIAL_CHAIR,
            Role.INSPECTOR,
        )
    ]
    moved = _moved(journey, ninh_binh)
    moved.consolidate()
    page, history = (
        reverse(name, args=[moved.dossier.pk]) for name in ("transfers:handled", "dossier:history")
    )
    for actor in had:
        client.force_login(actor.user)
        assert client.get(history)["Location"] == page, actor.role
        assert page in client.get(reverse("dossiers")).content.decode(), actor.role
        told = client.get(page)
        assert told.status_code == 200, actor.role
        shown = told.content.decode()
        assert f'id="muc-{before + 1}"' in shown and f'id="muc-{before + 2}"' not in shown
        while following := told.context["page"].has_next():
            told = client.get(page, {"trang": told.context["page"].next_page_number()})
            assert told.status_code == 200, (actor.role, following)
            shown += told.content.decode()
        assert f"/ho-so/{moved.dossier.pk}/chi-tieu/" not in shown and "Nhập số liệu chỉ tiêu" in shown
        for closed in ("results:indicators", "recognition:papers", "consultation:consultation"):
            assert client.get(reverse(closed, args=[moved.dossier.pk])).status_code == 404
        assert client.post(history).status_code == 404
    client.cookies["lua_language"] = "en"
    assert "History until the move" in client.get(page).content.decode()
    client.cookies["lua_language"] = "vi"
    others = [
        world.people.committee(world.commune("Xã Đồn Xá"), Role.COMMUNE_CHAIR),
        world.actor(Role.ADMINISTRATOR),
        moved.office,
        moved.chair,
    ]
    for actor in others:
        client.force_login(actor.user)
        assert client.get(page).status_code == 404, actor.role


def test_earlier_moves_are_read_from_the_ledger(world: World, ninh_binh: TwoTiers) -> None:
    journey = Journey(ninh_binh.people, world.programme, world.commune(COMMUNE))
    journey.advance_to(State.COUNCIL, files=1)
    moved = _moved(journey, ninh_binh)
    kept = list(Transfer.objects.values_list("sequence", "from_commune", "to_province", "at"))
    Transfer.objects.all().delete()
    BatchEntry.objects.update(left_at=None)
    migration = import_module("dossiers.transfers.migrations.0002_earlier_moves")
    migration.read_moves(apps, None)
    assert list(Transfer.objects.values_list("sequence", "from_commune", "to_province", "at")) == kept
    assert current_batch(moved.dossier) is None


def test_a_move_within_the_province_keeps_the_place_in_the_batch(world: World, client: Client) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    batch = current_batch(journey.dossier)
    assert batch is not None
    other = get_procedure("ntm-3-cap-2022")
    rule = Succession(steps={}, states={}, waits_for=(), source="bài thử", verified=False)
    target = replace(other, scope=get_procedure(THREE).scope, takes_over={THREE: rule})
    plan = plan_move(journey.refresh(), target)
    assert plan.kept == (f"Hồ sơ vẫn ở đợt «{batch}».",) and plan.released == plan.receiving == ()
    journey.do(MoveToProcedure, journey.office, to=target, reason=REASON)
    assert current_batch(journey.refresh()) == batch
    page = _batch_page(client, batch, journey.office)
    assert "Xã Liêm Tuyền" in page and f"đã chuyển sang «{other.title}»" in page and "Hội đồng xét" in page
