from django.urls import path

from . import views

app_name = "substitutions"

urlpatterns = [
    path("", views.substitutions, name="list"),
    path("<int:substitution_id>/thu-hoi/", views.revoke, name="revoke"),
    path("<int:substitution_id>/van-ban/", views.open_paper, name="paper"),
]
