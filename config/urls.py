"""All addresses of the product."""

from importlib.util import find_spec

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

urlpatterns = [
    path("dang-nhap/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("ngon-ngu/", include("django.conf.urls.i18n")),
]
for _urls in ("workflows.urls", "dossiers.urls"):
    try:
        if find_spec(_urls):
            urlpatterns.append(path("", include(_urls)))
    except ModuleNotFoundError:
        pass
