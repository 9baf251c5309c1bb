"""Somebody at the keyboard, for every test in the browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.test import Client
from playwright.sync_api import FilePayload

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import User
from tests.world import PASSWORD
from workflows.demonstration.files import paper

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREENSHOTS = Path(settings.VAR_DIR) / "screenshots"


class Walker:
    """Somebody at the keyboard: signs in, goes to pages, presses buttons, takes pictures."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def sign_in(self, user: User) -> None:
        """Be this person from the next page on: with a session of theirs, without the two pages of signing in."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base}]
        )

    def arrive(self, user: User) -> None:
        """Sign in as people do, with name and password, and stand at the person's first page."""
        self.page.context.clear_cookies()
        self.goto("/dang-nhap/")
        self.page.fill("input[name=username]", user.username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main form button:not([type=button])")
        self.page.wait_for_url(f"{self.base}/")

    def goto(self, path: str) -> None:
        answer = self.page.goto(self.base + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"

    def act(self, dossier: Dossier, slug: str, **fields: str) -> None:
        """Do an act by its page: fill, press the button, and be back at the dossier. Of a file the name is given."""
        self._send(dossier, slug, fields)
        self.page.wait_for_url(re.compile(rf"/ho-so/{dossier.pk}/$"))

    def previewed_act(self, dossier: Dossier, slug: str, **fields: str) -> None:
        """Do an act whose page first shows what comes out of it, and then is confirmed."""
        self._send(dossier, slug, fields)
        self.page.wait_for_selector("#ket-qua-tinh")
        self._press()
        self.page.wait_for_url(re.compile(rf"/ho-so/{dossier.pk}/$"))

    def _send(self, dossier: Dossier, slug: str, fields: Mapping[str, str]) -> None:
        self.goto(f"/ho-so/{dossier.pk}/viec/{slug}/")
        for name, value in fields.items():
            target = self.page.locator(f"[name={name}]")
            kind = target.first.get_attribute("type")
            if kind == "radio":
                self.page.check(f"[name={name}][value='{value}']")
            elif kind == "checkbox":
                target.check()
            elif kind == "file":
                contents = paper(f"{slug} {value}").getvalue()
                target.set_input_files(FilePayload(name=value, mimeType="application/pdf", buffer=contents))
            else:
                target.fill(value)
        self._press()

    def _press(self) -> None:
        self.page.click("main form[data-guard] button:not([type=button])")

    def picture(self, name: str, *, phone: bool = False) -> None:
        """Keep a screenshot at desktop width, or at 360 px."""
        if phone:
            self.page.set_viewport_size({"width": 360, "height": 780})
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
        assert not self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        ), f"{name}: the page scrolls sideways"
        if phone:
            self.page.set_viewport_size({"width": 1440, "height": 900})
