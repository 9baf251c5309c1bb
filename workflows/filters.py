"""What the list of dossiers and the page of the rules are narrowed by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from dossiers.dossier.models import Purpose, State
from dossiers.filters import ListFilter, OneOfField, WordsField, YearField
from dossiers.procedures import procedures

from .law_entries import Checked, Kind, LawQuestion


class DossierFilter(ListFilter):
    """Without a kind in the address the list has the dossiers of recognition."""

    in_address: ClassVar[Mapping[str, str]] = {
        "words": "q",
        "state": "buoc",
        "purpose": "loai",
        "year": "nam",
    }

    words = WordsField(_("Tên xã"))
    state = OneOfField(_("Bước"), every=_("Mọi bước"), choices=State.choices)
    purpose = OneOfField(_("Loại"), choices=Purpose.choices)
    year = YearField(_("Năm"))

    def __init__(self, query: Mapping[str, str]) -> None:
        kind = self.in_address["purpose"]
        super().__init__({**query, kind: query.get(kind) or Purpose.RECOGNITION.value})

    @property
    def narrows_more(self) -> bool:
        """Whether anything is left out of the usual list, that of recognitions."""
        usual = {"purpose": Purpose.RECOGNITION.value}
        return any(value and usual.get(name) != value for name, value in self.applied.items())


class LawFilter(ListFilter):
    in_address: ClassVar[Mapping[str, str]] = {
        "words": "q",
        "procedure": "quy-trinh",
        "kind": "loai",
        "checked": "doi-chieu",
    }

    words = WordsField(_("Từ trong quy định"))
    procedure = OneOfField(_("Quy trình"), every=_("Mọi quy trình"))
    kind = OneOfField(_("Loại"), every=_("Mọi loại"), choices=Kind.choices)
    checked = OneOfField(_("Đối chiếu"), every=_("Tất cả"), choices=Checked.choices)

    def prepare(self) -> None:
        titles = [(code, procedure.title) for code, procedure in procedures().items()]
        self.fields["procedure"].offer(titles)  # type: ignore[attr-defined]

    @property
    def asked(self) -> LawQuestion:
        return LawQuestion(**self.applied)
