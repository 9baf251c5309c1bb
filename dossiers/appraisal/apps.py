from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "dossiers.appraisal"
    label = "appraisal"

    def ready(self) -> None:
        from . import acts, pages, verification_gate  # noqa: F401  registers the acts, their gate and their pages
        from .supplements import pages as supplement_pages  # noqa: F401
