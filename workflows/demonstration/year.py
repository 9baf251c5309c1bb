"""The demonstration year of Hà Nam.

Known of the real batch (title year 2022): 15 communes registered, the council passed these 12 on 3 July 2023 (press
report, see the programme's source). All figures, files, numbers of documents and people are invented. The communes
of 2023 are invented as registrations, because the list of that year was not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dossiers.batches.acts import open_batch
from dossiers.batches.models import Batch
from dossiers.consultation.window import window_of
from dossiers.criteria.models import TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.district.review import district_window_of
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, AgencyKind, Role
from dossiers.programmes.acts import ProgrammeTargets, announce_programme
from dossiers.programmes.models import Programme

from .journey import Journey
from .people import People

COUNCIL_DAY = date(2023, 7, 3)

#: Passed by the council on 3 July 2023, by district (danviet.vn, 03/7/2023).
PASSED_2022 = (
    ("347", "Xã Đinh Xá"),
    ("352", "Xã An Ninh"),
    ("352", "Xã Tiêu Động"),
    ("349", "Xã Chuyên Ngoại"),
    ("349", "Xã Trác Văn"),
    ("351", "Xã Thanh Hương"),
    ("351", "Xã Liêm Sơn"),
    ("353", "Xã Trần Hưng Đạo"),
    ("353", "Xã Chính Lý"),
    ("350", "Xã Tượng Lĩnh"),
    ("350", "Xã Ngọc Sơn"),
    ("350", "Xã Hoàng Tây"),
)
#: Stand-ins for the three of the 15 whose names were not published.
HELD_BACK_2022 = (("347", "Xã Tiên Hải"), ("352", "Xã Bồ Đề"), ("353", "Xã Bắc Lý"))


@dataclass(frozen=True)
class Scene:
    """One dossier of the demonstration: where, in which programme, and how far it goes."""

    district: str
    commune: str
    year: int
    play: Callable[[Journey], None]


def _recognised_2022(journey: Journey) -> None:
    journey.advance_to(State.COUNCIL, files=6)
    journey.pass_council(met_on=COUNCIL_DAY)
    journey.recognise(number=f"MH-{journey.dossier.pk}/QĐ-UBND (minh họa)", signed_on=date(2023, 7, 20))


def _published_2022(journey: Journey) -> None:
    _recognised_2022(journey)
    journey.publish(published_on=date(2023, 8, 15))


def _held_back(journey: Journey) -> None:
    journey.advance_to(State.APPRAISING, files=6)
    journey.appraise(unmet={"18.1"})
    journey.request_completion()


def _appraising(journey: Journey) -> None:
    """Six departments have not signed: one waits for the commune's supplement, the head of another is away."""
    journey.advance_to(State.APPRAISING, files=6)
    journey.appraise(leave=6)
    asking, away, *_others = journey.waiting_opinions()
    own = journey.results().filter(department=asking.department_id)
    journey.ask_supplement(asking, [own[0].indicator.code], lacking="Ảnh chụp chưa rõ ngày (minh họa).")
    journey.name_substitute(away.department_id)


def _drafting_half(journey: Journey) -> None:
    journey.register()
    journey.draft()


def _implementing_half(journey: Journey) -> None:
    journey.advance_to(State.IMPLEMENTING)
    codes = {result.indicator.code for result in journey.dossier.results.select_related("indicator")[:48]}
    journey.report(only=codes, unmet={"14.3", "10.1"})
    journey.attach(files=4, only=set(sorted(codes)[:40]))


def _consulting(journey: Journey) -> None:
    """Half way: a broadcast too early does not count, and the Front's opinion is awaited."""
    journey.advance_to(State.CONSULTING, files=4)
    window = window_of(journey.dossier)
    assert window is not None
    for days in (-2, 1, 4, 7):
        journey.broadcast(window.first_day + timedelta(days=days))


def _divisions_at_work(journey: Journey) -> None:
    journey.advance_to(State.DISTRICT_REVIEW, files=4)
    journey.receive()
    journey.examine(leave=5)


def _survey_awaited(journey: Journey) -> None:
    """The list is public in the district; the Front has written and has not finished its survey."""
    journey.advance_to(State.DISTRICT_REVIEW, files=4)
    journey.verify()
    journey.publish_in_district()
    window = district_window_of(journey.dossier)
    assert window is not None
    journey.hear_district_front(window.first_day + timedelta(days=9))


def _passed_with_conditions(journey: Journey) -> None:
    journey.advance_to(State.COUNCIL, files=4)
    journey.pass_with_conditions("Hoàn thành chỉ tiêu nước sạch tập trung 18.1 (minh họa)")


def _returned_by_district(journey: Journey) -> None:
    journey.advance_to(State.DISTRICT_REVIEW, files=4)
    journey.verify(recommends_forwarding=False)
    journey.return_dossier()


def _plan_returned(journey: Journey) -> None:
    journey.advance_to(State.PLAN_SUBMITTED)
    journey.appraise_plan(recommends_approval=False)
    journey.return_plan()


def _withdrawn(journey: Journey) -> None:
    journey.advance_to(State.IMPLEMENTING)
    journey.withdraw()


def _to(state: State) -> Callable[[Journey], None]:
    def play(journey: Journey) -> None:
        journey.advance_to(state, files=4)

    return play


SCENES_2023 = (
    Scene("347", "Xã Liêm Tuyền", 2023, _to(State.DRAFTING)),
    Scene("347", "Xã Liêm Tiết", 2023, _implementing_half),
    Scene("347", "Xã Trịnh Xá", 2023, _divisions_at_work),
    Scene("347", "Xã Kim Bình", 2023, _survey_awaited),
    Scene("349", "Xã Tiên Sơn", 2023, _passed_with_conditions),
    Scene("349", "Xã Mộc Bắc", 2023, _drafting_half),
    Scene("349", "Xã Yên Nam", 2023, _appraising),
    Scene("350", "Xã Nhật Tân", 2023, _plan_returned),
    Scene("350", "Xã Thi Sơn", 2023, _to(State.PLAN_SUBMITTED)),
    Scene("350", "Xã Đồng Hóa", 2023, _consulting),
    Scene("351", "Xã Thanh Hà", 2023, _returned_by_district),
    Scene("351", "Xã Liêm Cần", 2023, _to(State.CONSOLIDATING)),
    Scene("352", "Xã Ngọc Lũ", 2023, _to(State.DISTRICT_REVIEW)),
    Scene("352", "Xã Tràng An", 2023, _withdrawn),
    Scene("353", "Xã Nhân Nghĩa", 2023, _to(State.PROVINCIAL_INTAKE)),
)


def scenes() -> list[Scene]:
    """Return every dossier of the demonstration."""
    passed = [
        Scene(district, commune, 2022, _published_2022 if n % 2 else _recognised_2022)
        for n, (district, commune) in enumerate(PASSED_2022)
    ]
    held = [Scene(district, commune, 2022, _held_back) for district, commune in HELD_BACK_2022]
    return [*SCENES_2023, *held, *passed]


def announce_programmes(people: People, province: AdministrativeUnit) -> dict[int, Programme]:
    """Return the programmes of 2022 and 2023 by year, announcing those that are missing."""
    office = people.of_kind(province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER)
    advanced = Programme.objects.filter(province=province, criteria_set__level=TitleLevel.ADVANCED)
    found = {programme.year: programme for programme in advanced}
    if 2022 not in found:
        found[2022] = announce_programme(
            actor=office,
            year=2022,
            criteria_set=current_set("nang_cao", province, 2022),
            document="Kế hoạch năm 2022 (số hiệu chưa tìm thấy)",
            issued_on=date(2022, 5, 30),
            targets=ProgrammeTargets(communes_max=15),
            source="15 xã đăng ký, 12 xã được Hội đồng thông qua ngày 03/7/2023: danviet.vn; ngày ban hành là minh họa",
        )
    if 2023 not in found:
        found[2023] = announce_programme(
            actor=office,
            year=2023,
            criteria_set=current_set("nang_cao", province, 2023),
            document="Kế hoạch 1465/KH-UBND ngày 26/7/2023 của UBND tỉnh Hà Nam",
            issued_on=date(2023, 7, 26),
            targets=ProgrammeTargets(
                communes_min=8,
                communes_max=10,
                income_target=Decimal("58.2"),
                poverty_target=Decimal("2"),
                insurance_target=Decimal("93.5"),
            ),
            source="Kế hoạch 1465/KH-UBND, mục II.2",
            verified=True,
        )
    return found


def open_batch_of_2022(people: People, province: AdministrativeUnit) -> None:
    """Open the batch that the council considered on 3 July 2023, unless it is there. Its other days are invented."""
    if Batch.objects.filter(province=province, title_year=2022).exists():
        return
    open_batch(
        actor=people.of_kind(province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER),
        title_year=2022,
        name="Đợt xét năm 2022",
        opens_on=date(2023, 5, 1),
        closes_on=date(2023, 6, 30),
        council_on=COUNCIL_DAY,
    )


def play(people: People, province: AdministrativeUnit) -> Iterator[tuple[int, int, Dossier]]:
    """Play every scene that is not there yet; yield (number, total, dossier) after each one.

    A scene that was interrupted stays where it stopped: what acts have done is not done again.
    """
    programmes = announce_programmes(people, province)
    open_batch_of_2022(people, province)
    todo = scenes()
    for n, scene in enumerate(todo, 1):
        commune = AdministrativeUnit.objects.select_related("parent").get(
            parent__code=scene.district, name=scene.commune
        )
        programme = programmes[scene.year]
        existing = Dossier.objects.filter(commune=commune, programme=programme).first()
        if existing is None:
            journey = Journey(people, programme, commune)
            scene.play(journey)
            existing = journey.dossier
        yield n, len(todo), existing
