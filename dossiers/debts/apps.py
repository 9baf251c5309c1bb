from django.apps import AppConfig


class DebtsConfig(AppConfig):
    name = "dossiers.debts"
    label = "debts"

    def ready(self) -> None:
        from . import acts, gates, pages  # noqa: F401  registers the act, its gate and its page
