from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "dossiers.security"
    label = "security"

    def ready(self) -> None:
        from . import acts, gates, pages  # noqa: F401  registers the act, its gate and its page
