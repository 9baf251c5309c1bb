from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "dossiers.plans"
    label = "plans"

    def ready(self) -> None:
        from . import acts, gates, pages  # noqa: F401  registers the acts and their pages
