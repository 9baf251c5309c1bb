from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "dossiers.appraisal"
    label = "appraisal"

    def ready(self) -> None:
        from . import acts, pages  # noqa: F401  registers the acts and their pages
        from .supplements import pages as supplement_pages  # noqa: F401
