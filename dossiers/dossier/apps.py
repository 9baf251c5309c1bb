from django.apps import AppConfig


class DossierConfig(AppConfig):
    name = "dossiers.dossier"
    label = "dossier"
