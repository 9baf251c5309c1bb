"""A figure that misses its threshold is told to everybody who reads or signs it, and stops nothing by itself."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused
from dossiers.appraisal.acts import RecordFindings
from dossiers.appraisal.models import Finding, Opinion, SupplementRequest
from dossiers.appraisal.opinions import FindingInput
from dossiers.criteria.models import Indicator
from dossiers.criteria.thresholds import threshold_for
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.acts import FigureInput, ReportFigures
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db
CODE = "14.2"
SAID = "Số liệu 68,5 chưa đạt ngưỡng ≥ 90 %."


def _report(journey: Journey, value: str) -> None:
    result = journey.results().get(indicator__code=CODE)
    journey.do(
        ReportFigures, journey.official, rows=[FigureInput(result.pk, value, figure_source="Trạm y tế")]
    )


def _opinion(journey: Journey) -> Opinion:
    return next(one for one in journey.waiting_opinions() if one.department.short_name == "Sở Y tế")


def _short(world: World) -> Journey:
    """Return a dossier at its departments with a figure that fell short in the answer to a request."""
    journey = world.dossier(State.APPRAISING, files=1)
    asked: SupplementRequest = journey.ask_supplement(_opinion(journey), [CODE])
    _report(journey, "68,5")
    journey.write_answers(asked)
    journey.send_answer(asked)
    return journey


def test_the_commune_is_warned_where_the_figure_is_entered(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING, files=0)
    client.force_login(journey.official.user)
    page = reverse("results:indicator", args=[journey.dossier.pk, CODE])
    assert "chưa đạt ngưỡng" not in client.get(page).content.decode()
    _report(journey, "68,5")
    for address in (page, reverse("results:indicators", args=[journey.dossier.pk])):
        text = client.get(address).content.decode()
        assert text.count(SAID) == 1, address
    _report(journey, "90")
    assert "chưa đạt ngưỡng" not in client.get(page).content.decode()


def test_whoever_appraises_and_signs_reads_it(world: World, client: Client) -> None:
    journey = _short(world)
    opinion = _opinion(journey)
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    rows = [
        FindingInput(
            result.pk, "met", "Theo số liệu của ngành là 92 %" if result.indicator.code == CODE else ""
        )
        for result in journey.results().filter(department=opinion.department_id)
    ]
    journey.do(RecordFindings, journey.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER), rows=rows)
    client.force_login(head.user)
    findings = client.get(reverse("appraisal:findings", args=[journey.dossier.pk])).content.decode()
    signing = reverse("dossier:act", args=[journey.dossier.pk, "ky-tham-dinh"])
    assert SAID in findings and SAID in client.get(signing).content.decode()
    journey.sign(opinion)
    journey.appraise()
    journey.confirm_debt()
    journey.confirm_security()
    journey.consolidate()
    journey.pass_council()
    client.force_login(world.actor(Role.PROVINCIAL_CHAIR).user)
    page = client.get(reverse("dossier:act", args=[journey.dossier.pk, "cong-nhan"])).content.decode()
    assert SAID in page and "1 chỉ tiêu có số liệu chưa đạt ngưỡng." in page
    assert "không ngăn việc ký" in page
    journey.recognise()


def test_met_against_the_threshold_needs_a_reason(world: World) -> None:
    journey = _short(world)
    opinion = _opinion(journey)
    officer = journey.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
    result = journey.results().get(indicator__code=CODE)
    with pytest.raises(ActRefused) as refused:
        journey.do(RecordFindings, officer, rows=[FindingInput(result.pk, "met")])
    assert refused.value.codes == {"threshold"} and SAID in str(refused.value)
    assert [reason.field for reason in refused.value.reasons] == [f"r{result.pk}-reason"]
    assert not Finding.objects.filter(result=result).exists()
    journey.do(RecordFindings, officer, rows=[FindingInput(result.pk, "met", "Số của ngành: 92 %")])
    assert Finding.objects.get(result=result).reason == "Số của ngành: 92 %"


@pytest.mark.parametrize(
    ("kind", "comparison", "threshold", "value", "is_short"),
    [
        ("number", "gte", 70, "68.5", True),
        ("number", "gte", 70, "70", False),
        ("number", "lte", 5, "5.1", True),
        ("year_table", "gte", {"2023": 68}, "61.5", True),
        ("year_table", "gte", {"2024": 68}, "61.5", False),
        ("unset", "gte", None, "1", False),
        ("number", "gte", 70, "", False),
    ],
)
def test_only_what_can_be_compared_falls_short(
    kind: str, comparison: str, threshold: object, value: str, is_short: bool
) -> None:
    indicator = Indicator(unit="%", threshold_kind=kind, comparison=comparison, threshold=threshold)
    assert bool(threshold_for(indicator).shortfall(value, 2023)) is is_short


# --- the date of a paper ------------------------------------------------------------------------------


def test_an_opinion_without_a_date_is_not_signed_as_of_today(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    opinion = _opinion(journey)
    journey.find(opinion)
    client.force_login(journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD).user)
    address = reverse("dossier:act", args=[journey.dossier.pk, "ky-tham-dinh"])
    today = timezone.localdate().isoformat()
    assert f'name="dated_on" value="{today}"' in client.get(address).content.decode(), "preset, to be seen"
    answer = client.post(address, {"revision": journey.dossier.revision, "number": "845/SYT", "dated_on": ""})
    assert answer.status_code == 409
    assert Opinion.objects.get(pk=opinion.pk).signed_at is None
