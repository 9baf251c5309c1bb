from django.urls import path

from . import views
from .supplements.views import send_answer, supplements

app_name = "appraisal"

urlpatterns = [
    path("<int:pk>/tham-dinh/", views.board, name="board"),
    path("<int:pk>/tham-dinh/ket-luan/", views.findings, name="findings"),
    path("<int:pk>/bo-sung/", supplements, name="supplements"),
    path("<int:pk>/bo-sung/<int:request_id>/gui/", send_answer, name="send_answer"),
]
