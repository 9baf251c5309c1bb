"""Demo sign-in exists only under the supervisor on loopback; trust roots are certificates."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from config.checks import demo_only_under_supervisor, is_loopback, mail_can_be_sent, scanner_answers
from tests.storage.clamd import Clamd
from tests.storage.signing import root


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "[::1]", "::1"])
def test_loopback_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["*", ".localhost.vn", "0.0.0.0", "10.0.0.1", "lua.hanam.gov.vn", ""])
def test_other_names(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("demo", "supervised", "hosts", "expected"),
    [
        (False, False, ["lua.example"], []),
        (True, True, ["127.0.0.1", "localhost"], []),
        (True, False, ["127.0.0.1"], ["lua.E001"]),
        (True, True, ["127.0.0.1", "lua.example"], ["lua.E002"]),
        (True, True, ["*"], ["lua.E002"]),
        (True, True, [], ["lua.E002"]),
        (True, False, ["0.0.0.0"], ["lua.E001", "lua.E002"]),
    ],
)
def test_demo_is_refused_elsewhere(
    settings: Settings, demo: bool, supervised: bool, hosts: list[str], expected: list[str]
) -> None:
    settings.LUA_DEMO, settings.LUA_SUPERVISED, settings.ALLOWED_HOSTS = demo, supervised, hosts

    assert [message.id for message in demo_only_under_supervisor()] == expected


def test_the_check_is_registered(settings: Settings) -> None:
    settings.LUA_DEMO, settings.LUA_SUPERVISED = True, False

    assert "lua.E001" in [message.id for message in run_checks(tags=["security"])]


@pytest.mark.parametrize(("address", "expected"), [("", ["lua.I001"]), ("/nowhere/clamd.sock", ["lua.W001"])])
def test_the_deployment_check_says_that_nothing_is_scanned(
    settings: Settings, address: str, expected: list[str]
) -> None:
    settings.CLAMAV_SOCKET = address
    found = run_checks(tags=["security"], include_deployment_checks=True)

    assert [message.id for message in found if str(message.id).startswith("lua.")] == expected


def test_the_deployment_check_is_content_with_a_scanner_that_answers(clamd: Clamd) -> None:
    assert scanner_answers() == []


def test_trust_roots_must_be_a_folder_of_certificates(settings: Settings, tmp_path: Path) -> None:
    def found() -> list[str]:
        return [message.msg for message in run_checks() if message.id == "lua.E003"]

    settings.PDF_TRUST_ROOTS = str(tmp_path)
    (tmp_path / "goc.pem").write_bytes(root().pem)
    assert found() == []
    (tmp_path / "hỏng.cer").write_bytes(b"0\x82")
    assert "hỏng.cer" in found()[0]
    settings.PDF_TRUST_ROOTS = str(tmp_path / "không có")
    assert "không có" in found()[0]


def test_the_deployment_check_says_that_no_mail_is_sent(settings: Settings) -> None:
    def found() -> list[str]:
        return [str(one.id) for one in run_checks(include_deployment_checks=True) if one.id == "lua.I002"]

    assert found() == ["lua.I002"]
    settings.MAIL_IS_ON, settings.LUA_BASE_URL = True, "https://lua.example"
    assert found() == []


@pytest.mark.parametrize(
    ("address", "digest_at", "expected"),
    [
        ("https://lua.example", "07:00", []),
        ("", "07:00", ["lua.E004"]),
        ("lua.example", "07:00", ["lua.E004"]),
        ("https://lua.example", "06:59", ["lua.E005"]),
        ("https://lua.example", "18:00", ["lua.E005"]),
    ],
)
def test_mails_lead_somewhere_and_begin_outside_the_quiet_hours(
    settings: Settings, address: str, digest_at: str, expected: list[str]
) -> None:
    settings.MAIL_IS_ON, settings.LUA_BASE_URL = True, address
    settings.MAIL_DIGEST_AT = time.fromisoformat(digest_at)

    assert [message.id for message in mail_can_be_sent()] == expected
