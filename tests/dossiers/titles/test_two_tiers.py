"""Without districts, since July 2025: the commune gathers its case, the coordination office confirms its review."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.acts import NotPermitted
from dossiers.criteria.models import TitleLevel
from dossiers.dossier.models import State
from dossiers.organisations.models import AdministrativeUnit, Agency, AgencyKind, Level, Role
from dossiers.policies import Actor
from dossiers.titles.acts import ConfirmReview
from dossiers.titles.granting import PaperTitle, enter_title
from dossiers.titles.models import Title, TitleStatus
from storage.documents import receive
from tests.dossiers.titles.conftest import UNMET
from tests.world import World
from workflows.demonstration.afterwards import Afterwards
from workflows.demonstration.files import paper
from workflows.demonstration.people import People, appoint_everybody
from workflows.engine import in_step
from workflows.models import WorkItem


class WithoutDistrict(Afterwards):
    """What the district does elsewhere is done by the commune; the office confirms reviews."""

    def district(self, role: Role) -> Actor:
        return self.of_commune(Role.COMMUNE_OFFICIAL if role is Role.DISTRICT_OFFICER else Role.COMMUNE_CHAIR)

    def examine_review(self) -> None:
        """Nobody but the office looks at it."""

    def confirm_review(self, *, dated_on: date | None = None) -> None:
        said: dict[str, Any] = {"number": "12/VPĐP", "dated_on": dated_on or date(2025, 12, 20)}
        with pytest.raises(NotPermitted):
            ConfirmReview(actor=self.of_commune(Role.COMMUNE_CHAIR), dossier=self.dossier, **said).perform()
        self.do(ConfirmReview, self.office, **said)


@pytest.fixture
def merged(world: World) -> WithoutDistrict:
    """A commune right under the province, with a title entered for it."""
    commune = AdministrativeUnit.objects.create(
        code="99001",
        name="Xã Mới (minh họa)",
        kind="commune",
        level=Level.COMMUNE,
        parent=world.province,
        valid_from=date(2025, 7, 1),
    )
    for kind, name in (
        (AgencyKind.PEOPLES_COMMITTEE, "UBND"),
        (AgencyKind.FATHERLAND_FRONT, "Ủy ban MTTQ Việt Nam"),
    ):
        Agency.objects.create(
            code=f"moi-{kind}".replace("_", "-"),
            kind=kind,
            unit=commune,
            name=f"{name} {commune.name}",
            short_name=f"{name} {commune.name}",
        )
    appoint_everybody(None)
    people = People()
    office = people.of_kind(world.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER)
    document = receive(
        stream=io.BytesIO(paper("merged").read()), name="Quyết định.pdf", uploaded_by_id=office.user.pk
    )
    entry = PaperTitle(
        commune=commune,
        level=TitleLevel.ADVANCED,
        year=2023,
        number="1/QĐ-UBND",
        signed_on=date(2024, 2, 1),
        document=document,
    )
    title = enter_title(actor=office, entry=entry)
    return WithoutDistrict(people, Title.objects.select_related("commune__parent").get(pk=title.pk))


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
