"""What the actor goes on with on a dossier, and for whom it waits when the actor's part is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts import Refusal, Waiting
from dossiers.appraisal.opinions import RecordFindings
from dossiers.organisations.models import Role
from dossiers.plans.acts import WriteSection
from dossiers.plans.gates import plan_gate
from dossiers.policies import Actor
from dossiers.results.acts import ReportFigures
from dossiers.results.gates import readiness_gate
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


def missing(dossier: Dossier) -> list[Refusal]:
    """Return what the next gate of the commune still lacks."""
    if dossier.state == State.DRAFTING:
        return plan_gate(dossier)
    if dossier.state in (State.IMPLEMENTING, State.RETURNED):
        return readiness_gate(dossier)
    return []


def next_step(actor: Actor, dossier: Dossier, lacking: list[Refusal]) -> NextStep | None:
    """Return where the actor goes on working, or None; ``lacking`` is what ``missing`` returned."""
    if WriteSection.is_open_to(actor, dossier):
        return _of_commune(
            actor, dossier, lacking, reverse("plans:sections", args=[dossier.pk]), _("Soạn Đề án")
        )
    if ReportFigures.is_open_to(actor, dossier):
        only = "reopened" if dossier.state == State.RETURNED else "missing"
        address = f"{reverse('results:indicators', args=[dossier.pk])}?loc={only}"
        return _of_commune(actor, dossier, lacking, address, _("Nhập số liệu và minh chứng"))
    if RecordFindings.is_open_to(actor, dossier):
        waiting = RecordFindings.waiting(actor, dossier)
        return NextStep(
            reverse("appraisal:findings", args=[dossier.pk]),
            _("Kết luận chỉ tiêu của cơ quan tôi"),
            is_main=waiting is None,
            waiting=waiting if actor.role is Role.DEPARTMENT_OFFICER else None,
        )
    return None


def _of_commune(actor: Actor, dossier: Dossier, lacking: list[Refusal], address: str, label: str) -> NextStep:
    if lacking or not _was_worked_on(dossier):
        return NextStep(address, label, is_main=True)
    # The chair is offered the submission itself.
    waits = actor.role is Role.COMMUNE_OFFICIAL
    waiting = Waiting(_("Đã đủ, chờ Chủ tịch UBND xã trình.")) if waits else None
    return NextStep(address, label, is_main=False, waiting=waiting)


def _was_worked_on(dossier: Dossier) -> bool:
    """Say whether the commune did anything since the dossier came (back) to it. A returned one lacks nothing else."""
    return Entry.objects.filter(stream=dossier.stream, at__gt=dossier.state_since).exists()
