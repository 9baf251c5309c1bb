"""Addresses of the dossiers floor: /ho-so/<dossier>/… and /dot-xet/."""

from django.urls import include, path

urlpatterns = [
    path("ho-so/", include("dossiers.dossier.urls")),
    path("ho-so/", include("dossiers.transfers.urls")),
    path("ho-so/", include("dossiers.plans.urls")),
    path("ho-so/", include("dossiers.results.urls")),
    path("ho-so/", include("dossiers.consultation.urls")),
    path("ho-so/", include("dossiers.district.urls")),
    path("ho-so/", include("dossiers.appraisal.urls")),
    path("ho-so/", include("dossiers.debts.urls")),
    path("ho-so/", include("dossiers.security.urls")),
    path("ho-so/", include("dossiers.recognition.urls")),
    path("", include("dossiers.titles.urls")),
    path("dot-xet/", include("dossiers.batches.urls")),
]
