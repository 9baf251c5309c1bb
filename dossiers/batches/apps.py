from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "dossiers.batches"
    label = "batches"

    def ready(self) -> None:
        from . import acts, gates, pages  # noqa: F401  registers the act, its gate and its page
