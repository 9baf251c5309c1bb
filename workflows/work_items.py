"""Opening and closing the work items that stand for active steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from dossiers.acts import DossierAct
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Agency, AgencyKind, Role
from dossiers.procedures import get_procedure

from .clocks import due_date
from .models import Task, WorkItem

if TYPE_CHECKING:
    from .nodes import ActNode

AGENCY_KIND_OF_ROLE = {
    Role.COMMUNE_CHAIR: AgencyKind.PEOPLES_COMMITTEE,
    Role.DISTRICT_OFFICER: AgencyKind.PEOPLES_COMMITTEE,
    Role.DISTRICT_CHAIR: AgencyKind.PEOPLES_COMMITTEE,
    Role.COORDINATION_OFFICER: AgencyKind.COORDINATION_OFFICE,
    Role.COUNCIL_SECRETARY: AgencyKind.APPRAISAL_COUNCIL,
    Role.PROVINCIAL_CHAIR: AgencyKind.PEOPLES_COMMITTEE,
}


def open_work_items(node: ActNode, tasks: list[Task]) -> None:
    """Open one work item for each of the tasks of one node, with its agency and its due date."""
    if not tasks:
        return
    dossier = tasks[0].process.dossier
    opened_at = timezone.now()
    duration = get_procedure(dossier.procedure).steps.get(node.clock)
    due_on = due_date(timezone.localdate(opened_at), duration) if duration else None
    agency_id = 0 if tasks[0].department_id else _agency_id(dossier, node.role)
    WorkItem.objects.bulk_create(
        WorkItem(
            task=task,
            dossier=dossier,
            node=node.name,
            agency_id=task.department_id or agency_id,
            role=node.role,
            opened_at=opened_at,
            days=duration.days if duration else None,
            day_unit=duration.unit if duration else "",
            due_on=due_on,
        )
        for task in tasks
    )


def close_work_item(task: Task, act: DossierAct) -> None:
    """Mark the task's work item as done by this act."""
    WorkItem.objects.filter(task=task, closed_at__isnull=True).update(
        closed_at=act.at, closed_by=act.actor.user, closing_act=act.name
    )


def close_cancelled(dossier: Dossier, act: DossierAct) -> None:
    """Close everything still open for a dossier whose procedure ended early."""
    WorkItem.objects.filter(dossier=dossier, closed_at__isnull=True).update(
        closed_at=act.at, closed_by=act.actor.user, closing_act=act.name
    )


def _agency_id(dossier: Dossier, role: Role) -> int:
    unit_id = {
        Role.COMMUNE_CHAIR: dossier.commune_id,
        Role.DISTRICT_OFFICER: dossier.commune.parent_id,
        Role.DISTRICT_CHAIR: dossier.commune.parent_id,
    }.get(role, dossier.province_id)
    return Agency.objects.values_list("pk", flat=True).get(unit_id=unit_id, kind=AGENCY_KIND_OF_ROLE[role])
