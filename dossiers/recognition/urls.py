from django.urls import path

from . import views

app_name = "recognition"

urlpatterns = [
    path("<int:pk>/van-ban/", views.papers, name="papers"),
    path("<int:pk>/van-ban/tep/<uuid:document_id>/", views.open_paper, name="open_paper"),
]
