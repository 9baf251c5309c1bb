from django.urls import path

from . import act_page, views

app_name = "dossier"

urlpatterns = [
    path("<int:pk>/", views.overview, name="overview"),
    path("<int:pk>/dieu-kien/", views.conditions, name="conditions"),
    path("<int:pk>/lich-su/", views.history, name="history"),
    path("<int:pk>/viec/<slug:slug>/", act_page.perform_act, name="act"),
]
