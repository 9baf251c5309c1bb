"""Taking back what was submitted, until the receiver has opened it; and the opening, which ends that.

Both are acts under the lock of the dossier's row, so that of an opening and a recall at the same moment one comes first
and the other is told of it.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import ActRefused, Busy, DossierAct, LegalBasis, Refusal, register
from dossiers.acts.dates import day_in_words
from dossiers.acts.pages import ActPage, EndingReasonsForm, register_page
from dossiers.acts.reasons import WithReasons
from dossiers.appraisal.district import take_back_forwarding
from dossiers.appraisal.models import Verification
from dossiers.district.models import DivisionReview, IntakeReply
from dossiers.dossier.models import REVIEW_STATES, Dossier, State
from dossiers.dossier.signers import name_at
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, AtDistrict, AtProvince, HasRole
from dossiers.policies.access import ActorRequest
from dossiers.procedures import ReceivingLevel, get_procedure

from .models import ClockStop, WorkItem

BASIS = LegalBasis("chưa tìm thấy quy định; phần mềm cho cơ quan trình lấy lại khi cơ quan nhận chưa mở")


def receiver_item(dossier: Dossier, node: str) -> QuerySet[WorkItem]:
    """Return the open work of whoever a submission went to, while they are at this step."""
    return WorkItem.objects.filter(dossier=dossier, node=node, closed_at__isnull=True)


class OpenSubmission(DossierAct):
    """Somebody of the receiving agency opens what was submitted to it, for the first time. No recall after that."""

    nodes: ClassVar[tuple[str, ...]]
    is_of_any_scope = True
    basis = BASIS

    @classmethod
    def nodes_of(cls, dossier: Dossier) -> tuple[str, ...]:
        """Return the steps at which the agency receives what somebody else submitted."""
        return cls.nodes

    @classmethod
    def unread(cls, actor: Actor, dossier: Dossier) -> QuerySet[WorkItem]:
        """Return what the actor's agency received and nobody there has opened."""
        return WorkItem.objects.filter(
            dossier=dossier,
            node__in=cls.nodes_of(dossier),
            agency=actor.agency,
            closed_at__isnull=True,
            read_at__isnull=True,
        )

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        return super().is_open_to(actor, dossier) and cls.unread(actor, dossier).exists()

    def refusals(self) -> list[Refusal]:
        if self.unread(self.actor, self.dossier).exists():
            return []
        return [Refusal("opened", _("Người khác của cơ quan đã mở hồ sơ này."))]

    def change(self) -> None:
        self.unread(self.actor, self.dossier).update(read_at=self.at, read_by=self.actor.user)


@register
class OpenAtDistrict(OpenSubmission):
    """The district opens a Đề án or a dossier that the commune submitted."""

    name = "submission.open_at_district"
    label = gettext_lazy("Huyện mở hồ sơ xã trình")
    authority = HasRole(Role.DISTRICT_OFFICER, Role.DISTRICT_CHAIR) & AtDistrict()
    states = frozenset({State.PLAN_SUBMITTED, State.DISTRICT_REVIEW})
    nodes = ("appraise_plan", "receive")


@register
class OpenAtProvince(OpenSubmission):
    """The coordination office opens what the district forwarded; without a district, what a commune submitted."""

    name = "submission.open_at_province"
    label = gettext_lazy("Văn phòng Điều phối mở hồ sơ được trình")
    authority = HasRole(Role.COORDINATION_OFFICER) & AtProvince()
    states = frozenset({State.PLAN_SUBMITTED, State.PROVINCIAL_INTAKE})
    nodes = ("intake",)

    @classmethod
    def nodes_of(cls, dossier: Dossier) -> tuple[str, ...]:
        return ("appraise_plan", "verify") if _is_received_by_province(dossier) else cls.nodes

    @classmethod
    def lawful_states_under(cls, level: ReceivingLevel) -> frozenset[State]:
        return cls.states if level is ReceivingLevel.PROVINCE else frozenset({State.PROVINCIAL_INTAKE})

    @classmethod
    def is_lawful_for(cls, dossier: Dossier) -> bool:
        receiving = get_procedure(dossier.procedure).receiving
        return receiving is not None and dossier.state in cls.lawful_states_under(receiving.level)


def _is_received_by_province(dossier: Dossier) -> bool:
    """Say whether there is no district, so that communes submit to the province."""
    return dossier.review_state == State.PROVINCIAL_INTAKE


def record_opening(request: ActorRequest, dossier: Dossier) -> Dossier:
    """Record that the reader's agency opened a submission, where it is the first time; return what is there to read.

    Raises Busy when the dossier stays locked: nobody reads a submission without its being recorded.
    """
    openings = (OpenAtDistrict, OpenAtProvince)
    act = next((one for one in openings if one.is_open_to(request.actor, dossier)), None)
    if act is None:
        return dossier
    try:
        act(actor=request.actor, dossier=dossier).perform()
    except Busy:
        raise
    except ActRefused as refused:
        if "state" in refused.codes:
            message = _(
                "Cơ quan trình vừa lấy lại hồ sơ để sửa, trước khi anh/chị mở. Hồ sơ sẽ đến lại khi được trình lại."
            )
            messages.warning(request, message)
    return Dossier.objects.with_places().get(pk=dossier.pk)


class Recall(WithReasons):
    """The sender takes a submission back, for a reason, until the receiver has opened it.

    The receiver's step is cancelled; the sender's goes on with the deadline it had.
    """

    node: ClassVar[str]
    basis = BASIS
    asks_for_reasons = gettext_lazy("Xin nêu lý do lấy lại.")

    @classmethod
    def node_of(cls, dossier: Dossier) -> str:
        """Return the receiver's step, which a recall cancels."""
        return cls.node

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: the receiver has not opened it."""
        if cls.authority.denial(actor, dossier) is not None or not super().is_open_to(actor, dossier):
            return False
        return receiver_item(dossier, cls.node_of(dossier)).filter(read_at__isnull=True).exists()

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        received = receiver_item(dossier, cls.node_of(dossier))
        item = received.select_related("agency", "read_by").first()
        if item is None:
            return [Refusal("handled", _("Cơ quan nhận đã xử lý; không lấy lại được nữa."))]
        if item.read_at is not None and item.read_by is not None:
            at = timezone.localtime(item.read_at)
            message = _(
                "%(agency)s (%(name)s) đã mở hồ sơ lúc %(at)s, nên không lấy lại được nữa. "
                "Nếu cần sửa, xin đề nghị cơ quan ấy trả lại."
            ) % {
                "agency": item.agency.name,
                "name": name_at(dossier, item.read_by, item.read_at),
                "at": f"{at:%H:%M} {day_in_words(at.date())}",
            }
            return [Refusal("opened", message)]
        return []


@register
class RecallPlan(Recall):
    """The commune's chair takes the Đề án back from whoever received it."""

    name = "plan.recall"
    label = gettext_lazy("Lấy lại Đề án đã trình")
    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()
    transition = "recall_plan"
    node = "appraise_plan"


class RecallFromReview(Recall):
    """The commune's chair takes a dossier back from the district; without a district, from the coordination office."""

    authority = HasRole(Role.COMMUNE_CHAIR) & AtCommune()

    @classmethod
    def node_of(cls, dossier: Dossier) -> str:
        return "verify" if _is_received_by_province(dossier) else "receive"

    @classmethod
    def lawful_states_under(cls, level: ReceivingLevel) -> frozenset[State]:
        return frozenset({REVIEW_STATES[level]})


@register
class RecallDossier(RecallFromReview):
    """Of a dossier that was submitted for the first time: the consultation goes on."""

    name = "dossier.recall"
    label = gettext_lazy("Lấy lại hồ sơ đã trình")
    transition = "recall_dossier"


@register
class RecallResubmission(RecallFromReview):
    """Of a dossier that had been returned and was submitted again: it is returned as before."""

    name = "dossier.recall_resubmission"
    label = gettext_lazy("Lấy lại hồ sơ đã trình lại")
    transition = "recall_resubmission"

    def change(self) -> None:
        self.dossier.results.update(is_reopened=True)


@register
class RecallForwarding(Recall):
    """The district's chair takes a forwarded dossier back from the province; the verification stands."""

    name = "dossier.recall_forwarding"
    label = gettext_lazy("Lấy lại hồ sơ đã trình tỉnh")
    authority = HasRole(Role.DISTRICT_CHAIR) & AtDistrict()
    transition = "recall_forwarding"
    node = "intake"

    def change(self) -> None:
        latest = Verification.objects.filter(dossier=self.dossier).order_by("-verified_at", "-pk").first()
        assert latest is not None, "nothing is forwarded before it was verified"
        latest.is_current = True
        latest.save(update_fields=["is_current"])
        take_back_forwarding(self.dossier, at=self.at)
        # The review goes on as it began: answer, divisions and vote count by when they were recorded in it.
        if (reply := IntakeReply.objects.filter(dossier=self.dossier).first()) is not None:
            self.dossier.state_since = reply.recorded_at
            reviews = DivisionReview.objects.filter(dossier=self.dossier, signed_at__gte=reply.recorded_at)
            reviews.update(is_current=True)


def resume_clock(dossier: Dossier, node: str) -> None:
    """Let the work that a recall re-opened go on where it stood: the same days, stops and person.

    Otherwise whoever submits and recalls would have a new deadline. A person goes on only at their own agency: the
    commune that took over another's dossier has its own people.
    """
    items = WorkItem.objects.filter(dossier=dossier, node=node)
    before = items.filter(closed_at__isnull=False).order_by("-closed_at", "-pk").first()
    resumed = items.filter(closed_at__isnull=True).first()
    if before is None or resumed is None:
        return
    names = ["opened_at", "days", "day_unit", "due_on", "extended_days", "extension_reason"]
    if before.agency_id == resumed.agency_id:
        names += ["taken_by", "taken_in", "taken_at"]
    for name in names:
        setattr(resumed, name, getattr(before, name))
    resumed.save()
    ClockStop.objects.bulk_create(
        ClockStop(
            work_item=resumed,
            stopped_at=stop.stopped_at,
            resumed_at=stop.resumed_at,
            reason=stop.reason,
            stopping_act=stop.stopping_act,
            resuming_act=stop.resuming_act,
        )
        for stop in before.stops.all()
    )


_CONSEQUENCE = gettext_lazy(
    "Hồ sơ trở về để sửa rồi trình lại; thời hạn cũ tiếp tục tính. Chỉ lấy lại được khi cơ quan nhận chưa mở."
)

register_page(
    *(
        ActPage(act, slug, _CONSEQUENCE, EndingReasonsForm, tone="secondary", takes_back=True)
        for act, slug in (
            (RecallPlan, "lay-lai-de-an"),
            (RecallDossier, "lay-lai-ho-so"),
            (RecallResubmission, "lay-lai-ho-so-trinh-lai"),
            (RecallForwarding, "lay-lai-ho-so-trinh-tinh"),
        )
    )
)
