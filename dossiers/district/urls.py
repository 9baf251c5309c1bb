from django.urls import path

from . import views

app_name = "district"

urlpatterns = [
    path("<int:pk>/cap-huyen/", views.district, name="district"),
    path("<int:pk>/cap-huyen/tep/<uuid:document_id>/", views.open_paper, name="open_paper"),
]
