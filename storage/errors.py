"""What storage says to people when it cannot do what was asked."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class StorageError(Exception):
    """Nothing was stored that anybody can see. The message is a Vietnamese sentence for the person."""


class UploadRefused(StorageError):
    """The file itself is at fault; sending it again unchanged will not help. ``code`` names the reason."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(str(message))
        self.code = code


class Withheld(StorageError):
    """The file is there, but closed to everybody: infected, or not scanned yet."""


class StorageUnavailable(StorageError):
    """The object store did not answer, or refused; the same file can be sent again later."""

    def __init__(self) -> None:
        super().__init__(
            str(_("Kho lưu trữ tệp tạm thời không trả lời. Tệp chưa được lưu; xin gửi lại sau ít phút."))
        )


class KeyTaken(StorageUnavailable):
    """The store holds an object under this key already, and keeps it as it is.

    Keys are random, so that this means a reply that was lost on the way and a request sent twice. Sending the file
    again takes a fresh key, which is why people read the same sentence.
    """


class PartsMissing(StorageError):
    """Not every part of an upload is there, or not in its size; those missing can be sent and the upload finished."""

    def __init__(self) -> None:
        super().__init__(str(_("Tệp chưa gửi đủ các phần. Xin gửi tiếp phần còn thiếu.")))


class PartsGone(StorageError):
    """The store knows neither the upload nor an object made of it: it was given up, or lay too long."""

    def __init__(self) -> None:
        super().__init__(str(_("Lần gửi tệp này đã hết hạn hoặc đã bị hủy. Xin gửi lại tệp từ đầu.")))


class PartSpoilt(StorageError):
    """The bytes of a part are not those that were announced; the same part can be sent again."""

    def __init__(self) -> None:
        super().__init__(str(_("Một phần của tệp bị sai lệch trên đường truyền. Phần đó cần gửi lại.")))


class TryLater(StorageError):
    """Somebody else holds what is needed just now; the same job can be done again in a moment."""
