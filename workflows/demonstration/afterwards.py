"""Walks a title along what follows recognition: the yearly review, and a case of revocation."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from dossiers.consultation.models import Stance
from dossiers.criteria.models import ThresholdKind
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, AgencyKind, Role
from dossiers.policies import Actor
from dossiers.results.acts import ReportFigures
from dossiers.results.models import IndicatorResult, SelfVerdict
from dossiers.titles.acts import (
    ConfirmReview,
    CorrectIndicator,
    DispatchProposal,
    ExamineReview,
    HearFront,
    KeepTitle,
    OpenReview,
    OpenRevocation,
    ProposeRevocation,
    PublishRevocation,
    ReportRevocation,
    ReturnReview,
    RevokeTitle,
    SignRevocationOpinion,
    SubmitReview,
    SummariseHearing,
)
from dossiers.titles.models import Review, Revocation, RevocationOpinion, Title
from storage.documents import receive
from storage.documents.models import Document

from .figures import figures
from .files import paper
from .people import People


class Afterwards:
    """One title and the people who deal with it. Every method does one step through its act."""

    def __init__(self, people: People, title: Title) -> None:
        self.people = people
        self.title = title
        self.commune: AdministrativeUnit = title.commune
        self.dossier: Dossier
        self._paper: Document | None = None

    def refresh(self) -> Dossier:
        """Read the dossier and the title as they are now."""
        self.dossier = Dossier.objects.with_places().get(pk=self.dossier.pk)
        self.title = Title.objects.select_related("commune__parent").get(pk=self.title.pk)
        return self.dossier

    def go_on_with(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.refresh()

    # --- people --------------------------------------------------------------------------------------

    def of_commune(self, role: Role) -> Actor:
        return self.people.committee(self.commune, role)

    @property
    def front(self) -> Actor:
        return self.people.of_kind(self.commune, AgencyKind.FATHERLAND_FRONT, Role.FRONT_OFFICER)

    def district(self, role: Role) -> Actor:
        assert self.commune.parent is not None
        return self.people.committee(self.commune.parent, role)

    @property
    def province(self) -> AdministrativeUnit:
        return self.commune.province()

    @property
    def office(self) -> Actor:
        return self.people.of_kind(self.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER)

    @property
    def provincial_chair(self) -> Actor:
        return self.people.committee(self.province, Role.PROVINCIAL_CHAIR)

    def do(self, act: type[Any], actor: Actor, **inputs: Any) -> Any:
        done = act(actor=actor, dossier=self.dossier, **inputs)
        done.perform()
        self.dossier = done.dossier
        return done

    def paper(self) -> Document:
        """Return one file that stands for every paper."""
        if self._paper is None:
            stream = io.BytesIO(
                paper(f"{self.commune.code}-{self.title.pk}-{timezone.now():%H%M%S%f}").read()
            )
            name = f"Báo cáo đánh giá - {self.commune.name}.pdf"
            self._paper = receive(
                stream=stream, name=name, uploaded_by_id=self.district(Role.DISTRICT_OFFICER).user.pk
            )
        return self._paper

    # --- the yearly review ---------------------------------------------------------------------------

    def open_review(self, year: int) -> Review:
        act = OpenReview(actor=self.office, title=self.title, year=year)
        act.perform()
        self.go_on_with(act.dossier)
        return act.review

    def report(self, *, unmet: Collection[str] = ()) -> None:
        """Renew every figure; those of the codes in ``unmet`` fall short."""
        source = "Báo cáo rà soát của UBND xã (minh họa)"
        rows = figures(self.results(), year=self.dossier.title_year, unmet=unmet, source=source)
        self.do(ReportFigures, self.of_commune(Role.COMMUNE_OFFICIAL), rows=rows)

    def report_criteria_unmet(self, numbers: Collection[int]) -> None:
        """Renew the figures so that exactly these criteria are not met: one indicator of each falls short."""
        unmet: dict[int, str] = {}
        for result in self.results():
            number = result.indicator.criterion.number
            if number in numbers and result.indicator.threshold_kind != ThresholdKind.UNSET:
                unmet.setdefault(number, result.indicator.code)
        self.report(unmet=set(unmet.values()))

    def submit_review(self, *, confirms_unchanged: bool = False) -> None:
        statement = "Xã đã rà soát đủ các chỉ tiêu; chỉ tiêu chưa đạt có kế hoạch khắc phục (minh họa)."
        chair = self.of_commune(Role.COMMUNE_CHAIR)
        self.do(SubmitReview, chair, statement=statement, confirms_unchanged=confirms_unchanged)

    def correct(self, code: str, verdict: SelfVerdict) -> None:
        result = self.results().get(indicator__code=code)
        reason = "Kết quả kiểm tra thực tế khác báo cáo của xã (minh họa)."
        officer = self.district(Role.DISTRICT_OFFICER)
        self.do(CorrectIndicator, officer, result=result.pk, verdict=verdict, reason=reason)

    def examine_review(self) -> None:
        summary = "Đã kiểm tra số liệu và thực địa (minh họa)."
        officer = self.district(Role.DISTRICT_OFFICER)
        self.do(ExamineReview, officer, recommends_confirming=True, summary=summary)

    def confirm_review(self, *, dated_on: date | None = None) -> None:
        number = f"{400 + self.dossier.pk}/UBND-NN"
        dated_on = dated_on or date(self.dossier.title_year, 12, 15)
        chair = self.district(Role.DISTRICT_CHAIR)
        self.do(ConfirmReview, chair, number=number, dated_on=dated_on)

    def return_review(self) -> None:
        self.do(ReturnReview, self.district(Role.DISTRICT_CHAIR), reasons="Bổ sung số liệu (minh họa).")

    def review(self, year: int, *, criteria_unmet: Collection[int] = ()) -> Review:
        """Go through a whole review by which exactly these criteria are not met."""
        review = self.open_review(year)
        self.report_criteria_unmet(criteria_unmet)
        self.submit_review()
        self.examine_review()
        self.confirm_review()
        self.refresh()
        return Review.objects.get(pk=review.pk)

    # --- revocation ----------------------------------------------------------------------------------

    def open_revocation(self, review: Review, *, first_day: date | None = None) -> Revocation:
        confirmed_on = review.dated_on
        assert confirmed_on is not None
        act = OpenRevocation(
            actor=self.district(Role.DISTRICT_OFFICER),
            review=review,
            grounds="Nhiều tiêu chí không còn đạt theo kết quả rà soát (minh họa).",
            first_day=first_day or confirmed_on + timedelta(days=20),
            places="Trụ sở UBND xã\nNhà văn hóa các thôn",
            document=self.paper(),
        )
        act.perform()
        self.go_on_with(act.dossier)
        self.first_day = act.publication.first_day
        return Revocation.objects.get(pk=self.dossier.pk)

    def hear_front(self) -> None:
        self.do(
            HearFront,
            self.front,
            number=f"{20 + self.dossier.pk}/MTTQ-BTT",
            dated_on=self.first_day + timedelta(days=5),
            stance=Stance.FOR,
            document=self.paper(),
        )

    def summarise(self) -> None:
        summary = "Nhân dân nhất trí với kết quả đánh giá (minh họa)."
        self.do(
            SummariseHearing,
            self.district(Role.DISTRICT_OFFICER),
            dated_on=self.first_day + timedelta(days=16),
            summary=summary,
            document=self.paper(),
        )

    def propose(self) -> None:
        self.do(
            ProposeRevocation,
            self.district(Role.DISTRICT_CHAIR),
            number=f"{215 + self.dossier.pk}/TTr-UBND",
            dated_on=self.first_day + timedelta(days=18),
            document=self.paper(),
        )

    def dispatch(self) -> None:
        self.do(DispatchProposal, self.office)

    def waiting_opinions(self) -> list[RevocationOpinion]:
        opinions = RevocationOpinion.objects.filter(revocation=self.dossier.pk, signed_at__isnull=True)
        return list(opinions.select_related("department"))

    def sign(self, opinion: RevocationOpinion, *, agrees: bool = True) -> None:
        self.do(
            SignRevocationOpinion,
            self.people.at(opinion.department_id, Role.DEPARTMENT_HEAD),
            agrees=agrees,
            reasons="Tiêu chí do ngành phụ trách không còn đạt (minh họa).",
            number=f"{600 + opinion.pk}/{opinion.department.short_name}"[:60],
        )

    def sign_all(self) -> None:
        for opinion in self.waiting_opinions():
            self.sign(opinion)

    def write_report(self) -> None:
        self.do(ReportRevocation, self.office, report="Các sở, ngành nhất trí thu hồi (minh họa).")

    def decision(self) -> dict[str, Any]:
        """Return the inputs of either decision."""
        return {
            "number": f"MH-{self.dossier.pk}/QĐ-UBND",
            "signed_on": self.first_day + timedelta(days=40),
            "reasons": "Thuộc trường hợp thu hồi theo quy định (minh họa).",
            "document": self.paper(),
        }

    def revoke(self) -> None:
        self.do(RevokeTitle, self.provincial_chair, **self.decision())

    def keep(self) -> None:
        self.do(KeepTitle, self.provincial_chair, **self.decision())

    def publish(self) -> None:
        self.do(
            PublishRevocation,
            self.district(Role.DISTRICT_CHAIR),
            published_on=timezone.localdate(),
            channel="Cổng thông tin điện tử huyện (minh họa)",
        )

    def revoke_by(self, review: Review, state: State) -> Revocation:
        """Go along the case of revocation until its dossier is in the state."""
        case = self.open_revocation(review)
        steps = (
            (State.REVOCATION_HEARING, ()),
            (State.REVOCATION_INTAKE, (self.hear_front, self.summarise, self.propose)),
            (State.REVOCATION_APPRAISING, (self.dispatch,)),
            (State.REVOCATION_REPORTING, (self.sign_all,)),
            (State.REVOCATION_DECIDING, (self.write_report,)),
            (State.REVOKED, (self.revoke,)),
            (State.REVOCATION_PUBLISHED, (self.publish,)),
        )
        order = [reached for reached, _methods in steps]
        for _reached, methods in steps[: order.index(state) + 1]:
            for method in methods:
                method()
        self.refresh()
        return case

    def results(self) -> Any:
        results = IndicatorResult.objects.filter(dossier=self.dossier)
        return results.select_related("indicator__criterion").order_by("position")
