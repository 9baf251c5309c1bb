"""The commune asks its people about the report on results, and votes on asking for recognition.

Steps 4 to 6 of the procedure (Quyết định 18/2022/QĐ-TTg, Điều 5). What is recorded again stands beside the earlier
record, and the latest counts: papers may be corrected as long as the consultation is open.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, DossierAct, LegalBasis, Refusal, StaleForm, Waiting, register
from dossiers.acts.dates import date_refusals, order_refusals
from dossiers.acts.order import dated
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, HasRole
from dossiers.results.acts import WRITERS, document_stamp
from dossiers.votes.acts import VoteAct
from dossiers.votes.models import VotingBody
from storage.documents.models import Document

from .models import (
    Broadcast,
    Consultation,
    OpinionSummary,
    Organisation,
    Stance,
    WrittenOpinion,
)
from .window import Window, window_of

PUBLICITY = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 5 khoản 1: công khai báo cáo để nhân dân góp ý")
OPINIONS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Điều 5 khoản 2: hoàn thiện báo cáo khi có ý kiến bằng văn bản"
)
#: Besides the steering committee the meeting seats the development boards of the villages.
MOST_VOTERS = 999


dated(
    "opinion_summary",
    """
    SELECT dated_on, '' FROM consultation_opinionsummary
    WHERE dossier_id = %(dossier)s ORDER BY recorded_at DESC, id DESC LIMIT 1
    """,
    words=gettext_lazy("ngày báo cáo tổng hợp ý kiến"),
)


dated(
    "front_opinion",
    f"""
    SELECT dated_on, '' FROM consultation_writtenopinion
    WHERE dossier_id = %(dossier)s AND organisation = '{Organisation.FATHERLAND_FRONT}'
    ORDER BY recorded_at DESC, id DESC LIMIT 1
    """,
    words=gettext_lazy("ngày văn bản ý kiến của Mặt trận"),
)


class PublishingAct(DossierAct):
    """What makes the report public; the days count from ``first_day``."""

    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    basis = PUBLICITY
    publications: type[Any] = Consultation
    #: What it is in the order of papers.
    paper: ClassVar[str] = "consultation"

    def __init__(self, *, first_day: date, places: str, document: Document, **base: Any) -> None:
        super().__init__(**base)
        self.first_day, self.document = first_day, document
        self.places = "\n".join(line.strip() for line in places.splitlines() if line.strip())

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.places:
            found.append(Refusal("places", self.says_nowhere(), field="places"))
        return found + order_refusals(self, self.first_day, field="first_day", paper=self.paper)

    def says_nowhere(self) -> str:
        """Return what is said when no place is named."""
        return _("Xin ghi nơi niêm yết: trụ sở UBND xã và từng nhà văn hóa thôn, mỗi nơi một dòng.")

    def change(self) -> None:
        self.publications.objects.create(
            dossier=self.dossier,
            first_day=self.first_day,
            places=self.places,
            report=self.document,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        return {
            "first_day": self.first_day.isoformat(),
            "places": self.places.splitlines(),
            "document": document_stamp(self.document),
        }


@register
class OpenConsultation(PublishingAct):
    """The chair puts the report before the people, the Front and the mass organisations."""

    name = "consultation.open"
    label = gettext_lazy("Công khai báo cáo, lấy ý kiến nhân dân")
    transition = "open_consultation"


@register
class RepublishReport(PublishingAct):
    """The chair publishes the report anew, or corrects where and since when it hangs. The days count anew."""

    name = "consultation.republish"
    label = gettext_lazy("Công khai lại báo cáo")
    states = frozenset({State.CONSULTING})


class ConsultingAct(DossierAct):
    """What is recorded while the people are asked."""

    authority = WRITERS
    states = frozenset({State.CONSULTING})
    basis = OPINIONS

    @classmethod
    def window_in(cls, dossier: Dossier) -> Window | None:
        """Return the days of the latest publication, None before the first. One query."""
        return window_of(dossier)

    def window(self) -> Window:
        """Return the same where the act is not refused: nobody consults before something was published."""
        window = self.window_in(self.dossier)
        assert window is not None, "looked for by the state of the dossier, or by what stands against the act"
        return window


@register
class RecordBroadcast(ConsultingAct):
    """Record one broadcast of the report. One outside the days is kept and does not count."""

    name = "consultation.broadcast"
    label = gettext_lazy("Ghi một lần phát thanh")
    basis = PUBLICITY

    def __init__(
        self, *, broadcast_at: datetime, station: str, document: Document | None = None, **base: Any
    ) -> None:
        super().__init__(**base)
        self.broadcast_at, self.station, self.document = broadcast_at, station.strip(), document

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.station:
            message = _("Xin ghi đài, cụm loa hoặc thôn đã phát.")
            found.append(Refusal("station", message, field="station"))
        if self.broadcast_at > self.at and timezone.localdate(self.broadcast_at) == self.today:
            found.append(Refusal("day", _("Giờ phát không thể ở tương lai."), field="time"))
        return found + order_refusals(
            self, timezone.localdate(self.broadcast_at), field="day", paper="broadcast"
        )

    def change(self) -> None:
        same = Broadcast.objects.filter(
            dossier=self.dossier, at=self.broadcast_at, station=self.station, removed_at__isnull=True
        )
        if same.exists():
            raise ActRefused(Refusal("listed", _("Lần phát này đã được ghi."), field="time"))
        Broadcast.objects.create(
            dossier=self.dossier,
            at=self.broadcast_at,
            station=self.station,
            document=self.document,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        said: dict[str, Any] = {"at": self.broadcast_at.isoformat(), "station": self.station}
        return {**said, "document": document_stamp(self.document)} if self.document else said


@register
class RemoveBroadcast(ConsultingAct):
    """Take a broadcast that was recorded by mistake off the list. The row is kept."""

    name = "consultation.remove_broadcast"
    label = gettext_lazy("Bỏ lần phát thanh ghi nhầm")
    basis = PUBLICITY

    def __init__(self, *, broadcast: Broadcast, **base: Any) -> None:
        super().__init__(**base)
        self.broadcast = broadcast

    def change(self) -> None:
        listed = Broadcast.objects.filter(pk=self.broadcast.pk, dossier=self.dossier, removed_at__isnull=True)
        if not listed.update(removed_at=self.at, removed_by=self.actor.user):
            raise StaleForm

    def payload(self) -> dict[str, Any]:
        return {"at": self.broadcast.at.isoformat(), "station": self.broadcast.station}


class OpinionAct(ConsultingAct):
    """An organisation's opinion in writing on the published report."""

    organisation: str
    opinions: type[Any] = WrittenOpinion

    def __init__(
        self, *, number: str, dated_on: date, stance: str, document: Document, remarks: str = "", **base: Any
    ) -> None:
        super().__init__(**base)
        self.number, self.dated_on, self.document = number.strip(), dated_on, document
        self.stance, self.remarks = stance, remarks.strip()

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        if self.stance != Stance.FOR and not self.remarks:
            found.append(Refusal("remarks", _("Xin ghi nội dung góp ý."), field="remarks"))
        return found + date_refusals(
            self.dated_on,
            field="dated_on",
            today=self.today,
            earliest=self.window().first_day,
            why=_("ngày công khai báo cáo"),
        )

    def change(self) -> None:
        self.opinions.objects.create(
            dossier=self.dossier,
            organisation=self.organisation,
            number=self.number,
            dated_on=self.dated_on,
            stance=self.stance,
            remarks=self.remarks,
            document=self.document,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        return {
            "organisation": self.organisation,
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "stance": self.stance,
            "remarks": self.remarks,
            "document": document_stamp(self.document),
        }


@register
class RecordFrontOpinion(OpinionAct):
    """The Front of the commune records its own opinion. Nobody at a People's Committee can."""

    name = "consultation.front_opinion"
    label = gettext_lazy("Ghi ý kiến của Mặt trận Tổ quốc xã")
    is_signed = True
    authority = HasRole(Role.FRONT_OFFICER) & AtCommune()
    organisation = Organisation.FATHERLAND_FRONT

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if cls._has_answered(dossier):
            return Waiting(_("Đã có ý kiến của Mặt trận, chờ xã hoàn thiện báo cáo."))
        return None

    @classmethod
    def _has_answered(cls, dossier: Dossier) -> bool:
        """Say whether the Front recorded an opinion since the report was published last. One query."""
        published = Consultation.objects.filter(dossier=dossier).values("recorded_at")[:1]
        return WrittenOpinion.objects.filter(
            dossier=dossier, organisation=cls.organisation, recorded_at__gte=Subquery(published)
        ).exists()

    def change(self) -> None:
        self.is_correction = self._has_answered(self.dossier)
        super().change()


@register
class RecordOpinion(OpinionAct):
    """The commune records what a mass organisation wrote."""

    name = "consultation.opinion"
    label = gettext_lazy("Ghi ý kiến của tổ chức chính trị - xã hội")

    def __init__(self, *, organisation: str, **inputs: Any) -> None:
        super().__init__(**inputs)
        self.organisation = organisation

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if self.organisation == Organisation.FATHERLAND_FRONT:
            message = _("Ý kiến của Mặt trận do cán bộ Mặt trận Tổ quốc xã tự ghi.")
            found.append(Refusal("organisation", message, field="organisation"))
        return found


class SummaryAct(ConsultingAct):
    """A report on the opinions, made after the days of publication."""

    summaries: type[Any] = OpinionSummary
    #: What it is in the order of papers.
    paper: ClassVar[str] = "opinion_summary"

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        window = cls.window_in(dossier)
        if window is None or window.is_over(timezone.localdate()):
            return super().hindrances(actor, dossier)
        return [Refusal("days", window.not_over_in_words())]

    def __init__(self, *, dated_on: date, summary: str, document: Document, **base: Any) -> None:
        super().__init__(**base)
        self.dated_on, self.summary, self.document = dated_on, summary.strip(), document

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.summary:
            message = _("Xin ghi các ý kiến chính và việc tiếp thu, giải trình.")
            found.append(Refusal("summary", message, field="summary"))
        found += date_refusals(
            self.dated_on,
            field="dated_on",
            today=self.today,
            earliest=self.window().day_after,
            why=_("ngày đầu sau thời gian công khai"),
        )
        return found or order_refusals(self, self.dated_on, field="dated_on", paper=self.paper)

    def change(self) -> None:
        self.summaries.objects.create(
            dossier=self.dossier,
            dated_on=self.dated_on,
            summary=self.summary,
            document=self.document,
            recorded_at=self.at,
            recorded_by=self.actor.user,
        )

    def payload(self) -> dict[str, Any]:
        return {
            "dated_on": self.dated_on.isoformat(),
            "summary": self.summary,
            "document": document_stamp(self.document),
        }


@register
class SummariseOpinions(SummaryAct):
    """The commune's report on the opinions."""

    name = "consultation.summarise"
    label = gettext_lazy("Ghi báo cáo tổng hợp ý kiến")


@register
class RecordCommuneVote(VoteAct):
    """The meeting of the commune on asking for recognition, passed or not. A later meeting may vote again."""

    name = "consultation.vote"
    label = gettext_lazy("Ghi kết quả họp, bỏ phiếu của xã")
    authority = WRITERS
    states = frozenset({State.CONSULTING})
    basis = LegalBasis("Quyết định 18/2022/QĐ-TTg, Điều 5: họp, bỏ phiếu đề nghị xét, công nhận")
    body = VotingBody.COMMUNE_MEETING
    paper = "commune_vote"
    most_members = MOST_VOTERS
    fixes_minutes = False  # the submission does, with every paper of the consultation

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        if OpinionSummary.objects.filter(dossier=dossier).exists():
            return []
        return [Refusal("summary", _("Chưa có báo cáo tổng hợp ý kiến để cuộc họp xem xét."))]
