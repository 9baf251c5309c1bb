from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"
    label = "workflows"

    def ready(self) -> None:
        from dossiers.acts import follow_acts, foresee_refusals
        from dossiers.policies.access import follow_reading

        from . import assignments, extensions  # noqa: F401  register their acts and pages
        from .engine import follow, too_early
        from .moves import acts, pages  # noqa: F401  registers the act and its page
        from .recalls import record_opening

        follow_acts(follow)
        foresee_refusals(too_early)
        follow_reading(record_opening)
