"""A clerical error in a signed opinion is put right by a new signed version; the verdict never is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted, StaleForm
from dossiers.appraisal.acts import Consolidate, CorrectOpinion
from dossiers.appraisal.models import Finding, Opinion
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step

pytestmark = pytest.mark.django_db
CODE = "14.2"  # Sở Y tế


@pytest.fixture
def journey(world: World) -> Journey:
    """A dossier whose opinion of Sở Y tế is signed, with one indicator unmet."""
    found = world.dossier(State.APPRAISING)
    opinion = opinion_of(found)
    found.find(opinion, unmet={CODE})
    found.sign(opinion)
    return found


def opinion_of(journey: Journey) -> Opinion:
    return Opinion.objects.of_round(journey.dossier, 1).get(department__short_name="Sở Y tế")


def head(journey: Journey) -> Actor:
    return journey.people.at(opinion_of(journey).department_id, Role.DEPARTMENT_HEAD)


def refusal(journey: Journey, **inputs: Any) -> set[str]:
    with pytest.raises(ActRefused) as refused:
        journey.do(CorrectOpinion, head(journey), **{"number": "9/SYT", "why": "Ghi nhầm", **inputs})
    return refused.value.codes


def test_number_date_and_words_are_corrected_and_the_earlier_version_stays(
    client: Client, journey: Journey
) -> None:
    before = opinion_of(journey)
    finding = Finding.objects.get(opinion=before, result__indicator__code=CODE)
    journey.do(
        CorrectOpinion,
        head(journey),
        number="846/SYT-KHTC",
        dated_on=timezone.localdate() - timedelta(days=1),
        summary="Đã sửa lời văn",
        reasons={finding.result_id: "Thiếu số liệu quý IV"},
        why="Đánh máy nhầm số văn bản",
    )
    after = opinion_of(journey)
    assert (after.state, after.version, after.number) == ("signed", 2, "846/SYT-KHTC")
    assert after.inputs_sha256 == before.inputs_sha256
    finding.refresh_from_db()
    assert (finding.verdict, finding.reason) == ("not_met", "Thiếu số liệu quý IV")
    kept = after.earlier_versions.get()
    assert (kept.number, kept.ending, kept.reason) == (before.number, "corrected", "Đánh máy nhầm số văn bản")
    assert {
        "indicator": CODE,
        "verdict": "not_met",
        "reason": "Số liệu chưa khớp báo cáo ngành (minh họa).",
    } in (kept.findings)
    client.force_login(head(journey).user)
    board = client.get(reverse("appraisal:board", args=[journey.dossier.pk])).content.decode()
    assert "đã đính chính" in board and "Bản ký lần 1" in board and before.number in board
    history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    assert "Đính chính văn bản thẩm định" in history and "bản ký lần 2" in history
    client.force_login(journey.office.user)
    sealed = client.get(reverse("appraisal:board", args=[journey.dossier.pk])).content.decode()
    assert "Đã sửa lời văn" not in sealed and "Bản ký lần 1" not in sealed
    assert in_step(journey.refresh())


def test_what_is_no_correction_is_refused(world: World, journey: Journey) -> None:
    opinion = opinion_of(journey)
    finding = Finding.objects.get(opinion=opinion, result__indicator__code=CODE)
    same = {"number": opinion.number, "dated_on": opinion.dated_on, "summary": opinion.summary}
    assert refusal(journey, **same) == {"unchanged"}
    assert refusal(journey, why=" ") == {"why"}
    assert refusal(journey, number=" ") == {"number"}
    assert refusal(journey, reasons={finding.result_id: " "}) == {"reason"}, "an unmet one keeps a reason"
    foreign = journey.results().get(indicator__code="1.1").pk
    assert refusal(journey, reasons={foreign: "x"}) == {"not_mine"}
    with pytest.raises(StaleForm):
        journey.do(CorrectOpinion, head(journey), number="9", why="x", opinion_revision=opinion.revision - 1)
    unsigned = journey.waiting_opinions()[0]
    other = journey.people.at(unsigned.department_id, Role.DEPARTMENT_HEAD)
    with pytest.raises(ActRefused, match="chưa ký ý kiến"):
        journey.do(CorrectOpinion, other, number="9", why="x")
    officer = journey.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
    with pytest.raises(NotPermitted):
        journey.do(CorrectOpinion, officer, number="9", why="x")
    assert opinion_of(journey).version == 1


def test_it_may_be_corrected_until_the_office_has_consolidated(world: World) -> None:
    journey = world.dossier(State.CONSOLIDATING)
    read = journey.dossier.revision
    journey.do(CorrectOpinion, head(journey), number="9/SYT", why="Ghi nhầm số")
    with pytest.raises(StaleForm):
        journey.do(Consolidate, journey.office, summary="Đạt", expected_revision=read)
    journey.consolidate()
    assert refusal(journey, number="10/SYT") == {"state"}


def test_the_page_starts_from_the_signed_words_and_has_no_verdict(client: Client, journey: Journey) -> None:
    opinion = opinion_of(journey)
    address = reverse("dossier:act", args=[journey.dossier.pk, "dinh-chinh-tham-dinh"])
    client.force_login(head(journey).user)
    page = client.get(address).content.decode()
    form = page[page.index('<section class="lua-panel lua-act"') :]
    assert f'value="{opinion.number}"' in form and "Số liệu chưa khớp báo cáo ngành (minh họa)." in form
    assert not re.search(r'type="radio"|<select', form)
    names = re.findall(r'name="(r\d+-reason)"', form)
    answer = client.post(
        address,
        {
            "revision": journey.dossier.revision,
            "opinion_revision": opinion.revision,
            "number": "846/SYT-KHTC",
            "dated_on": str(opinion.dated_on),
            **{name: "Lý do ghi lại" for name in names},
            "why": "Ghi nhầm số",
        },
        follow=True,
    )
    assert "Đã xong: Đính chính văn bản thẩm định." in answer.content.decode()
    assert opinion_of(journey).dated_on == opinion.dated_on
