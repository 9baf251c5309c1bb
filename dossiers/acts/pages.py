"""Pages for acts with legal effect: one form, one sentence that says what will happen, one button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.policies import Actor

from .base import DossierAct, Waiting
from .errors import ActRefused
from .fields import WholeNumberField

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier


class ActForm(forms.Form):
    """Base of the forms for acts on ``dossier``. ``revision`` is its revision that the person was looking at."""

    revision = WholeNumberField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier

    def inputs(self) -> dict[str, Any]:
        """Return the act's inputs; call after the form is valid."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def show_refusal(self, refused: ActRefused) -> None:
        """Put the reasons that belong to a field beside that field; the page lists the others."""
        for reason in refused.reasons:
            if reason.field in self.fields:
                self.add_error(reason.field, reason.message)

    def take_over(self, seen: dict[str, Any]) -> None:
        """Let the form, sent again, be about what the page shows now; what was typed stays."""
        self.data = {name: self.data[name] for name in self.data} | seen


class DateInput(forms.DateInput):
    """The browser's own date field; it sends ISO 8601 and shows the reader's own way of writing."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def textarea(label: Any, *, rows: int = 5, help_text: Any = "", required: bool = True) -> forms.CharField:
    """Return a field for several lines of text; label and help are text or lazily translated text."""
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text, required=required
    )


#: Papers may have been signed before their dossier came into this system.
ON_PAPER = _("Ngày ghi trên văn bản; có thể trước ngày nhập vào phần mềm.")


class ReasonsForm(ActForm):
    reasons = textarea(
        _("Lý do"),
        help_text=_("Nêu rõ từng điểm, để bên nhận biết phải sửa gì. Lý do được lưu trong lịch sử hồ sơ."),
    )


@dataclass(frozen=True)
class Summary:
    """What a person reads before doing an act, so that nobody signs blind: a fragment and what it shows.

    ``read`` returns the fragment's context for (actor, dossier) by a fixed number of queries, without anything that is
    sealed from the actor. What it returns as ``initial`` fills the form; ``seen`` are the revisions of what it shows,
    by the names of hidden fields.
    """

    template: str
    read: Callable[[Actor, Dossier], dict[str, Any]]


@dataclass(frozen=True)
class ActPage:
    """How one act is offered to people. ``tone`` is primary, secondary or danger."""

    act: type[DossierAct]
    slug: str
    consequence: str | Promise
    form: type[ActForm] = field(default=ActForm)
    tone: str = "primary"
    summary: Summary | None = None


@dataclass(frozen=True)
class OpenPage:
    """An act page that is open to somebody now; ``waiting`` says who comes first, if it is not the next thing."""

    page: ActPage
    waiting: Waiting | None = None

    @property
    def act(self) -> type[DossierAct]:
        return self.page.act

    @property
    def slug(self) -> str:
        return self.page.slug

    @property
    def tone(self) -> str:
        return self.page.tone


_pages: dict[str, ActPage] = {}


def register_page(*pages: ActPage) -> None:
    """Make act pages known. Raises ValueError when a slug is taken."""
    for page in pages:
        if page.slug in _pages:
            raise ValueError(f"act page {page.slug} is registered twice")
        _pages[page.slug] = page


def get_page(slug: str) -> ActPage:
    """Return the page with this slug. Raises KeyError when there is none."""
    return _pages[slug]


def all_pages() -> list[ActPage]:
    """Return the pages in the order in which they were registered, which is the order of the procedure."""
    return list(_pages.values())
