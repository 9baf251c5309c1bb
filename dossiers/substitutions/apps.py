from django.apps import AppConfig


class SubstitutionsConfig(AppConfig):
    name = "dossiers.substitutions"
    label = "substitutions"
