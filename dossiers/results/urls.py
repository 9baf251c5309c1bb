from django.urls import path

from . import views

app_name = "results"

urlpatterns = [
    path("<int:pk>/chi-tieu/", views.indicators, name="indicators"),
    path("<int:pk>/chi-tieu/<str:code>/", views.indicator, name="indicator"),
    path("<int:pk>/chi-tieu/<str:code>/minh-chung/", views.upload, name="upload"),
    path("<int:pk>/minh-chung/tai-ve/", views.archive, name="archive"),
    path("<int:pk>/minh-chung/<int:evidence_id>/", views.open_evidence, name="open_evidence"),
    path("<int:pk>/minh-chung/<int:evidence_id>/bo/", views.remove_evidence, name="remove_evidence"),
]
