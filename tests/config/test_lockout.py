"""Guessing passwords is slowed down, without locking the office next to it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dossiers.organisations.models import User

pytestmark = pytest.mark.django_db
RIGHT = "mật khẩu đúng 2023"


@pytest.fixture
def people(settings: Settings) -> None:
    # A good hash is slow on purpose; many tries would make this the slowest file.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for name in ("lan", "hung"):
        User.objects.create_user(name, RIGHT, full_name=name.title())


def sign_in(client: Client, name: str, password: str, address: str = "10.0.0.7") -> int:
    answer = client.post(reverse("login"), {"username": name, "password": password}, REMOTE_ADDR=address)
    return answer.status_code


def test_after_too_many_wrong_passwords_even_the_right_one_must_wait(client: Client, people: None) -> None:
    tries = [sign_in(client, "lan", "đoán mò") for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert tries == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]

    answer = client.post(reverse("login"), {"username": "lan", "password": RIGHT}, REMOTE_ADDR="10.0.0.7")

    assert answer.status_code == 429
    assert "Xin thử lại sau 15 phút" in answer.content.decode()
    assert 'value="lan"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_others_behind_the_same_address_and_the_person_elsewhere_are_not_locked(
    client: Client, people: None
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "lan", "đoán mò")

    assert sign_in(Client(), "hung", RIGHT) == 302
    assert sign_in(Client(), "lan", RIGHT, address="10.0.0.8") == 302


def test_the_right_password_clears_the_count(client: Client, people: None) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        sign_in(client, "lan", "đoán mò")
    assert sign_in(client, "lan", RIGHT) == 302

    assert sign_in(Client(), "lan", "đoán mò") == 200
