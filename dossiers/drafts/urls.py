from django.urls import path

from . import views

app_name = "drafts"

urlpatterns = [
    path("", views.drafts, name="drafts"),
    path("bo/", views.forget, name="forget"),
]
