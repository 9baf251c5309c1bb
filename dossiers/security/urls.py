from django.urls import path

from . import views

app_name = "security"

urlpatterns = [
    path("<int:pk>/an-ninh-trat-tu/", views.security, name="security"),
    path("<int:pk>/an-ninh-trat-tu/tep/<uuid:document_id>/", views.open_paper, name="open_paper"),
]
