"""What an act says when it does not happen."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Refusal:
    """One reason: what is wrong, by which rule, and where it is put right.

    ``field`` names the input it belongs to (empty: the act as a whole); ``link`` is a URL path or empty.
    """

    code: str
    message: str
    rule: str = ""
    link: str = ""
    field: str = ""


class ActRefused(Exception):
    """The act did not happen and nothing was changed. ``reasons`` is never empty."""

    def __init__(self, *reasons: Refusal) -> None:
        self.reasons = list(reasons)
        super().__init__("; ".join(reason.message for reason in reasons))

    @property
    def codes(self) -> set[str]:
        return {reason.code for reason in self.reasons}


class NotPermitted(ActRefused):
    """The actor has not the authority. Callers that cannot even see the dossier answer 404 instead."""


class StaleForm(ActRefused):
    """Someone else acted first: what the actor looked at is no longer what is there."""

    def __init__(self, field: str = "") -> None:
        super().__init__(
            Refusal(
                "stale",
                _(
                    "Trong lúc anh/chị đang xem, nội dung này đã được cập nhật, từ người khác hoặc từ một thẻ khác. "
                    "Nội dung anh/chị vừa nhập vẫn còn trên trang: xin đối chiếu với bản mới rồi gửi lại."
                ),
                field=field,
            )
        )


class Busy(ActRefused):
    """The dossier stayed locked by somebody else's act for longer than the lock timeout."""

    def __init__(self) -> None:
        super().__init__(
            Refusal(
                "busy",
                _("Hồ sơ đang được người khác xử lý. Chưa có gì thay đổi; xin thử lại sau ít giây."),
            )
        )
