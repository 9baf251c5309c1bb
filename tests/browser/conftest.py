"""Patience of the browser tests: two cores may be shared, and uploads wait seconds between their tries."""

from __future__ import annotations

from playwright.sync_api import expect

expect.set_options(timeout=20_000)
