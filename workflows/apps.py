from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    label = "workflows"

    def ready(self) -> None:
        from dossiers.acts import follow_acts

        from .engine import follow

        follow_acts(follow)
