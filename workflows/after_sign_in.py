"""Where people go after signing in: the page they wanted, or of a form that was sent the page it stands on."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

#: Addresses that nobody can open → the page that has the form, and which of the arguments it takes.
PAGE_OF: dict[str, tuple[str, tuple[str, ...]]] = {
    "results:upload": ("results:indicator", ("pk", "code")),
    "results:remove_evidence": ("results:indicators", ("pk",)),
    "results:restore_evidence": ("results:indicators", ("pk",)),
    "results:sign_parts": ("results:indicators", ("pk",)),
    "results:finish_upload": ("results:indicators", ("pk",)),
    "results:abort_upload": ("results:indicators", ("pk",)),
    "consultation:remove_broadcast": ("consultation:consultation", ("pk",)),
    "plans:remove_work": ("plans:works", ("pk",)),
    "calendar_remove": ("calendar", ()),
    "register_commune": ("home", ()),
    "switch_appointment": ("home", ()),
    "substitutions:revoke": ("substitutions:list", ()),
    "drafts:forget": ("home", ()),
    "notifications:mark_read": ("notifications:list", ()),
    "notifications:choose_mail": ("notifications:list", ()),
    "set_language": ("home", ()),
    "login": ("home", ()),
    "demo_sign_in": ("home", ()),
    "logout": ("home", ()),
}


def page_to_open(request: HttpRequest) -> str:
    """Return the address named by ``next`` when it is ours, else "". Never one that answers only to a form."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    try:
        match = resolve(urlsplit(wanted).path)
    except Resolver404:
        return ""
    if match.view_name not in PAGE_OF:
        return wanted
    page, names = PAGE_OF[match.view_name]
    return reverse(page, kwargs={name: match.kwargs[name] for name in names})
