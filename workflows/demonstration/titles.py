"""What followed recognition, in the demonstration: reviews, one case of revocation, one title from paper.

All of it is invented: who fell short of what, the papers and their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from dossiers.criteria.models import TitleLevel
from dossiers.dossier.models import State
from dossiers.organisations.models import AdministrativeUnit
from dossiers.results.models import SelfVerdict
from dossiers.titles.granting import PaperTitle, enter_title
from dossiers.titles.models import Origin, Review, Title

from .afterwards import Afterwards
from .people import People

#: Seven of nineteen criteria with Thu nhập (10) and Môi trường (17) among them: 36,8 %.
UNMET = (2, 3, 5, 10, 13, 14, 17)


@dataclass(frozen=True)
class Scene:
    """What follows for the title of 2022 of one commune."""

    commune: str
    play: Callable[[Afterwards], None]


def _meets(afterwards: Afterwards) -> None:
    afterwards.review(2025)


def _being_reviewed(afterwards: Afterwards) -> None:
    afterwards.open_review(2025)


def _submitted(afterwards: Afterwards) -> None:
    afterwards.open_review(2025)
    afterwards.report_criteria_unmet({18})
    afterwards.submit_review()
    afterwards.correct("14.3", SelfVerdict.NOT_MET)
    afterwards.examine_review()


def _being_revoked(afterwards: Afterwards) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    afterwards.revoke_by(review, State.REVOCATION_APPRAISING)
    afterwards.sign(afterwards.waiting_opinions()[0])


SCENES = (
    Scene("Xã Tiêu Động", _meets),
    Scene("Xã Chuyên Ngoại", _being_reviewed),
    Scene("Xã Trác Văn", _submitted),
    Scene("Xã Thanh Hương", _being_revoked),
)


def play_titles(people: People, province: AdministrativeUnit) -> Iterator[str]:
    """Play every scene that has not begun; yield the name of its commune after each."""
    for scene in SCENES:
        found = Title.objects.filter(commune__name=scene.commune, commune__parent__parent=province, year=2022)
        title = found.select_related("commune__parent").first()
        if title is not None and not Review.objects.filter(title=title).exists():
            scene.play(Afterwards(people, title))
            yield scene.commune
    if not Title.objects.filter(origin=Origin.PAPER).exists():
        title = (
            Title.objects.filter(commune__parent__parent=province).select_related("commune__parent").first()
        )
        if title is not None:
            yield _enter_from_paper(Afterwards(people, title)).commune.name


def _enter_from_paper(afterwards: Afterwards) -> Title:
    entry = PaperTitle(
        commune=afterwards.commune,
        level=TitleLevel.NTM,
        year=2015,
        number="MH-15/QĐ-UBND (minh họa)",
        signed_on=date(2015, 12, 30),
        document=afterwards.paper(),
        grounds="Danh hiệu nhập từ văn bản (minh họa).",
    )
    return enter_title(actor=afterwards.office, entry=entry)
