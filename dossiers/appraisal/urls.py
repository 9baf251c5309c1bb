from django.urls import path

from . import views

app_name = "appraisal"

urlpatterns = [
    path("<int:pk>/tham-dinh/", views.board, name="board"),
    path("<int:pk>/tham-dinh/ket-luan/", views.findings, name="findings"),
]
