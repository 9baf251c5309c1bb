"""A branch that stands still while somebody else is asked, and goes on afterwards; branches that are opened again.

Everything here runs in the transaction of an act, under the lock of the dossier's row.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from viewflow.workflow.token import Token

from dossiers.acts import ActRefused, DossierAct, Refusal
from dossiers.acts.dates import day_in_words

from .models import ClockStop, Task, WorkItem
from .stops import resume, stop
from .work_items import open_work_items

if TYPE_CHECKING:
    from dossiers.appraisal.models import Opinion
    from dossiers.dossier.models import Dossier

    from .nodes import ActActivation, ActNode


def stand_still(node: ActNode, waited_for: ActNode, act: DossierAct, *, department_id: int) -> None:
    """Stop the clock of a department's open branch at ``node`` and open the step that it waits for.

    Raises ActRefused when the branch is not open.
    """
    task = _open_branch(node, act, department_id)
    if task is None:
        raise ActRefused(
            Refusal("no_task", _("Bước này đã được xử lý hoặc chưa đến lượt; xin mở lại hồ sơ."))
        )
    task.process.dossier = act.dossier
    asked = Task(process=task.process, flow_task=waited_for, token=task.token, department_id=department_id)
    asked.save()
    asked.previous.add(task)
    open_work_items(waited_for, [asked])
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Chờ xã bổ sung")
    stop(task.work_item, at=act.at, reason=reason, act=act.name)


def go_on(node: ActNode, ended: ActActivation) -> None:
    """Let the clock of the branch run again that waited for the step which has just ended.

    Opens the branches again whose opinions the act says must be signed anew.
    """
    act, waiting = ended.act, ended.task
    item = WorkItem.objects.get(
        dossier=act.dossier, node=node.name, task__department=waiting.department_id, closed_at__isnull=True
    )
    stopping = {pausing.name for pausing, _target in node.pauses}
    stopped = ClockStop.objects.get(work_item=item, resumed_at__isnull=True, stopping_act__in=stopping)
    resume(stopped, at=act.at, act=act.name)
    _open_again(node, ended, getattr(act, "reopened", []))


def before_deadline(
    node: ActNode, dossier: Dossier, *, department_id: int | None, today: date
) -> list[Refusal]:
    """Return that the open step is not late yet, or nothing. A step without a deadline is never too early."""
    branch = WorkItem.objects.filter(dossier=dossier, node=node.name, closed_at__isnull=True)
    item = branch.filter(task__department=department_id).first()
    if item is None or item.due_on is None or today > item.due_on:
        return []
    message = _(
        "Chưa hết hạn: hạn là ngày %(day)s. Trước đó không thẩm định tiếp khi chưa có trả lời; nếu không còn cần, "
        "xin rút yêu cầu."
    )
    return [Refusal("not_late", message % {"day": day_in_words(item.due_on)})]


def _open_branch(node: ActNode, act: DossierAct, department_id: int) -> Task | None:
    found = Task.objects.filter(
        process=act.dossier.pk, flow_task=node, department=department_id, finished__isnull=True
    )
    return found.select_related("process", "work_item").first()


def _open_again(node: ActNode, ended: ActActivation, opinions: list[Opinion]) -> None:
    """Open one more branch of the same split for each opinion: the join then waits for it like for the others."""
    if not opinions:
        return
    prefix = ended.task.token.token.rsplit("_", 1)[0]
    process = ended.process
    taken = Task.objects.filter(process=process, flow_task=node, token__startswith=f"{prefix}_").count()
    tasks = []
    for number, opinion in enumerate(opinions, taken + 1):
        task = Task(
            process=process,
            flow_task=node,
            token=Token(f"{prefix}_{number}"),
            department_id=opinion.department_id,
        )
        task.save()
        task.previous.add(ended.task)
        tasks.append(task)
    open_work_items(node, tasks)
