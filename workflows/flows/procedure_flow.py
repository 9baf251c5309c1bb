"""What all procedures have in common as flows."""

from __future__ import annotations

from viewflow.workflow import flow
from viewflow.workflow.lock import SelectForUpdateLock

from dossiers.acts import DossierAct
from dossiers.programmes.acts import RegisterCommune
from dossiers.recognition.acts import Withdraw

from ..models import Process, Task


class ProcedureFlow(flow.Flow):
    """Base of the flows. ``procedure`` is the code that dossiers pin.

    ``begun_by`` is the act that opens a dossier, ``broken_off_by`` the one that ends it early, None where there is
    none. Steps that several versions share stand in a class that is no flow, so that each version connects its own
    copies.
    """

    procedure: str
    begun_by: type[DossierAct]
    broken_off_by: type[DossierAct] | None = None
    process_class = Process
    task_class = Task
    # A waiting row lock. Without a lock simultaneous signatures lose the join; with nowait they sleep for seconds.
    lock_impl = SelectForUpdateLock(nowait=False, attempts=1)


class RecognitionFlow(ProcedureFlow):
    """Base of the flows by which communes are recognised, whatever the title."""

    begun_by = RegisterCommune
    broken_off_by = Withdraw
