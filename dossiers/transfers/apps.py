from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "dossiers.transfers"
    label = "transfers"
