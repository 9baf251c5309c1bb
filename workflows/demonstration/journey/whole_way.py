"""Walks one dossier along the procedure, act by act, as the people of its agencies would."""

from __future__ import annotations

from dossiers.dossier.models import Dossier, State

from .province import ProvinceSteps


class Journey(ProvinceSteps):
    """One dossier and the people who carry it. Every method does one step through its act."""

    def advance_to(self, state: State, *, files: int = 8) -> Dossier:
        """Go along the main line until the dossier is in the state, or past it where its procedure lacks it."""
        steps = (
            (State.DRAFTING, (self.register,)),
            (State.PLAN_SUBMITTED, (self.draft, self.submit_plan)),
            (State.IMPLEMENTING, (self.appraise_plan, self.approve_plan)),
            (
                State.CONSULTING,
                (self.report, lambda: self.attach(files=files), self.pay, self.open_consultation),
            ),
            (State.DISTRICT_REVIEW, (self.hold_consultation, self.submit)),
            (State.PROVINCIAL_INTAKE, (self.verify_and_forward,)),
            (State.APPRAISING, (self.accept,)),
            (State.CONSOLIDATING, (self.confirm_debt, self.confirm_security, self.appraise)),
            (State.COUNCIL, (self.consolidate,)),
            (State.DECIDING, (self.come_into_a_batch, self.pass_council)),
            (State.RECOGNISED, (self.recognise,)),
            (State.PUBLISHED, (self.publish,)),
        )
        order = [reached for reached, _methods in steps]
        done = order.index(State(self.dossier.state)) + 1 if hasattr(self, "dossier") else 0
        for _reached, methods in steps[done : order.index(state) + 1]:
            for method in methods:
                method()
        return self.dossier
