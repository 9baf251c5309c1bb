from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "dossiers.programmes"
    label = "programmes"

    def ready(self) -> None:
        from . import acts  # noqa: F401  registers the acts
