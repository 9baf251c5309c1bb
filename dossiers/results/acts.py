"""The acts on figures and evidence, and the submission, in the order of the procedure."""

from .attaching import AttachEvidence, RemoveEvidence, ReplaceEvidence, RestoreEvidence, document_stamp
from .editing import WRITERS, is_locked
from .figures import FigureInput, ReportFigures, SetTargets, TargetInput
from .submission import SubmitDossier, fix_evidence, submitted_documents

__all__ = [
    "WRITERS",
    "AttachEvidence",
    "FigureInput",
    "RemoveEvidence",
    "ReplaceEvidence",
    "ReportFigures",
    "RestoreEvidence",
    "SetTargets",
    "SubmitDossier",
    "TargetInput",
    "document_stamp",
    "fix_evidence",
    "is_locked",
    "submitted_documents",
]
