"""Dossiers of the demonstration under the other procedures: basic, model, and Ninh Bình without districts.

Which communes registered for what is invented, and so are all figures, papers and people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Level

from .journey import Journey
from .people import People
from .programmes import BASIC_2023, MODEL_2023, TWO_TIERS_2025, Plan, announced


@dataclass(frozen=True)
class OtherScene:
    """One dossier: in which province and commune (by code), under which plan, and how far it goes."""

    province: str
    commune: str
    plan: Plan
    play: Callable[[Journey], object]


def _to(state: State) -> Callable[[Journey], object]:
    return lambda journey: journey.advance_to(state, files=2)


def _verified(journey: Journey) -> None:
    journey.advance_to(State.DISTRICT_REVIEW, files=2)
    journey.verify()


SCENES = (
    OtherScene("35", "13447", BASIC_2023, _to(State.APPRAISING)),  # Xã Liêm Tiết
    OtherScene("35", "13507", MODEL_2023, _to(State.COUNCIL)),  # Xã Đinh Xá
    OtherScene("35", "13444", MODEL_2023, _to(State.DRAFTING)),  # Xã Liêm Tuyền
    OtherScene("37", "13456", TWO_TIERS_2025, _to(State.PLAN_SUBMITTED)),  # Xã Liêm Hà
    OtherScene("37", "13483", TWO_TIERS_2025, _verified),  # Xã Thanh Bình
    OtherScene("37", "13579", TWO_TIERS_2025, _to(State.RECOGNISED)),  # Xã Bắc Lý
)


def play_others(people: People) -> Iterator[Dossier]:
    """Play every scene whose province is loaded and that is not there yet; yield its dossier."""
    provinces = {unit.code: unit for unit in AdministrativeUnit.objects.filter(level=Level.PROVINCE)}
    for scene in SCENES:
        if scene.province not in provinces:
            continue
        programme = announced(people, provinces[scene.province], scene.plan)
        commune = AdministrativeUnit.objects.select_related("parent__parent").get(
            code=scene.commune, level=Level.COMMUNE, valid_to__isnull=scene.province == "37"
        )
        existing = Dossier.objects.filter(commune=commune, programme=programme).first()
        if existing is None:
            journey = Journey(people, programme, commune)
            scene.play(journey)
            existing = journey.dossier
        yield existing
