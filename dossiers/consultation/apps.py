from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    name = "dossiers.consultation"
    label = "consultation"

    def ready(self) -> None:
        from . import acts, gates, pages  # noqa: F401  registers the acts, their gates and their pages
