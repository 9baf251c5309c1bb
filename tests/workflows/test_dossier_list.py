"""Finding dossiers in the list."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from tests.world import World

NAMES = ["Xã An Ninh", "Xã Chính Lý", "Xã Chuyên Ngoại", "Xã Đinh Xá", "Xã Yên Nam"]


@pytest.mark.django_db
def test_dossiers_are_found_without_diacritics_and_stand_in_alphabetical_order(
    world: World, client: Client
) -> None:
    for name in reversed(NAMES):
        world.dossier(State.DRAFTING, commune=name)
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)

    def listed(words: str) -> list[str]:
        page = client.get(reverse("dossiers"), {"q": words}).content.decode()
        found = re.findall("|".join(NAMES), page)
        return list(dict.fromkeys(found))

    assert listed("") == NAMES
    for words in ("yen nam", "Yên Nam", "YEN NAM", "yên"):
        assert listed(words) == ["Xã Yên Nam"]
    assert listed("dinh") == ["Xã Đinh Xá"]
    assert listed("không có xã này") == []
