"""Running procedures (viewflow's process and task, on our own tables) and the work items people see."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from viewflow.workflow.models import AbstractProcess, AbstractTask

from dossiers.organisations.models import Agency, Role

from .calendars.models import CalendarDay

__all__ = ["CalendarDay", "ClockStop", "Process", "Task", "WorkItem"]


class Process(AbstractProcess):
    """A dossier's running procedure, under the dossier's own number."""

    dossier = models.OneToOneField(
        "dossier.Dossier", models.PROTECT, primary_key=True, related_name="process"
    )
    parent_task = None

    class Meta:
        indexes: ClassVar = [models.Index(fields=["status"])]

    def __str__(self) -> str:
        return f"{self.flow_class} / {self.dossier_id}"


class Task(AbstractTask):
    """A node that is active or was passed. ``department`` names the branch in the departments' appraisal.

    The owner is protected: viewflow's own table deletes the tasks of a deleted user.
    """

    process = models.ForeignKey(Process, models.CASCADE)
    department = models.ForeignKey("organisations.Agency", models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner_permission_content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seed = None

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["process", "flow_task", "status"])]

    def __str__(self) -> str:
        return f"{self.flow_task}/{self.pk}"


class WorkItem(models.Model):
    """One open or finished piece of work of one agency: what the inbox reads.

    ``due_on`` is the last day (in Vietnam) on which the work is on time. It was reckoned from ``days`` and
    ``extended_days``, both counted in ``day_unit``, and from the clock's stops. ``extension_reason`` is that of the
    latest extension; the history has them all. Late never means approved.

    ``taken_by`` is who of the agency says that they are at work, in the appointment ``taken_in``; others may do it all
    the same. ``read_at`` is when somebody of the agency first opened what had been submitted to it.
    """

    task = models.OneToOneField(Task, models.CASCADE, related_name="work_item")
    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="work_items")
    node = models.CharField(max_length=40)
    agency = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="work_items")
    role = models.CharField(max_length=32, choices=Role.choices)
    opened_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField(null=True)
    day_unit = models.CharField(max_length=10, blank=True)
    due_on = models.DateField(null=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    extension_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closing_act = models.CharField(max_length=60, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_in = models.ForeignKey("organisations.Appointment", models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "opened_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "role", "due_on"],
                condition=models.Q(closed_at__isnull=True),
                name="open_work_of_an_agency",
            ),
            models.Index(fields=["dossier", "closed_at"]),
            models.Index(
                fields=["closed_at"],
                condition=models.Q(closed_at__isnull=False),
                name="finished_work_by_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node} / {self.dossier_id}"

    @property
    def asked_by(self) -> Agency | None:
        """The department whose branch waits for this work of somebody else, None of all other work."""
        department = self.task.department
        return department if department is not None and department.pk != self.agency_id else None

    @property
    def title(self) -> str:
        """What the work is: the step of the flow, and for whom it is done where that is somebody else."""
        title = str(self.task.flow_task.task_title)
        return f"{title} ({self.asked_by.short_name})" if self.asked_by else title


class ClockStop(models.Model):
    """The clock of a work item stood still: from when, until when (None while it does), why, and by which acts."""

    work_item = models.ForeignKey(WorkItem, models.CASCADE, related_name="stops")
    stopped_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True)
    reason = models.TextField()
    stopping_act = models.CharField(max_length=60)
    resuming_act = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["stopped_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(resumed_at__isnull=True)
                | models.Q(resumed_at__gte=models.F("stopped_at")),
                name="a_stop_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_item_id}: {self.stopped_at} – {self.resumed_at}"
