from django.apps import AppConfig


class ConfirmationsConfig(AppConfig):
    name = "dossiers.confirmations"
    label = "confirmations"
