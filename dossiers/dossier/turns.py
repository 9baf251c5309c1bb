"""What the actor goes on with on a dossier, and for whom it waits when the actor's part is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts import DossierAct, Refusal, Waiting
from dossiers.appraisal.acts import ForwardDossier, RecordFindings, SubmitCompletion, WriteAnswers
from dossiers.appraisal.supplements.selectors import asked_of_commune
from dossiers.consultation.acts import RecordBroadcast
from dossiers.district.acts import RecordDistrictVote
from dossiers.gates import Answers, missing_at
from dossiers.organisations.models import Role
from dossiers.plans.acts import SubmitPlan, WriteSection
from dossiers.policies import Actor
from dossiers.results.acts import ReportFigures, SubmitDossier
from dossiers.titles.acts import SubmitReview
from storage.ledger import Entry

from .models import Dossier, State


@dataclass(frozen=True)
class NextStep:
    """The page where the actor goes on working, besides acts with legal effect.

    ``is_main`` while something is left to do there; ``waiting`` says who comes next when nothing is.
    """

    address: str
    label: str
    is_main: bool
    waiting: Waiting | None = None


#: By which act a dossier goes on from a state, and whose gates its commune or district works towards.
AHEAD: dict[str, type[DossierAct]] = {
    State.DRAFTING: SubmitPlan,
    State.IMPLEMENTING: SubmitDossier,
    State.CONSULTING: SubmitDossier,
    State.REVIEWING: SubmitReview,
    State.DISTRICT_REVIEW: ForwardDossier,
}


def missing(dossier: Dossier, known: Answers | None = None) -> list[Refusal]:
    """Return what the gates ahead of the commune or district still lack, as far as it can be worked on now.

    ``known`` are answers of gates that were asked already.
    """
    ahead = AHEAD.get(dossier.state)
    if dossier.state == State.RETURNED:
        ahead = SubmitDossier if SubmitDossier.is_lawful_for(dossier) else SubmitCompletion
    return missing_at(ahead.name, dossier, known) if ahead else []


def next_step(actor: Actor, dossier: Dossier, lacking: list[Refusal]) -> NextStep | None:
    """Return where the actor goes on working, or None; ``lacking`` is what ``missing`` returned."""
    if WriteSection.is_open_to(actor, dossier):
        return _of_commune(
            actor, dossier, lacking, reverse("plans:sections", args=[dossier.pk]), _("Soạn Đề án")
        )
    if RecordBroadcast.is_open_to(actor, dossier):
        address = reverse("consultation:consultation", args=[dossier.pk])
        return _of_commune(actor, dossier, lacking, address, _("Ghi việc lấy ý kiến nhân dân"))
    if WriteAnswers.is_open_to(actor, dossier):
        return _of_asked_commune(actor, dossier)
    if ReportFigures.is_open_to(actor, dossier):
        only = {State.RETURNED: "reopened", State.REVIEWING: ""}.get(State(dossier.state), "missing")
        address = f"{reverse('results:indicators', args=[dossier.pk])}?loc={only}"
        return _of_commune(actor, dossier, lacking, address, _("Nhập số liệu và minh chứng"))
    if RecordDistrictVote.is_open_to(actor, dossier) and RecordDistrictVote.waiting(actor, dossier) is None:
        address = reverse("district:district", args=[dossier.pk])
        awaited = missing_at(RecordDistrictVote.name, dossier)
        return NextStep(address, _("Ghi việc lấy ý kiến của huyện"), is_main=bool(awaited))
    if RecordFindings.is_open_to(actor, dossier):
        waiting = RecordFindings.waiting(actor, dossier)
        return NextStep(
            reverse("appraisal:findings", args=[dossier.pk]),
            _("Kết luận chỉ tiêu của cơ quan tôi"),
            is_main=waiting is None,
            waiting=waiting if actor.role is Role.DEPARTMENT_OFFICER else None,
        )
    return None


def _of_asked_commune(actor: Actor, dossier: Dossier) -> NextStep:
    left = sum(line.left for line in asked_of_commune(actor, dossier))
    waits = not left and actor.role is Role.COMMUNE_OFFICIAL
    return NextStep(
        reverse("appraisal:supplements", args=[dossier.pk]),
        _("Trả lời yêu cầu bổ sung"),
        is_main=not waits,
        waiting=Waiting(_("Đã trả lời đủ, chờ Chủ tịch UBND xã gửi.")) if waits else None,
    )


def _of_commune(actor: Actor, dossier: Dossier, lacking: list[Refusal], address: str, label: str) -> NextStep:
    if lacking or not _was_worked_on(dossier):
        return NextStep(address, label, is_main=True)
    # The chair is offered the submission itself.
    waits = actor.role is Role.COMMUNE_OFFICIAL
    if dossier.state == State.IMPLEMENTING:
        sentence = _("Đã đủ, chờ Chủ tịch UBND xã công khai báo cáo lấy ý kiến.")
    elif dossier.state == State.REVIEWING:
        sentence = _("Đã đủ, chờ Chủ tịch UBND xã ký kết quả rà soát.")
    else:
        sentence = _("Đã đủ, chờ Chủ tịch UBND xã trình.")
    waiting = Waiting(sentence) if waits else None
    return NextStep(address, label, is_main=False, waiting=waiting)


def _was_worked_on(dossier: Dossier) -> bool:
    """Say whether the commune did anything since the dossier came (back) to it. A returned one lacks nothing else."""
    entries = Entry.objects.filter(stream=dossier.stream, at__gt=dossier.state_since)
    # Who takes work has not done any of it.
    return entries.exclude(act__startswith="work.").exists()
