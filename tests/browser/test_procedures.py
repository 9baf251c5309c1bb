"""Each procedure in a browser, from registration to publication: what people of different places do in its pages.

What is the same everywhere (figures, proofs, the consultation, the departments) is done by the same acts without the
clicking; ``test_whole_path`` clicks it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Role
from dossiers.programmes.models import Programme
from storage import ledger
from tests.browser.walker import Walker
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.demonstration.programmes import BASIC_2023, MODEL_2023, announced
from workflows.engine import in_step

if TYPE_CHECKING:
    from playwright.sync_api import Page


def _begin(world: World, procedure: str) -> Journey:
    if procedure == "nang-cao-2-cap-2025":
        return world.two_tiers().journey()
    plans = {"ntm-3-cap-2022": BASIC_2023, "kieu-mau-3-cap-2022": MODEL_2023}
    programme: Programme = world.programme
    if procedure in plans:
        programme = announced(world.people, world.province, plans[procedure])
    commune: AdministrativeUnit = world.commune()
    return Journey(world.people, programme, commune)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "procedure", ["ntm-3-cap-2022", "nang-cao-3-cap-2022", "kieu-mau-3-cap-2022", "nang-cao-2-cap-2025"]
)
def test_a_dossier_goes_its_way(live_server: Any, page: Page, s3: str, procedure: str) -> None:
    journey = _begin(World.ensure(), procedure)
    page.set_default_timeout(60_000)
    walker = Walker(page, live_server.url)

    walker.arrive(journey.chair.user)
    walker.page.locator(f"form[action='/dang-ky/{journey.programme.pk}/'] button").click()
    walker.page.wait_for_url(re.compile(r"/ho-so/\d+/$"))
    journey.dossier = Dossier.objects.with_places().get(commune=journey.commune)
    assert journey.dossier.procedure == procedure

    journey.draft()
    if procedure.startswith("kieu-mau"):
        walker.sign_in(journey.official.user)
        walker.act(journey.refresh(), "chon-linh-vuc", field="du_lich")
        walker.sign_in(journey.chair.user)
    walker.act(journey.refresh(), "trinh-de-an")
    walker.sign_in(journey.receiving_officer.user)
    walker.act(journey.dossier, "tham-dinh-de-an", recommends_approval="1", summary="Đủ nội dung.")
    walker.sign_in(journey.receiving_chair.user)
    year = journey.dossier.title_year
    # Without districts nobody could approve it before the first day of July.
    signed_on = f"{year}-{'07-15' if journey.receives_at_province else '03-15'}"
    decision = {"number": "15/QĐ-UBND", "signed_on": signed_on, "document": "Quyết định.pdf"}
    walker.act(journey.dossier, "phe-duyet-de-an", **decision)

    journey.refresh()
    journey.report()
    journey.attach(files=1)
    if not procedure.startswith("ntm"):
        walker.sign_in(journey.official.user)
        paper = {"proof": "decision", "number": "1020/QĐ-UBND", "signed_on": "2020-12-25"}
        walker.act(journey.refresh(), "danh-hieu-truoc", **paper, document="Quyết định công nhận.pdf")
        walker.goto(f"/ho-so/{journey.dossier.pk}/dieu-kien/")
        walker.picture(f"{procedure}-conditions", phone=True)
    journey.refresh()
    journey.pay()
    journey.open_consultation()
    journey.hold_consultation()
    walker.sign_in(journey.chair.user)
    walker.act(journey.refresh(), "trinh-ho-so")

    journey.refresh()
    if journey.receives_at_province:
        walker.sign_in(journey.receiving_officer.user)
        walker.act(journey.dossier, "tham-tra", recommends_forwarding="1", summary="Đã kiểm tra hồ sơ.")
        walker.act(journey.dossier, "tiep-nhan")
        journey.refresh()
    journey.advance_to(State.DECIDING, files=1)
    walker.sign_in(journey.people.committee(journey.programme.province, Role.PROVINCIAL_CHAIR).user)
    decision = {"number": "1020/QĐ-UBND", "signed_on": _today(), "document": "Quyết định.pdf"}
    walker.act(journey.refresh(), "cong-nhan", **decision)
    walker.sign_in(journey.receiving_chair.user)
    walker.act(journey.refresh(), "cong-bo", published_on=_today(), channel="Lễ công bố tại xã")

    assert journey.refresh().state == State.PUBLISHED and in_step(journey.dossier)
    assert ledger.verify(journey.dossier.stream).ok
    walker.goto(f"/ho-so/{journey.dossier.pk}/quy-trinh/")
    walker.picture(f"{procedure}-diagram")


def _today() -> str:
    return timezone.localdate().isoformat()
