"""Which signed opinions no longer rest on what their department looked at, and opening them again."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from dossiers.acts import DossierAct
from dossiers.dossier.models import Dossier

from ..models import Finding, Opinion, OpinionState
from ..rounds import inputs_hash, inputs_of_departments
from ..signed_versions import Ending, keep_version


def outdated_opinions(dossier: Dossier) -> list[Opinion]:
    """Return the signed opinions of the current round whose inputs have another hash than they were signed with.

    Two queries.
    """
    inputs = inputs_of_departments(dossier)
    signed = Opinion.objects.of_round(dossier, dossier.appraisal_round).filter(state=OpinionState.SIGNED)
    return [
        opinion
        for opinion in signed.select_related("department").order_by("department_id")
        if inputs_hash(inputs.get(opinion.department_id, {})) != opinion.inputs_sha256
    ]


def reopen(opinion: Opinion, act: DossierAct, *, changed: Collection[int]) -> None:
    """Open a signed opinion again; what was signed is kept and the ``changed`` results must be concluded on anew."""
    reason = _("Xã thay minh chứng mà ý kiến này căn cứ vào.")
    keep_version(opinion, ending=Ending.INPUTS_CHANGED, reason=reason, at=act.at, by=act.actor.user)
    opinion.reopen()
    opinion.carried_over = False
    opinion.revision += 1
    opinion.save(update_fields=["state", "carried_over", "version", "revision"])
    forget_findings(opinion.dossier_id, opinion.round, changed)


def forget_findings(dossier_id: int, round_number: int, results: Collection[int]) -> None:
    """Let what was found on these results in this round count no more: it rests on what is no longer there.

    The history keeps what was found.
    """
    found = Finding.objects.filter(opinion__dossier=dossier_id, opinion__round=round_number)
    found.filter(result__in=results).delete()
