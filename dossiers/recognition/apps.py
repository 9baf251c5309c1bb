from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "dossiers.recognition"
    label = "recognition"

    def ready(self) -> None:
        from . import acts, conditions, pages  # noqa: F401  registers the acts, a gate and the pages
