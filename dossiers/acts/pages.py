"""Pages for acts with legal effect: one form, one sentence that says what will happen, one button."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dossiers.policies import Actor
from storage.documents import receive
from storage.documents.models import Document
from storage.errors import StorageError

from .base import DossierAct, Waiting
from .errors import ActRefused, Refusal
from .fields import WholeNumberField

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier


class ActForm(forms.Form):
    """Base of the forms for acts of ``actor`` on ``dossier``.

    ``revision`` is the dossier's revision that the person was looking at. ``warning`` is what they should know before
    they sign, beside what the page always says.
    """

    revision = WholeNumberField(widget=forms.HiddenInput)
    warning = ""

    def __init__(self, *args: Any, dossier: Dossier, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier
        self.actor = actor

    def take_in(self, actor: Actor) -> bool:
        """Receive the files that were sent, also with a form that is not valid; False when one was not.

        The file's own field then says why. Call after ``is_valid``.
        """
        return True

    def inputs(self) -> dict[str, Any]:
        """Return the act's inputs; call after the form is valid and its files were received."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def show_refusal(self, refused: ActRefused) -> list[Refusal]:
        """Put the reasons that belong to a field beside that field; return the others, which the page lists."""
        for reason in refused.reasons:
            if reason.field in self.fields:
                self.add_error(reason.field, reason.message)
        return [reason for reason in refused.reasons if reason.field not in self.fields]

    def take_over(self, seen: dict[str, Any]) -> None:
        """Let the form, sent again, be about what the page shows now; what was typed stays."""
        self.data = {name: self.data[name] for name in self.data} | seen


class PaperForm(ActForm):
    """Base of the forms with a file: the act's ``document``.

    A file that was received for an act that did not happen is kept and need not be chosen again.
    """

    document = forms.FileField(
        label=_("Tệp văn bản (bản chụp hoặc PDF)"), error_messages={"required": _("Xin chọn tệp văn bản.")}
    )
    received = forms.UUIDField(widget=forms.HiddenInput, required=False)
    needs_document = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["document"] = self.fields.pop("document")  # after what the subclass asks for
        file.required = self.needs_document and not self.data.get("received")

    def take_in(self, actor: Actor) -> bool:
        try:
            document = self._received_from(actor)
        except StorageError as error:
            self.add_error("document", str(error))
            return False
        if document is not None:
            self.take_over({"received": str(document.pk)})
            said = gettext("Đã nhận tệp «%(name)s»; chỉ chọn lại khi muốn thay tệp khác.")
            self["document"].help_text = said % {"name": document.name}
        elif self.needs_document and not self.has_error("document"):
            self.add_error("document", gettext("Xin chọn tệp văn bản."))
            return False
        self.cleaned_data["document"] = document
        return True

    def _received_from(self, actor: Actor) -> Document | None:
        """Return the document of the file that was sent now, or else with this form before by the same person."""
        file = self.cleaned_data.get("document")
        if file is not None:
            return receive(stream=cast(BinaryIO, file), name=file.name or "", uploaded_by_id=actor.user.pk)
        kept = self.cleaned_data.get("received")
        return Document.objects.filter(pk=kept, uploaded_by_id=actor.user.pk).first() if kept else None

    def inputs(self) -> dict[str, Any]:
        return {name: value for name, value in super().inputs().items() if name != "received"}


class PreviewedForm(ActForm):
    """Base of the forms of acts that lock what they compute: the outcome is shown before, and the form sent again.

    What was shown holds for the same inputs only: whoever changes one is shown the outcome anew. Stands before the
    other bases of a form.
    """

    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    #: The fragment that shows the outcome, with what ``outcome`` returns.
    preview_template: ClassVar[str]

    def outcome(self) -> dict[str, Any]:
        """Return what comes out of the inputs; call after the form is valid."""
        raise NotImplementedError

    def preview(self) -> dict[str, Any] | None:
        """Return what has to be shown before the act is done, None when just that was shown. Call when it is valid."""
        digest = self._digest()
        if self.cleaned_data["shown"] == digest:
            return None
        self.take_over({"shown": digest})
        return {"preview_template": self.preview_template, **self.outcome()}

    def _digest(self) -> str:
        given = {name: str(value) for name, value in sorted(self.inputs().items()) if name != "document"}
        return hashlib.sha256(repr(given).encode()).hexdigest()

    def inputs(self) -> dict[str, Any]:
        return {name: value for name, value in super().inputs().items() if name != "shown"}


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


class EndingReasonsForm(ActForm):
    """Reasons of what takes back or ends work: nobody has to put anything right by them."""

    reasons = textarea(_("Lý do"), rows=3, help_text=_("Lý do được lưu trong lịch sử hồ sơ."))


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
    """How one act is offered to people. ``tone`` is primary, secondary or danger.

    ``foresees`` are gates of later acts (their codes) that whoever does this one should know to be unmet: they do not
    stop it. ``takes_back`` marks what undoes or ends work instead of going on with it: withdrawing, recalling,
    cancelling. It is offered last, apart from the rest.
    """

    act: type[DossierAct]
    slug: str
    consequence: str | Promise
    form: type[ActForm] = field(default=ActForm)
    tone: str = "primary"
    takes_back: bool = False
    summary: Summary | None = None
    foresees: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenPage:
    """An act page that is open to somebody now.

    ``waiting`` says who comes first, if it is not the next thing; ``unmet`` why it would be refused now, where that
    was asked.
    """

    page: ActPage
    waiting: Waiting | None = None
    unmet: tuple[Refusal, ...] = ()

    @property
    def waits_for(self) -> str:
        """What comes before it, in few words; empty when it can be done."""
        if self.waiting is not None:
            return self.waiting.sentence
        n = len(self.unmet)
        if n == 1:
            return self.unmet[0].message
        return ngettext("Còn thiếu %(n)s việc.", "Còn thiếu %(n)s việc.", n) % {"n": n} if n else ""

    @property
    def takes_back(self) -> bool:
        return self.page.takes_back

    @property
    def act(self) -> type[DossierAct]:
        return self.page.act

    @property
    def slug(self) -> str:
        return self.page.slug

    @property
    def tone(self) -> str:
        return self.page.tone


def in_order(pages: list[OpenPage]) -> list[OpenPage]:
    """Return the pages as people are offered them.

    First what the procedure asks for, also while something is missing; then what may be done besides it; then what
    was done, is another's turn or cannot be done yet; and last what takes back. Alike ones keep the order of the
    procedure.
    """

    def rank(one: OpenPage) -> tuple[bool, bool, bool]:
        is_besides = one.tone != "primary"
        is_later = one.waiting is not None or (is_besides and bool(one.unmet))
        return one.takes_back, is_later, is_besides

    return sorted(pages, key=rank)


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
