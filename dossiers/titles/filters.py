"""What the register of titles is narrowed by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from dossiers.criteria.models import TitleLevel
from dossiers.filters import ListFilter, OneOfField, WordsField, YearField
from dossiers.policies import Actor

from .models import TitleStatus
from .selectors import KNOWN_WORDS, Asked, districts_of


class RegisterFilter(ListFilter):
    in_address: ClassVar[Mapping[str, str]] = {
        "words": "q",
        "district": "huyen",
        "level": "muc",
        "year": "nam",
        "status": "hieu-luc",
        "known": "ra-soat",
    }

    words = WordsField(_("Tên xã, số quyết định"))
    district = OneOfField(_("Huyện"), every=_("Mọi huyện"))
    level = OneOfField(_("Danh hiệu"), every=_("Mọi danh hiệu"), choices=TitleLevel.choices)
    year = YearField(_("Năm"))
    status = OneOfField(_("Hiệu lực"), every=_("Tất cả"), choices=TitleStatus.choices)
    known = OneOfField(
        _("Rà soát"),
        every=_("Tất cả"),
        choices=[(one.value, word) for one, word in KNOWN_WORDS.items()],
    )

    def __init__(self, query: Mapping[str, str], actor: Actor) -> None:
        self.actor = actor
        super().__init__(query)

    def prepare(self) -> None:
        """A commune and a district have no district to choose."""
        rows = districts_of(self.actor)
        self.offers_districts = bool(rows)
        self.fields["district"].offer([(str(one.pk), one.name) for one in rows])  # type: ignore[attr-defined]

    @property
    def asked(self) -> Asked:
        return Asked(**self.applied)
