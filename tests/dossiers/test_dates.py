"""Dates that people write on papers lie between what they follow and today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from dossiers.acts import ActRefused
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.plans.acts import ApprovePlan
from dossiers.recognition.acts import Publish, Recognise
from tests.world import World


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "role", "act", "field", "inputs", "too_early", "why"),
    [
        (
            *(State.PLAN_SUBMITTED, Role.DISTRICT_CHAIR, ApprovePlan, "signed_on", {"number": "1/QĐ-UBND"}),
            *(date(2021, 12, 31), "1/1/2022 (đầu năm trước năm đạt chuẩn)"),
        ),
        (
            *(State.DECIDING, Role.PROVINCIAL_CHAIR, Recognise, "signed_on", {"number": "1/QĐ-UBND"}),
            *(timezone.localdate() - timedelta(days=1), "(ngày Hội đồng họp)"),
        ),
        (
            *(State.RECOGNISED, Role.DISTRICT_CHAIR, Publish, "published_on", {"channel": "Cổng thông tin"}),
            *(timezone.localdate() - timedelta(days=1), "(ngày ký quyết định công nhận)"),
        ),
    ],
)
def test_a_date_too_early_or_in_the_future_is_refused_at_its_field(
    world: World,
    state: State,
    role: Role,
    act: type[Any],
    field: str,
    inputs: dict[str, Any],
    too_early: date,
    why: str,
) -> None:
    journey = world.dossier(state)
    if state == State.PLAN_SUBMITTED:
        journey.appraise_plan()
    if "number" in inputs:
        inputs = {**inputs, "document": journey.paper()}
    actor = world.actor(role, of=journey.dossier)
    for day, said in ((too_early, why), (timezone.localdate() + timedelta(days=1), "tương lai")):
        with pytest.raises(ActRefused) as refused:
            act(actor=actor, dossier=journey.dossier, **inputs, **{field: day}).perform()
        assert [reason.field for reason in refused.value.reasons] == [field]
        assert said in str(refused.value)
    act(actor=actor, dossier=journey.dossier, **inputs, **{field: timezone.localdate()}).perform()
    assert journey.refresh().state != state
