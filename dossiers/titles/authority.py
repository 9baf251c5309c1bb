"""Who acts after recognition: conditions that the procedure's data decide."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Level, Role
from dossiers.policies import Actor, AtProvince, Condition, HasRole
from dossiers.policies.conditions import Denial
from dossiers.procedures import get_procedure

from .models import RevocationOpinion


class AtProposer(Condition):
    """The actor's agency belongs to the unit that gathers a case of revocation by the dossier's procedure.

    The district (Quyết định 18/2022/QĐ-TTg, Điều 23, 24), since July 2025 the commune (Nghị định 131/2025/NĐ-CP, Điều
    44 khoản 1; not compared with the gazette).
    """

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        rule = get_procedure(dossier.procedure).revocation
        places = {Level.DISTRICT: dossier.commune.parent_id, Level.COMMUNE: dossier.commune_id}
        if rule is not None and actor.agency.unit_id == places[Level(rule.proposed_by)]:
            return None
        return Denial("place", _("Hồ sơ thu hồi này do cơ quan khác lập."))


class DirectlyAbove(Condition):
    """The actor's agency belongs to the unit right above the commune: its district, or the province where none is."""

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        if actor.agency.unit_id == dossier.commune.parent_id:
            return None
        return Denial("place", _("Việc này do cơ quan cấp trên trực tiếp của xã thực hiện."))


class IsConcerned(Condition):
    """The actor's department was asked for its opinion on this case of revocation."""

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        asked = RevocationOpinion.objects.filter(revocation=dossier.pk, department=actor.agency)
        if asked.exists():
            return None
        return Denial("assignment", _("Cơ quan của anh/chị không được hỏi ý kiến về việc thu hồi này."))


OFFICE = HasRole(Role.COORDINATION_OFFICER) & AtProvince()
EXAMINING_OFFICER = HasRole(Role.DISTRICT_OFFICER) & DirectlyAbove()
#: Where there is no district the coordination office confirms; who should is not found in the law.
CONFIRMING = HasRole(Role.DISTRICT_CHAIR, Role.COORDINATION_OFFICER) & DirectlyAbove()
CORRECTING = HasRole(Role.DISTRICT_OFFICER, Role.DISTRICT_CHAIR, Role.COORDINATION_OFFICER) & DirectlyAbove()
PROPOSING_OFFICER = HasRole(Role.DISTRICT_OFFICER, Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR) & AtProposer()
PROPOSING_CHAIR = HasRole(Role.DISTRICT_CHAIR, Role.COMMUNE_CHAIR) & AtProposer()
DEPARTMENT = HasRole(Role.DEPARTMENT_HEAD) & AtProvince() & IsConcerned()
PROVINCIAL_CHAIR = HasRole(Role.PROVINCIAL_CHAIR) & AtProvince()
