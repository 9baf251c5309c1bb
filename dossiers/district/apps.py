from django.apps import AppConfig


class DistrictConfig(AppConfig):
    name = "dossiers.district"
    label = "district"

    def ready(self) -> None:
        from . import acts, gates, pages  # noqa: F401  registers the acts, their gates and their pages
