from django.apps import AppConfig


class EligibilityConfig(AppConfig):
    name = "dossiers.eligibility"
    label = "eligibility"

    def ready(self) -> None:
        from . import acts, gates, pages  # noqa: F401  registers the acts, their gates and their pages
