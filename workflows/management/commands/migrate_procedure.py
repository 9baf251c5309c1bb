"""Move many dossiers in flight to another version of the procedure, or tell what that would do."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from dossiers.acts import ActRefused
from dossiers.dossier.models import FINAL_STATES, Dossier
from dossiers.organisations.models import Appointment, Role
from dossiers.policies import Actor
from dossiers.procedures import Procedure, procedures
from workflows.moves.acts import MoveToProcedure
from workflows.moves.plan import MovePlan, plan_move


class Command(BaseCommand):
    """Each dossier is moved in a transaction of its own, by the act of the page; one that is refused stays as it is."""

    help = (
        "Move dossiers in flight from one procedure version to another. --dry-run tells for each dossier what would "
        "become of it and changes nothing; otherwise --by names the coordination officer, --reason says why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="source", required=True, metavar="CODE")
        parser.add_argument("--to", dest="target", required=True, metavar="CODE")
        parser.add_argument("--dossier", type=int, nargs="*", metavar="ID", help="only these dossiers")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--by", metavar="USERNAME", default="")
        parser.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = self._procedure(options["source"]), self._procedure(options["target"])
        dossiers = Dossier.objects.with_places().filter(procedure=source.code).exclude(state__in=FINAL_STATES)
        if options["dossier"] is not None:
            dossiers = dossiers.filter(pk__in=options["dossier"])
        actor = None if options["dry_run"] else self._actor(options["by"])
        if not options["dry_run"] and not options["reason"].strip():
            raise CommandError("--reason is missing: it is written into the history of every dossier.")
        moved = refused = 0
        with translation.override("vi"):
            for dossier in dossiers.order_by("pk"):
                done = (
                    self._dry_run(dossier, target)
                    if actor is None
                    else self._move(dossier, target, actor, options["reason"])
                )
                moved, refused = moved + done, refused + (not done)
        would = "would be moved" if actor is None else "moved"
        self.stdout.write(f"{moved} {would}, {refused} refused")

    def _procedure(self, code: str) -> Procedure:
        try:
            return procedures()[code]
        except KeyError:
            known = ", ".join(procedures())
            raise CommandError(f"no procedure {code}; there are: {known}") from None

    def _actor(self, username: str) -> Actor:
        appointment = (
            Appointment.objects.current(on=timezone.localdate())
            .with_places()
            .filter(user__username=username, role=Role.COORDINATION_OFFICER)
            .first()
        )
        if appointment is None:
            raise CommandError(f"--by: {username or 'nobody'} is no coordination officer today.")
        return Actor(user=appointment.user, appointment=appointment)

    def _dry_run(self, dossier: Dossier, target: Procedure) -> bool:
        plan = plan_move(dossier, target)
        self._tell(plan)
        return not plan.obstacles

    def _move(self, dossier: Dossier, target: Procedure, actor: Actor, reason: str) -> bool:
        act = MoveToProcedure(actor=actor, dossier=dossier, to=target, reason=reason)
        try:
            act.perform()
        except ActRefused as refused:
            self.stdout.write(f"#{dossier.pk} {dossier}:")
            for why in refused.reasons:
                self.stdout.write(f"  ! {why.message}")
            return False
        self._tell(act.plan)
        return True

    def _tell(self, plan: MovePlan) -> None:
        place = f" → {plan.commune.name}, {plan.province.name}" if plan.changes_place else ""
        self.stdout.write(f"#{plan.dossier.pk} {plan.dossier}{place}: {plan.state_after_label}")
        for obstacle in plan.obstacles:
            self.stdout.write(f"  ! {obstacle.message}")
        for step in plan.steps:
            due = f"{step.due_after:%d/%m/%Y}" if step.due_after else "-"
            self.stdout.write(f"  {step.title_before} → {step.title_after} ({step.agency.name}, {due})")
        for rule in plan.gates_added_ahead:
            self.stdout.write(f"  + {rule.title}")
        for rule in plan.gates_dropped_ahead:
            self.stdout.write(f"  - {rule.title}")
        for before, after in ((plan.released, "-"), (plan.receiving, "+")):
            for agency in before:
                self.stdout.write(f"  {after} {agency.name}")
        for kept in plan.kept:
            self.stdout.write(f"  = {kept}")
        for loss in plan.losses:
            self.stdout.write(f"  · {loss}")
