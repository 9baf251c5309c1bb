from django.urls import path

from . import views
from .calendars.views import calendar, remove_day
from .programmes import correct, programmes

urlpatterns = [
    path("", views.home, name="home"),
    path("viec/", views.work, name="work"),
    path("ho-so/", views.dossiers, name="dossiers"),
    path("theo-doi/", views.board, name="board"),
    path("ho-so/<int:pk>/quy-trinh/", views.procedure, name="procedure"),
    path("quy-dinh/", views.law, name="law"),
    path("quy-dinh/bo-tieu-chi/<slug:code>/", views.criteria_law, name="criteria_law"),
    path("quy-dinh/quy-trinh/<slug:code>.bpmn", views.procedure_bpmn, name="procedure_bpmn"),
    path("ke-hoach/", programmes, name="programmes"),
    path("ke-hoach/<int:programme_id>/sua/", correct, name="correct_programme"),
    path("dang-ky/<int:programme_id>/", views.register_commune, name="register_commune"),
    path("lich-lam-viec/", calendar, name="calendar"),
    path("lich-lam-viec/<int:day_id>/bo/", remove_day, name="calendar_remove"),
    path("vai/", views.switch_appointment, name="switch_appointment"),
]
