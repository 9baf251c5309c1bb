from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    label = "workflows"

    def ready(self) -> None:
        from dossiers.acts import follow_acts

        from . import extensions  # noqa: F401  registers its acts and their pages
        from .engine import follow

        follow_acts(follow)
