from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "dossiers.recognition"
    label = "recognition"

    def ready(self) -> None:
        from . import acts, pages  # noqa: F401  registers the acts and their pages
