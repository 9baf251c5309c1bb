from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "dossiers.results"
    label = "results"

    def ready(self) -> None:
        from . import acts, pages  # noqa: F401  registers the acts and their pages
