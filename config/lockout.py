"""What a person sees after too many wrong passwords."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer 429 with the sign-in page, saying how long to wait; the name typed stays in its field."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
    text = _("Nhập sai mật khẩu quá nhiều lần. Xin thử lại sau %(minutes)d phút hoặc liên hệ quản trị viên.")
    messages.error(request, text % {"minutes": minutes})
    form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
    context = {"form": form, "next": request.POST.get("next", "")}
    return render(request, "registration/login.html", context, status=429)
