from django.urls import path

from . import evidence, reuse, search, uploads, viewer, views

app_name = "results"

urlpatterns = [
    path("tim-minh-chung/", search.search, name="search"),
    path("<int:pk>/chi-tieu/", views.indicators, name="indicators"),
    path("<int:pk>/chi-tieu/<str:code>/", views.indicator, name="indicator"),
    path("<int:pk>/chi-tieu/<str:code>/minh-chung/", evidence.upload, name="upload"),
    path("<int:pk>/chi-tieu/<str:code>/chon-tep/", reuse.choose_evidence, name="choose_evidence"),
    path("<int:pk>/chi-tieu/<str:code>/tai-len/", uploads.indicator_uploads, name="uploads"),
    path("<int:pk>/tai-len/<uuid:upload_id>/", uploads.upload_state, name="upload_state"),
    path("<int:pk>/tai-len/<uuid:upload_id>/ky/", uploads.sign_parts, name="sign_parts"),
    path("<int:pk>/tai-len/<uuid:upload_id>/phan/<int:number>/", uploads.upload_part, name="upload_part"),
    path("<int:pk>/tai-len/<uuid:upload_id>/xong/", uploads.finish_upload, name="finish_upload"),
    path("<int:pk>/tai-len/<uuid:upload_id>/bo/", uploads.abort_upload, name="abort_upload"),
    path("<int:pk>/minh-chung/tai-ve/", evidence.archive, name="archive"),
    path("<int:pk>/minh-chung/<int:evidence_id>/", evidence.open_evidence, name="open_evidence"),
    path("<int:pk>/minh-chung/<int:evidence_id>/xem/", viewer.view_evidence, name="view_evidence"),
    path("<int:pk>/minh-chung/<int:evidence_id>/thay/", evidence.replace_evidence, name="replace_evidence"),
    path("<int:pk>/minh-chung/<int:evidence_id>/dung-cho/", reuse.reuse_evidence, name="reuse_evidence"),
    path("<int:pk>/minh-chung/<int:evidence_id>/giong/<int:other_id>/", evidence.compare, name="compare"),
    path("<int:pk>/minh-chung/<int:evidence_id>/bo/", evidence.remove_evidence, name="remove_evidence"),
    path(
        "<int:pk>/minh-chung/<int:evidence_id>/lay-lai/", evidence.restore_evidence, name="restore_evidence"
    ),
]
