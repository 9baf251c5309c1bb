"""All addresses of the product."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from workflows.demonstration.sign_in import SignInView, demo_sign_in

urlpatterns = [
    path("dang-nhap/", SignInView.as_view(), name="login"),
    path("dang-nhap/minh-hoa/", demo_sign_in, name="demo_sign_in"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("ngon-ngu/", include("django.conf.urls.i18n")),
    path("", include("workflows.urls")),
    path("ban-nhap/", include("dossiers.drafts.urls")),
    path("uy-quyen/", include("dossiers.substitutions.urls")),
    path("thong-bao/", include("workflows.notifications.urls")),
    path("", include("dossiers.urls")),
]
