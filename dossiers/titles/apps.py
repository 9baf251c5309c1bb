from django.apps import AppConfig


class TitlesConfig(AppConfig):
    name = "dossiers.titles"
    label = "titles"

    def ready(self) -> None:
        # Registers the acts, their gates, their pages and how the history tells them.
        from . import acts, gates, pages, telling  # noqa: F401
