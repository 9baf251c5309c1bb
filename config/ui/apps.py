from django.apps import AppConfig


class UiConfig(AppConfig):
    """Template tags and filters that every page shares. It has no models."""

    name = "config.ui"
    label = "ui"
