from django.urls import path

from . import views

app_name = "dossier"

urlpatterns = [
    path("<int:pk>/", views.overview, name="overview"),
    path("<int:pk>/dieu-kien/", views.conditions, name="conditions"),
    path("<int:pk>/lich-su/", views.history, name="history"),
    path("<int:pk>/viec/<slug:slug>/", views.perform_act, name="act"),
]
