"""System checks on how the parts are put together."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

from storage.documents import scanning
from storage.documents.trust import TrustRootsUnreadable, trust_roots
from workflows.notifications.hours import is_quiet_hour


def is_loopback(host: str) -> bool:
    """Whether a host name or address from ``ALLOWED_HOSTS`` can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@register(Tags.security)
def demo_only_under_supervisor(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse the demo mode, in which anyone signs in as anyone, outside ``make run`` on loopback."""
    if not settings.LUA_DEMO:
        return []
    found: list[CheckMessage] = []
    if not settings.LUA_SUPERVISED:
        found.append(
            Error(
                "LUA_DEMO is on, but this process was not started by the supervisor.",
                hint="Demo sign-in exists only under `make run`. Unset LUA_DEMO.",
                id="lua.E001",
            )
        )
    elsewhere = [host for host in settings.ALLOWED_HOSTS if not is_loopback(host)]
    if elsewhere or not settings.ALLOWED_HOSTS:
        found.append(
            Error(
                f"LUA_DEMO is on, but ALLOWED_HOSTS is not loopback only: {elsewhere}.",
                hint="Demo sign-in is served on 127.0.0.1 only. Unset LUA_DEMO or ALLOWED_HOSTS.",
                id="lua.E002",
            )
        )
    return found


@register(Tags.security, deploy=True)
def scanner_answers(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Say whether evidence is scanned for malware, and warn when the scanner does not answer now."""
    if not scanning.is_on():
        hint = "Set CLAMAV_SOCKET to have it scanned by ClamAV."
        return [Info("Evidence is not scanned for malware.", hint=hint, id="lua.I001")]
    try:
        scanning.engine()
    except scanning.ScannerUnavailable as reason:
        hint = "Until it answers, new files stay closed to everybody."
        return [Warning(f"Evidence is not scanned for malware: {reason}.", hint=hint, id="lua.W001")]
    return []


@register(deploy=True)
def mail_is_sent(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Say when nobody gets mail."""
    if settings.MAIL_IS_ON:
        return []
    hint = "Set EMAIL_URL to send each person one mail a day with what they have not read."
    return [Info("Reminders are shown on the page only, no mail is sent.", hint=hint, id="lua.I002")]


@register()
def mail_can_be_sent(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse mails whose links lead nowhere, and an hour for them at which nothing may be sent."""
    if not settings.MAIL_IS_ON:
        return []
    found: list[CheckMessage] = []
    if not urlsplit(settings.LUA_BASE_URL).hostname:
        hint = "Set LUA_BASE_URL to the address of the pages with its scheme, such as https://lua.example."
        found.append(Error("EMAIL_URL is set, but not where links in mails lead.", hint=hint, id="lua.E004"))
    if is_quiet_hour(settings.MAIL_DIGEST_AT):
        hint = "MAIL_DIGEST_AT must lie outside the hours from MAIL_QUIET_FROM to MAIL_QUIET_UNTIL."
        found.append(Error("The daily mails begin in the quiet hours.", hint=hint, id="lua.E005"))
    return found


@register()
def trust_roots_are_certificates(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a folder of trust roots that is missing or holds what is no certificate."""
    try:
        trust_roots()
    except TrustRootsUnreadable as unreadable:
        return [
            Error(
                f"PDF_TRUST_ROOTS: {unreadable.path} is missing, or no certificate.",
                hint="The folder holds certificates in PEM or DER (.pem, .crt, .cer). Unset it to do without.",
                id="lua.E003",
            )
        ]
    return []
