from django.urls import path

from . import views

app_name = "batches"

urlpatterns = [
    path("", views.batches, name="list"),
    path("<int:batch_id>/", views.batch, name="batch"),
]
