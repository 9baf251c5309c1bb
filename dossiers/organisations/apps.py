from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "dossiers.organisations"
    label = "organisations"
    verbose_name = _("Tổ chức và con người")
