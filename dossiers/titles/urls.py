from django.urls import path

from . import opening_views, views

app_name = "titles"

urlpatterns = [
    path("danh-hieu/", views.register, name="list"),
    path("danh-hieu/danh-hieu.csv", views.export, name="export"),
    path("danh-hieu/ghi-tu-van-ban/", opening_views.enter, name="enter"),
    path("danh-hieu/mo-ra-soat/", opening_views.open_reviews, name="open_reviews"),
    path("danh-hieu/<int:title_id>/", views.title, name="title"),
    path("danh-hieu/<int:title_id>/van-ban/", views.open_document, name="open_document"),
    path("danh-hieu/<int:title_id>/don-vi-ke-thua/", opening_views.carry_over, name="carry_over"),
    path("danh-hieu/<int:title_id>/ra-soat/", opening_views.open_review, name="open_review"),
    path("danh-hieu/<int:title_id>/thu-hoi/", opening_views.open_revocation, name="open_revocation"),
    path("ho-so/<int:pk>/van-ban-thu-hoi/<uuid:document_id>/", views.open_paper, name="open_paper"),
]
