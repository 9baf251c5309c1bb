"""Submitting again what was sent back: whoever sends the same once more says that they know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.organisations.models import Role
from storage.ledger import Entry

from .base import DossierAct
from .dates import day_in_words
from .errors import Refusal
from .pages import ActForm
from .registry import all_acts

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier, ReturnNotice, State

UNCONFIRMED = gettext_lazy("Xin đánh dấu xác nhận rồi trình, hoặc sửa hồ sơ trước khi trình lại.")


def unanswered_return(dossier: Dossier) -> ReturnNotice | None:
    """Return why the dossier was sent back if the commune has changed nothing in it since, else None. Two queries.

    That may be right, where the reason lay outside the file: it is warned of, and not refused.
    """
    from dossiers.dossier.models import State

    if dossier.state not in (State.DRAFTING, State.RETURNED, State.REVIEWING):
        return None
    notice = dossier.notices.first()
    if notice is None:
        return None
    changes = Entry.objects.filter(
        stream=dossier.stream, at__gt=notice.at, act__in=_writing_in(State(dossier.state))
    )
    return None if changes.exists() else notice


def _writing_in(state: State) -> list[str]:
    """Return the names of the acts by which officials of a commune change what is submitted from the state."""
    return [
        act.name
        for act in all_acts()
        if Role.COMMUNE_OFFICIAL in act.authority.roles
        and state in act.lawful_states()
        and not act.is_of_any_scope  # taking work and giving it back
    ]


class Resubmission(DossierAct):
    """A submission. One that was returned and comes again as it was is confirmed, and the ledger keeps it.

    Stands before the other bases of an act.
    """

    def __init__(self, *, confirms_unchanged: bool = False, **base: Any) -> None:
        super().__init__(**base)
        self.confirms_unchanged = confirms_unchanged
        self.is_unchanged = False

    def says_something_new(self) -> bool:
        """Say whether the submission itself tells what was not told before."""
        return False

    def refusals(self) -> list[Refusal]:
        # Read here, under the lock and before the state moves on.
        self.is_unchanged = not self.says_something_new() and unanswered_return(self.dossier) is not None
        found = super().refusals()
        if self.is_unchanged and not self.confirms_unchanged:
            found.append(Refusal("as_returned", str(UNCONFIRMED), field="confirms_unchanged"))
        return found

    def payload(self) -> dict[str, Any]:
        said = super().payload()
        return {**said, "unchanged_since_return": True} if self.is_unchanged else said


class ResubmissionForm(ActForm):
    """Base of the forms of submissions: warns of one that comes again as it was returned, and asks to confirm it.

    Where what is typed can be the change, ``always_confirms`` is False, and the act asks for it if it is not.
    """

    always_confirms: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notice = unanswered_return(self.dossier)
        if notice is None:
            return
        self.warning = _(
            "Từ khi bị %(agency)s trả lại ngày %(day)s, hồ sơ chưa có gì thay đổi: chưa sửa nội dung, số liệu, minh "
            "chứng nào."
        ) % {"agency": notice.agency.name, "day": day_in_words(timezone.localdate(notice.at))}
        self.fields["confirms_unchanged"] = forms.BooleanField(
            label=_("Tôi biết hồ sơ không thay đổi so với lần bị trả lại, và vẫn trình lại"),
            required=self.always_confirms,
            help_text=_("Lịch sử hồ sơ sẽ ghi rõ điều này."),
            error_messages={"required": UNCONFIRMED},
        )
