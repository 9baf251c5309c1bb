from django.apps import AppConfig


class VotesConfig(AppConfig):
    name = "dossiers.votes"
    label = "votes"
