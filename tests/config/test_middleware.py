"""Vietnamese unless chosen otherwise, and the headers that every page carries."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import DataError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from config.middleware import UnstorableTextMiddleware

pytestmark = pytest.mark.django_db


def test_an_english_browser_still_sees_vietnamese(client: Client) -> None:
    response = client.get(reverse("login"), headers={"accept-language": "en-US,en;q=0.9"})

    assert response.headers["Content-Language"] == "vi"
    assert "Đăng nhập" in response.content.decode()


def test_the_chosen_language_stays(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en"})

    response = client.get(reverse("login"))

    assert response.headers["Content-Language"] == "en"
    assert "Cookie" in response.headers["Vary"]


def test_an_unknown_language_falls_back_to_vietnamese(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx-nonsense"

    assert client.get(reverse("login")).headers["Content-Language"] == "vi"


def test_the_content_policy_allows_nothing_inline(client: Client) -> None:
    policy = client.get(reverse("login")).headers["Content-Security-Policy"]

    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    assert directives["script-src"] == ["'self'"]
    assert directives["style-src"] == ["'self'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert settings.S3_PUBLIC_ORIGIN in directives["img-src"]
    assert settings.S3_PUBLIC_ORIGIN in directives["frame-src"]
    assert "unsafe" not in policy


def test_what_no_text_can_hold_is_a_bad_request_and_no_fault_of_the_server(
    client: Client, settings: Any
) -> None:
    settings.LUA_DEMO = True
    answer = client.post(reverse("demo_sign_in"), {"username": "ubnd\x00"})
    assert answer.status_code == 400 and "<h1>" in answer.content.decode()


def test_other_faults_stay_faults(rf: RequestFactory) -> None:
    middleware = UnstorableTextMiddleware(lambda request: HttpResponse())
    assert middleware.process_exception(rf.get("/"), DataError("value too long")) is None
