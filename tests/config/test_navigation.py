"""The main pages are all reachable, on a wide screen and on a phone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.organisations.models import Role
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.COORDINATION_OFFICER, Role.COMMUNE_CHAIR, Role.ADMINISTRATOR])
def test_the_menu_of_a_phone_has_every_page_that_the_wide_one_has(
    world: World, client: Client, role: Role
) -> None:
    """At 390 px the row was cut in the middle of its fourth word, without a hint of what followed."""
    client.force_login(world.actor(role).user)
    page = client.get(reverse("dossiers")).content.decode()
    wide, folded = re.findall(r'<nav class="lua-nav(?:-folded)?".*?</nav>', page, re.DOTALL)
    addresses = re.findall(r'<a[^>]* href="([^"]+)"', wide)
    assert len(addresses) >= 3 and addresses == re.findall(r'<a[^>]* href="([^"]+)"', folded)
    assert "<details" in folded and "<details" not in wide, "it opens without a script"
    assert wide.count('aria-current="page"') == folded.count('aria-current="page"') == 1
