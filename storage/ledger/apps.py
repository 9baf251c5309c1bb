from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "storage.ledger"
    label = "ledger"
