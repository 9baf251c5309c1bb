from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "storage.documents"
    label = "documents"
