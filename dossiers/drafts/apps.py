from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "dossiers.drafts"
    label = "drafts"
