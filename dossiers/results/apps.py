from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "dossiers.results"
    label = "results"

    def ready(self) -> None:
        from storage.documents.uploads import on_received

        from . import acts, gates, pages  # noqa: F401  registers the acts and their pages
        from .arrivals import KIND, attach, known

        on_received(KIND, attach, known=known)
