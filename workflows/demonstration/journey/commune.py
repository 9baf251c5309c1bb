"""What the commune does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from dossiers.appraisal.acts import (
    SubmitCompletion,
)
from dossiers.consultation.acts import (
    OpenConsultation,
    RecordBroadcast,
    RecordCommuneVote,
    RecordFrontOpinion,
    RepublishReport,
    SummariseOpinions,
)
from dossiers.consultation.models import Stance
from dossiers.consultation.window import window_of
from dossiers.criteria.models import Criterion
from dossiers.dossier.models import Dossier
from dossiers.eligibility.acts import ChooseField, RecordPriorTitle
from dossiers.eligibility.models import PriorTitleProof
from dossiers.plans.acts import (
    CapitalInput,
    PaymentInput,
    PutWork,
    ReportPayments,
    SubmitPlan,
    WriteSection,
)
from dossiers.plans.models import CapitalSource, SectionKind
from dossiers.programmes.acts import RegisterCommune
from dossiers.recognition.acts import (
    Withdraw,
)
from dossiers.results.acts import (
    AttachEvidence,
    ReportFigures,
    SetTargets,
    SubmitDossier,
    TargetInput,
)
from storage.documents import receive
from storage.documents.models import Document

from ..figures import figure, figures
from ..files import paper, photo
from .base import Carried


class CommuneSteps(Carried):
    """From registering to submitting, and what comes back."""

    def register(self) -> Dossier:
        act = RegisterCommune(actor=self.chair, programme=self.programme, is_demonstration=True)
        self.perform(act)
        self.dossier = act.dossier
        return self.refresh()

    def draft(self) -> None:
        """Write all sections, the targets of all indicators and two works with their capital."""
        commune = self.commune.name
        for section in self.dossier.sections.all():
            heading = SectionKind(section.kind).label
            body = f"{heading} của {commune} (nội dung minh họa)."
            self.do(
                WriteSection, self.official, kind=section.kind, body=body, section_revision=section.revision
            )
        year = self.dossier.title_year
        rows = [
            TargetInput(
                result_id=result.pk,
                baseline=figure(result.indicator, year=year),
                target=figure(result.indicator, year=year),
                due_year=year,
                due_quarter=1 + result.position % 4,
            )
            for result in self.results()
        ]
        self.do(SetTargets, self.official, rows=rows)
        if ChooseField.is_open_to(self.official, self.dossier):
            self.do(ChooseField, self.official, field="du_lich")
        criteria = list(Criterion.objects.filter(set=self.dossier.criteria_set).order_by("number")[:6])
        works = (
            (f"Nâng cấp đường trục {commune}", 4_200_000_000, criteria[1]),
            (f"Cải tạo nhà văn hóa thôn, {commune}", 1_350_500_000, criteria[-1]),
        )
        budget = CapitalSource.COMMUNE if self.receives_at_province else CapitalSource.DISTRICT
        for title, total, criterion in works:
            people_share = total // 10
            self.do(
                PutWork,
                self.official,
                title=title,
                total=total,
                due_year=year,
                due_quarter=3,
                criterion=criterion,
                capital=[
                    CapitalInput(CapitalSource.PROVINCE_INVESTMENT, year, total // 2),
                    CapitalInput(budget, year, total - total // 2 - people_share),
                    CapitalInput(CapitalSource.PEOPLE, year, people_share),
                ],
            )

    def submit_plan(self) -> None:
        self.do(SubmitPlan, self.chair, confirms_unchanged=True)

    def report(self, *, unmet: Collection[str] = (), only: Collection[str] | None = None) -> None:
        """Report figures that meet the thresholds, but for the codes in ``unmet``."""
        chosen = [one for one in self.results() if only is None or one.indicator.code in only]
        source = "Báo cáo của UBND xã (minh họa)"
        rows = figures(chosen, year=self.dossier.title_year, unmet=unmet, source=source)
        self.do(ReportFigures, self.official, rows=rows)

    def attach(self, *, files: int = 8, only: Collection[str] | None = None) -> None:
        """Upload some files and let each indicator be proved by one of them."""
        documents = [self.upload(n) for n in range(files)]
        results = [one for one in self.results() if only is None or one.indicator.code in only]
        for n, document in enumerate(documents):
            proved = [result.pk for result in results if result.position % files == n]
            if proved:
                self.do(AttachEvidence, self.official, document=document, results=proved)

    def upload(self, n: int) -> Document:
        seed = f"{self.commune.code}-{self.programme.year}-{n}-{timezone.now():%H%M%S%f}"
        if n % 2:
            stream, name = photo(seed), f"Ảnh hiện trường {n} - {self.commune.name}.jpg"
        else:
            stream, name = paper(seed), f"Báo cáo chuyên đề {n} - {self.commune.name}.pdf"
        return receive(stream=stream, name=name, uploaded_by_id=self.official.user.pk)

    def record_prior_title(self) -> None:
        """Add the copy of the decision on the title before, where the procedure asks for one."""
        if RecordPriorTitle.is_open_to(self.official, self.dossier):
            self.do(
                RecordPriorTitle,
                self.official,
                proof=PriorTitleProof.DECISION,
                number=f"MH-{100 + self.dossier.pk}/QĐ-UBND",
                signed_on=date(2020, 12, 25),
                document=self.paper(),
            )

    def pay(self) -> None:
        """Report every work as built, accepted and paid."""
        self.record_prior_title()
        works = self.dossier.works.all()
        rows = [PaymentInput(work_id=work.pk, accepted=work.total, paid=work.total) for work in works]
        self.do(ReportPayments, self.official, rows=rows)

    def open_consultation(self, *, first_day: date | None = None) -> None:
        """Publish the report, by default a month after the approval of the Đề án."""
        first_day = first_day or self.dossier.plan_approval.signed_on + timedelta(days=30)
        self._publish_report(OpenConsultation, first_day)

    def republish(self, *, first_day: date) -> None:
        self._publish_report(RepublishReport, first_day)

    def _publish_report(self, act: type[Any], first_day: date) -> None:
        places = "Trụ sở UBND xã\nNhà văn hóa các thôn"
        self.do(act, self.chair, first_day=first_day, places=places, document=self.paper())

    def broadcast(self, day: date) -> None:
        moment = timezone.make_aware(datetime.combine(day, time(17, 30)))
        self.do(RecordBroadcast, self.official, broadcast_at=moment, station="Đài truyền thanh xã")

    def hear_front(self, day: date) -> None:
        """The Front of the commune gives its opinion."""
        self.do(
            RecordFrontOpinion,
            self.front,
            number=f"{15 + self.dossier.pk}/MTTQ-BTT",
            dated_on=day,
            stance=Stance.FOR,
            document=self.paper(),
        )

    def summarise_opinions(self, day: date) -> None:
        summary = "Nhân dân nhất trí; đã tiếp thu góp ý về vệ sinh đường thôn (minh họa)."
        self.do(SummariseOpinions, self.official, dated_on=day, summary=summary, document=self.paper())

    def vote(self, day: date, *, members: int = 40, present: int = 38, in_favour: int = 38) -> None:
        self.do(
            RecordCommuneVote,
            self.official,
            **self.ballots(day, members=members, present=present, in_favour=in_favour),
        )

    def ballots(self, day: date, *, members: int, present: int, in_favour: int) -> dict[str, Any]:
        """Return the inputs of a secret vote; whoever is present and not in favour is against."""
        return {
            "met_on": day,
            "members": members,
            "present": present,
            "in_favour": in_favour,
            "against": max(0, present - in_favour),
            "invalid": 0,
            "is_secret": True,
            "chair_name": "Nguyễn Văn An (minh họa)",
            "secretary_name": "Trần Thị Bình (minh họa)",
            "document": self.paper(),
        }

    def hold_consultation(self) -> None:
        """Send the published report over the air, hear the Front, sum up and vote."""
        window = window_of(self.dossier)
        assert window is not None
        for n in range(5):
            self.broadcast(window.first_day + timedelta(days=3 * n))
        self.hear_front(window.first_day + timedelta(days=10))
        self.summarise_opinions(window.day_after)
        self.vote(window.day_after + timedelta(days=2))

    def consult(self) -> None:
        """All that lies between the indicators and the submission."""
        self.pay()
        self.open_consultation()
        self.hold_consultation()

    def paper(self) -> Document:
        """Return one file that stands for every paper of the consultation."""
        if self._paper is None:
            self._paper = self.upload(0)
        return self._paper

    def submit(self) -> None:
        self.do(SubmitDossier, self.chair, confirms_unchanged=True)

    def submit_completion(self) -> None:
        self.do(SubmitCompletion, self.chair, confirms_unchanged=True)

    def withdraw(self) -> None:
        self.do(Withdraw, self.chair, reasons="Xã xin lùi thời gian (minh họa).")
