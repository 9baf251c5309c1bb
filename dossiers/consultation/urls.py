from django.urls import path

from . import views

app_name = "consultation"

urlpatterns = [
    path("<int:pk>/lay-y-kien/", views.consultation, name="consultation"),
    path("<int:pk>/lay-y-kien/tep/<uuid:document_id>/", views.open_paper, name="open_paper"),
    path(
        "<int:pk>/lay-y-kien/phat-thanh/<int:broadcast_id>/bo/",
        views.remove_broadcast,
        name="remove_broadcast",
    ),
]
