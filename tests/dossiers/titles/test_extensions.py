"""More time for the steps of a review and of a revocation: from whoever asked for the work, never from oneself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.acts import ActRefused, NotPermitted
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from tests.dossiers.titles.conftest import UNMET, WithoutDistrict
from workflows.calendars.working_days import Calendar
from workflows.clocks import working_days_between
from workflows.demonstration.afterwards import Afterwards
from workflows.engine import flow_of, in_step
from workflows.extensions import (
    ExtendDeadline,
    ExtendForCommune,
    ExtendForDepartments,
    ExtendForDistrict,
    ExtendForDistrictChair,
    ExtendForFront,
    ExtendForOffice,
)
from workflows.models import WorkItem
from workflows.nodes import ActNode

pytestmark = pytest.mark.django_db

ALL = (
    ExtendForDepartments,
    ExtendForDistrict,
    ExtendForOffice,
    ExtendForCommune,
    ExtendForDistrictChair,
    ExtendForFront,
)
REASON = "Mưa bão, chưa đi thực địa được"


def extend(afterwards: Afterwards, node: str, act: type[ExtendDeadline], by: Actor) -> None:
    """Extend the open step by as much as the procedure allows; nobody else can, and nobody any further."""
    limit = get_procedure(afterwards.refresh().procedure).steps[node].max_extension_days
    item = WorkItem.objects.filter(dossier=afterwards.dossier, node=node, closed_at=None).first()
    assert item is not None and item.due_on is not None, node
    people = [*actors(afterwards), by]
    given = {"items": [item.pk], "reason": REASON}
    may = {
        (other.__name__, actor.role)
        for actor in people
        for other in ALL
        if other.is_open_to(actor, afterwards.dossier) and item in other.open_items(actor, afterwards.dossier)
    }
    assert may == {(act.__name__, by.role)}, node
    assert (by.role != item.role and by.agency.pk != item.agency_id) or by.role is Role.DISTRICT_CHAIR
    with pytest.raises(ActRefused) as refused:
        afterwards.do(act, by, days=limit + 1, **given)
    assert refused.value.codes == {"limit"}

    afterwards.do(act, by, days=limit, **given)

    before, item = item.due_on, WorkItem.objects.get(pk=item.pk)
    assert (item.extended_days, item.extension_reason) == (limit, REASON)
    assert item.due_on is not None
    if item.day_unit == "working":
        assert working_days_between(before, item.due_on, Calendar()) == limit
    else:
        assert item.due_on - before >= timedelta(days=limit), "and on to the next working day"
    assert in_step(afterwards.refresh())


def actors(afterwards: Afterwards) -> list[Actor]:
    """Return everybody who might, in the title's own place."""
    return [
        *(afterwards.of_commune(role) for role in (Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR)),
        *(afterwards.district(role) for role in (Role.DISTRICT_OFFICER, Role.DISTRICT_CHAIR)),
        *(afterwards.front, afterwards.office, afterwards.provincial_chair),
    ]


def test_a_review_with_a_district(afterwards: Afterwards) -> None:
    district = afterwards.district(Role.DISTRICT_CHAIR)
    afterwards.open_review(2025)
    extend(afterwards, "review", ExtendForCommune, district)
    afterwards.report_criteria_unmet(())
    afterwards.submit_review()
    extend(afterwards, "examine_review", ExtendForDistrict, district)
    afterwards.examine_review()
    extend(afterwards, "confirm_review", ExtendForDistrictChair, afterwards.office)


def test_a_revocation_with_a_district(afterwards: Afterwards) -> None:
    district, office = afterwards.district(Role.DISTRICT_CHAIR), afterwards.office
    afterwards.open_revocation(afterwards.review(2025, criteria_unmet=UNMET))
    extend(afterwards, "gather", ExtendForDistrict, district)
    extend(afterwards, "hear_front", ExtendForFront, district)
    afterwards.hear_front()
    afterwards.summarise()
    extend(afterwards, "propose", ExtendForDistrictChair, office)
    afterwards.propose()
    of_the_province(afterwards)


def test_without_a_district(merged: WithoutDistrict) -> None:
    chair, office = merged.of_commune(Role.COMMUNE_CHAIR), merged.office
    merged.open_review(2025)
    extend(merged, "review", ExtendForCommune, office)
    merged.report_criteria_unmet(UNMET)
    merged.submit_review()
    extend(merged, "confirm_review", ExtendForOffice, merged.provincial_chair)
    merged.confirm_review()
    merged.open_revocation(merged.refresh().review)
    extend(merged, "gather", ExtendForCommune, office)
    extend(merged, "hear_front", ExtendForFront, chair)
    merged.hear_front()
    merged.summarise()
    extend(merged, "propose", ExtendForCommune, office)
    merged.propose()
    of_the_province(merged)


def of_the_province(afterwards: Afterwards) -> None:
    office, chair = afterwards.office, afterwards.provincial_chair
    extend(afterwards, "intake", ExtendForOffice, chair)
    afterwards.dispatch()
    extend(afterwards, "appraise", ExtendForDepartments, office)
    afterwards.sign_all()
    extend(afterwards, "report", ExtendForOffice, chair)
    afterwards.write_report()
    assert not any(act.is_open_to(actor, afterwards.dossier) for act in ALL for actor in actors(afterwards))


def test_every_step_of_a_title_but_decision_and_publication_can_be_extended() -> None:
    for code in ("ra-soat-3-cap-2022", "ra-soat-2-cap-2025", "thu-hoi-3-cap-2022", "thu-hoi-2-cap-2025"):
        steps = get_procedure(code).steps
        nodes = [node for node in flow_of(code).instance.nodes() if isinstance(node, ActNode)]
        for node in nodes:
            roles = [act for act in ALL if act.extends == node.role and act.states & node.states]
            is_extendable = node.name not in ("decide", "publish")
            assert bool(roles) is is_extendable, (code, node.name)
            assert (steps[node.clock].max_extension_days > 0) is is_extendable, (code, node.name)


def test_another_district_and_the_commune_itself_give_nothing(
    afterwards: Afterwards, merged: WithoutDistrict
) -> None:
    afterwards.open_review(2025)
    (item,) = WorkItem.objects.filter(dossier=afterwards.dossier, closed_at=None)
    strangers: tuple[Callable[[], Actor], ...] = (
        lambda: afterwards.of_commune(Role.COMMUNE_CHAIR),
        lambda: afterwards.office,
        lambda: merged.of_commune(Role.COMMUNE_CHAIR),
    )
    for stranger in strangers:
        with pytest.raises(NotPermitted):
            afterwards.do(ExtendForCommune, stranger(), items=[item.pk], days=1, reason=REASON)


def test_the_page_shows_the_deadline_and_gives_the_commune_more_time(
    afterwards: Afterwards, client: Client
) -> None:
    afterwards.open_review(2025)
    (item,) = WorkItem.objects.filter(dossier=afterwards.dossier, closed_at=None)
    chair = afterwards.district(Role.DISTRICT_CHAIR)
    client.force_login(chair.user)
    page = reverse("dossier:act", args=[afterwards.dossier.pk, "gia-han-cho-xa"])
    overview = client.get(reverse("dossier:overview", args=[afterwards.dossier.pk])).content.decode()
    assert page in overview
    shown = client.get(page).content.decode()
    assert "30 ngày kể từ" in shown and "tối đa 15 ngày" in shown
    given = {
        "revision": afterwards.dossier.revision,
        "extended_before": 0,
        "items": [item.pk],
        "days": 10,
        "reason": REASON,
    }
    assert client.post(page, given).status_code == 302
    assert client.post(page, given).status_code == 409, "the same form again extends nothing"
    client.force_login(afterwards.of_commune(Role.COMMUNE_CHAIR).user)
    told = client.get(reverse("dossier:overview", args=[afterwards.dossier.pk])).content.decode()
    assert "dừng 0, gia hạn 10, hạn" in told and f"Lý do gia hạn: {REASON}" in told
    history = client.get(reverse("dossier:history", args=[afterwards.dossier.pk])).content.decode()
    assert "gia hạn 10 ngày" in history and REASON in history
