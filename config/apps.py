"""The composition's own app: registers the system checks."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds no models; exists so that the checks of the composition run."""

    name = "config"
    label = "config"
    verbose_name = "Lúa"

    def ready(self) -> None:
        """Register the system checks."""
        from config import checks  # noqa: F401
