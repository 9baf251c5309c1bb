"""What a title asks of a commune besides its criteria: the title before it, a field, a derived income."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.acts import ActRefused
from dossiers.criteria.deriving import derive
from dossiers.criteria.models import Indicator
from dossiers.criteria.reading import read_set
from dossiers.criteria.thresholds import evaluate, threshold_for
from dossiers.dossier.models import State
from dossiers.eligibility.acts import ChooseField, RecordPriorTitle
from dossiers.eligibility.models import ChosenField, PriorTitle
from dossiers.gates import Outcome, Standing, standings
from dossiers.organisations.reading import ReferenceDataError
from dossiers.titles.models import Title
from storage.documents.models import Document
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.demonstration.programmes import BASIC_2023, MODEL_2023, Plan
from workflows.engine import in_step

pytestmark = pytest.mark.django_db


def _gate(journey: Journey, code: str) -> Standing:
    (one,) = [one for one in standings(journey.refresh()) if one.rule.code == code]
    return one


def _paper(journey: Journey, **changes: Any) -> dict[str, Any]:
    paper = {
        "proof": "decision",
        "number": "1020/QĐ-UBND",
        "signed_on": date(2020, 12, 1),
        "document": journey.paper(),
    }
    return {**paper, **changes}


@pytest.mark.parametrize(
    ("plan", "code", "commune"),
    [(BASIC_2023, "ntm-3-cap-2022", "Xã Liêm Tuyền"), (MODEL_2023, "kieu-mau-3-cap-2022", "Xã Đinh Xá")],
    ids=["basic", "model"],
)
def test_the_procedure_runs_to_its_end(world: World, plan: Plan, code: str, commune: str) -> None:
    journey = world.of_level(plan, commune)
    journey.advance_to(State.PUBLISHED, files=1)
    assert journey.refresh().procedure == code and in_step(journey.dossier)
    assert Title.objects.get(decision__dossier=journey.dossier).level == plan.level


def test_the_first_title_asks_for_none_before(world: World) -> None:
    """Quyết định 18/2022/QĐ-TTg, Điều 4: the basic title is the first."""
    journey = world.of_level(BASIC_2023)
    journey.register()
    assert _gate(journey, "prior_title").answer.outcome is Outcome.NOT_APPLICABLE
    assert not RecordPriorTitle.is_open_to(journey.official, journey.dossier)
    with pytest.raises(ActRefused) as refused:
        journey.do(RecordPriorTitle, journey.official, **_paper(journey))
    assert refused.value.codes == {"not_asked"}


def test_an_advanced_commune_shows_the_basic_title_by_decision_or_assessment(world: World) -> None:
    """Quyết định 318/QĐ-TTg, Phụ lục I và II: the advanced title rests on the basic one."""
    journey = world.dossier(State.IMPLEMENTING, files=1)
    standing = _gate(journey, "prior_title")
    assert standing.answer.outcome is Outcome.NOT_MET
    assert "danh-hieu-truoc" in standing.answer.refusals[0].link
    journey.do(RecordPriorTitle, journey.official, **_paper(journey, proof="assessment"))
    assert _gate(journey, "prior_title").answer.outcome is Outcome.MET
    journey.do(RecordPriorTitle, journey.chair, **_paper(journey, number="1021/QĐ-UBND"))
    assert "1021/QĐ-UBND" in _gate(journey, "prior_title").answer.sentence
    assert PriorTitle.objects.filter(dossier=journey.dossier).count() == 2


def test_a_title_in_the_register_is_enough(world: World) -> None:
    before = world.of_level(BASIC_2023)
    before.advance_to(State.RECOGNISED, files=1)
    journey = world.journey()
    journey.register()
    assert _gate(journey, "prior_title").answer.outcome is Outcome.MET
    Title.objects.filter(decision__dossier=before.dossier).update(
        status="revoked", revoked_on=date(2026, 1, 5)
    )
    assert _gate(journey, "prior_title").answer.outcome is Outcome.NOT_MET


def test_a_model_commune_needs_the_advanced_title_not_the_basic_one(world: World) -> None:
    """Quyết định 319/QĐ-TTg, điều kiện 1."""
    before = world.of_level(BASIC_2023)
    before.advance_to(State.RECOGNISED, files=1)
    journey = world.of_level(MODEL_2023)
    journey.register()
    assert _gate(journey, "prior_title").answer.outcome is Outcome.NOT_MET
    with pytest.raises(ActRefused) as refused:
        journey.do(RecordPriorTitle, journey.official, **_paper(journey, proof="assessment"))
    assert refused.value.codes == {"proof"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"number": " "}, "number"), ({"proof": "hearsay"}, "proof"), ({"signed_on": date(2100, 1, 1)}, "date")],
)
def test_a_paper_says_what_it_is(world: World, changes: dict[str, Any], code: str) -> None:
    journey = world.journey()
    journey.register()
    with pytest.raises(ActRefused) as refused:
        journey.do(RecordPriorTitle, journey.official, **_paper(journey, **changes))
    assert len(refused.value.codes) == 1 and code in {*refused.value.codes, "date"}
    assert not PriorTitle.objects.exists()


def test_a_model_commune_chooses_its_field_and_with_it_who_appraises(world: World) -> None:
    """Quyết định 319/QĐ-TTg, điều kiện 4."""
    journey = world.of_level(MODEL_2023)
    journey.register()
    assert _gate(journey, "chosen_field").answer.outcome is Outcome.NOT_MET
    with pytest.raises(ActRefused) as refused:
        journey.do(ChooseField, journey.official, field="no-such")
    assert refused.value.codes == {"field"}
    for field, department in (("y_te", "Sở Y tế"), ("an_ninh_trat_tu", "Công an tỉnh")):
        journey.do(ChooseField, journey.official, field=field)
        result = journey.results().select_related("department").get(indicator__code="KM4.1")
        assert result.department is not None and result.department.name == department
    assert ChosenField.objects.get(dossier=journey.dossier).key == "an_ninh_trat_tu"
    assert _gate(journey, "chosen_field").answer.outcome is Outcome.MET


def test_other_sets_have_no_field_to_choose(world: World) -> None:
    journey = world.journey()
    journey.register()
    assert not ChooseField.is_open_to(journey.official, journey.dossier)
    with pytest.raises(ActRefused) as refused:
        journey.do(ChooseField, journey.official, field="y_te")
    assert refused.value.codes == {"not_asked"}


def test_the_model_income_is_110_percent_of_the_advanced_one_of_the_same_year(world: World) -> None:
    """Quyết định 319/QĐ-TTg, điều kiện 2."""
    journey = world.of_level(MODEL_2023)
    journey.register()
    income = journey.results().get(indicator__code="KM2.1").indicator
    advanced = Indicator.objects.get(criterion__set=world.programme.criteria_set, code="10.1")
    assert advanced.threshold is not None and income.threshold is not None
    for year, level in advanced.threshold.items():
        assert Decimal(income.threshold[year]) == Decimal(level) * Decimal("1.1")
    assert income.unit == advanced.unit and not income.verified
    assert threshold_for(income).describe(2023) == "≥ 74,8 triệu đồng/người/năm (2023)"
    assert evaluate(income, "74.8", 2023).met is True and evaluate(income, "74.7", 2023).met is False


def test_a_level_is_derived_from_the_sets_own_base(db: None) -> None:
    model, advanced = read_set("kieu-mau-2021-2025.yaml"), read_set("nang-cao-2021-2025.yaml")
    income = next(one for row in advanced.criteria for one in row.indicators if one.code == "10.1")
    income.threshold = {"2025": "100"}
    derived = next(
        one for row in derive(model, advanced).criteria for one in row.indicators if one.code == "KM2.1"
    )
    assert derived.threshold == {"2025": "110"}
    income.code = "10.x"
    with pytest.raises(ReferenceDataError, match=r"10\.1"):
        derive(model, advanced)


def test_the_pages_take_paper_and_field_and_keep_what_was_typed(world: World, client: Client) -> None:
    journey = world.of_level(MODEL_2023)
    journey.register()
    client.force_login(journey.official.user)
    field = reverse("dossier:act", args=[journey.dossier.pk, "chon-linh-vuc"])
    assert "Chuyển đổi số" in client.get(field).content.decode()
    assert client.post(field, {"revision": journey.dossier.revision, "field": "y_te"}).status_code == 302
    paper = reverse("dossier:act", args=[journey.dossier.pk, "danh-hieu-truoc"])
    document: Document = journey.paper()
    sent = {
        "revision": journey.refresh().revision,
        "proof": "decision",
        "number": "1020/QĐ-UBND",
        "signed_on": "2999-01-01",
        "received": str(document.pk),
    }
    refused = client.post(paper, sent)
    assert refused.status_code == 409 and "1020/QĐ-UBND" in refused.content.decode()
    assert client.post(paper, {**sent, "signed_on": "2020-12-01"}).status_code == 302
    shown = client.get(reverse("recognition:papers", args=[journey.dossier.pk])).content.decode()
    assert "1020/QĐ-UBND" in shown and "Y tế" in shown
    opened = client.get(reverse("consultation:open_paper", args=[journey.dossier.pk, document.pk]))
    assert opened.status_code == 302
