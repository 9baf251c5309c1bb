"""Opening and closing the work items that stand for active steps."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from viewflow.workflow.status import STATUS

from dossiers.acts import DossierAct
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Agency, AgencyKind, Level, Role
from dossiers.procedures import get_procedure

from .calendars.working_days import held_calendars
from .clocks import due_date
from .models import Task, WorkItem

if TYPE_CHECKING:
    from .nodes import ActNode

AGENCY_KIND_OF_ROLE = {
    Role.COMMUNE_CHAIR: AgencyKind.PEOPLES_COMMITTEE,
    Role.FRONT_OFFICER: AgencyKind.FATHERLAND_FRONT,
    Role.DISTRICT_OFFICER: AgencyKind.PEOPLES_COMMITTEE,
    Role.DISTRICT_CHAIR: AgencyKind.PEOPLES_COMMITTEE,
    Role.COORDINATION_OFFICER: AgencyKind.COORDINATION_OFFICE,
    Role.COUNCIL_SECRETARY: AgencyKind.APPRAISAL_COUNCIL,
    Role.PROVINCIAL_CHAIR: AgencyKind.PEOPLES_COMMITTEE,
}
#: Where a role has its work when the step does not say; all others have it in the province.
LEVEL_OF_ROLE = {
    Role.COMMUNE_CHAIR: Level.COMMUNE,
    Role.FRONT_OFFICER: Level.COMMUNE,
    Role.DISTRICT_OFFICER: Level.DISTRICT,
    Role.DISTRICT_CHAIR: Level.DISTRICT,
}


def open_work_items(node: ActNode, tasks: list[Task]) -> None:
    """Open one work item for each of the tasks of one node, with its agency and its due date."""
    if not tasks:
        return
    dossier = tasks[0].process.dossier
    opened_at = timezone.now()
    duration = get_procedure(dossier.procedure).steps.get(node.clock)
    due_on = None
    if duration:
        calendar = held_calendars().of(dossier.province_id)
        due_on = due_date(timezone.localdate(opened_at), duration.days, duration.unit, calendar)
    # What somebody else does for a department's branch is not the department's work.
    is_for_departments = node.is_for_each_department
    agency_id = 0 if is_for_departments else _agency_id(dossier, node)
    WorkItem.objects.bulk_create(
        WorkItem(
            task=task,
            dossier=dossier,
            node=node.name,
            agency_id=(task.department_id or 0) if is_for_departments else agency_id,
            role=node.role,
            opened_at=opened_at,
            days=duration.days if duration else None,
            day_unit=duration.unit if duration else "",
            due_on=due_on,
        )
        for task in tasks
    )


FINISH = """
WITH step AS (
    UPDATE workflows_task
    SET status = %(done)s, owner_id = %(actor)s, started = %(at)s, finished = %(at)s
    WHERE process_id = %(dossier)s AND flow_task = ANY(%(nodes)s) AND status = %(new)s
      AND (%(department)s::bigint IS NULL OR department_id = %(department)s::bigint)
    RETURNING *
), item AS (
    UPDATE workflows_workitem
    SET closed_at = %(at)s, closed_by_id = %(actor)s, closing_act = %(act)s
    WHERE task_id IN (SELECT id FROM step) AND closed_at IS NULL
)
SELECT step.*, NOT EXISTS (
    SELECT FROM workflows_task AS other
    WHERE other.process_id = step.process_id AND other.id <> step.id AND other.finished IS NULL
      AND starts_with(other.token, regexp_replace(step.token, '[^_]*$', ''))
) AS is_last_branch
FROM step
"""


def finish_step(
    nodes: Collection[ActNode], act: DossierAct, *, department_id: int | None = None
) -> list[Task]:
    """Mark the open task of one of the nodes as done by this act and close its work item; return the task.

    Empty when no such task is open. ``is_last_branch`` of the task says whether no other branch of its split is open:
    branches of one split share their token up to the last number. Call under the lock of the dossier's row.
    """
    values = {"done": STATUS.DONE, "new": STATUS.NEW, "department": department_id, **_values(nodes, act)}
    return list(Task.objects.raw(FINISH, values))


CANCEL = """
WITH step AS (
    UPDATE workflows_task SET status = %(canceled)s, finished = %(at)s
    WHERE process_id = %(dossier)s AND flow_task = ANY(%(nodes)s) AND finished IS NULL
    RETURNING id
)
UPDATE workflows_workitem
SET closed_at = %(at)s, closed_by_id = %(actor)s, closing_act = %(act)s
WHERE task_id IN (SELECT id FROM step)
"""


def cancel_steps(nodes: Collection[ActNode], act: DossierAct) -> None:
    """End steps of the act's dossier that nobody did, and their work items. Call under the dossier's lock."""
    if not nodes:
        return
    values = {"canceled": STATUS.CANCELED, **_values(nodes, act)}
    with connection.cursor() as cursor:
        cursor.execute(CANCEL, values)


def _values(nodes: Collection[ActNode], act: DossierAct) -> dict[str, Any]:
    """Return what ``FINISH`` and ``CANCEL`` know of an act that ends steps."""
    field = Task._meta.get_field("flow_task")
    return {
        "nodes": [field.get_prep_value(node) for node in nodes],
        "dossier": act.dossier.pk,
        "actor": act.actor.user.pk,
        "at": act.at,
        "act": act.name,
    }


def close_cancelled(dossier: Dossier, act: DossierAct) -> None:
    """Close everything still open for a dossier whose procedure ended early."""
    WorkItem.objects.filter(dossier=dossier, closed_at__isnull=True).update(
        closed_at=act.at, closed_by=act.actor.user, closing_act=act.name
    )


def _agency_id(dossier: Dossier, node: ActNode) -> int:
    if node.agency is not None:
        return node.agency(dossier)
    return Agency.objects.values_list("pk", flat=True).get(**_place(dossier, node))


def agency_of(dossier: Dossier, node: ActNode) -> Agency | None:
    """Return the agency that does a step of a dossier that is (or would be) as given, None where there is none.

    Not for steps that each department does. At most two queries.
    """
    if node.agency is None:
        return Agency.objects.filter(**_place(dossier, node)).first()
    try:
        return Agency.objects.get(pk=node.agency(dossier))
    except Agency.DoesNotExist:
        return None


def _place(dossier: Dossier, node: ActNode) -> dict[str, object]:
    """Return kind and unit of the agency that does a step."""
    level = node.level or LEVEL_OF_ROLE.get(node.role, Level.PROVINCE)
    unit_id = {
        Level.COMMUNE: dossier.commune_id,
        Level.DISTRICT: dossier.commune.parent_id,
        Level.PROVINCE: dossier.province_id,
    }[level]
    return {"kind": AGENCY_KIND_OF_ROLE[node.role], "unit_id": unit_id}
