"""What was found out about signatures, in words for people."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storage.readers.signature_facts import Changes, Coverage, Kind, TimeSource, Trust

from .models import Document, Signature, SignatureCheck, Signing

#: The codes are those of the states of the interface: good, bad, to be looked into, nothing known.
GOOD, BAD, DOUBTFUL, UNKNOWN = "met", "not_met", "missing", "not_started"

TRUST_WORDS: dict[str, tuple[str, Promise]] = {
    Trust.NO_ROOTS: (
        UNKNOWN,
        gettext_lazy("chưa kiểm tra được độ tin cậy: chưa cấu hình chứng thư gốc"),
    ),
    Trust.UNTRUSTED_ROOT: (
        DOUBTFUL,
        gettext_lazy("nội dung còn nguyên, nhưng chứng thư không do tổ chức được tin cậy cấp"),
    ),
    Trust.EXPIRED: (DOUBTFUL, gettext_lazy("chứng thư đã hết hạn khi ký")),
    Trust.NOT_YET_VALID: (DOUBTFUL, gettext_lazy("chứng thư chưa có hiệu lực khi ký")),
    Trust.REVOKED: (BAD, gettext_lazy("chứng thư đã bị thu hồi")),
    Trust.KEY_USAGE: (DOUBTFUL, gettext_lazy("chứng thư không được cấp để ký văn bản")),
    Trust.ALGORITHM: (DOUBTFUL, gettext_lazy("ký bằng thuật toán không còn được coi là an toàn")),
    Trust.CHAIN: (DOUBTFUL, gettext_lazy("chứng thư của tổ chức cấp không hợp lệ khi ký")),
}
COVERAGE_WORDS: dict[str, Promise] = {
    Coverage.FILE: gettext_lazy("toàn bộ tệp"),
    Coverage.REVISION: gettext_lazy("toàn bộ tệp như khi ký; sau đó tệp được ghi thêm"),
    Coverage.PART: gettext_lazy("chỉ một phần tệp"),
}
CHANGES_WORDS: dict[str, Promise] = {
    Changes.NONE: gettext_lazy("không có"),
    Changes.PERMITTED: gettext_lazy("chỉ thêm chữ ký, dấu thời gian hoặc điền biểu mẫu"),
    Changes.OTHER: gettext_lazy("có thay đổi khác, hoặc không xác định được"),
}
TIME_WORDS: dict[str, Promise] = {
    TimeSource.AUTHORITY: gettext_lazy("theo dấu thời gian của tổ chức được tin cậy"),
    TimeSource.SIGNER: gettext_lazy("theo đồng hồ trên máy của người ký"),
    TimeSource.UNKNOWN: gettext_lazy("chưa xác nhận được"),
}


@dataclass(frozen=True)
class SignatureLine:
    """One signature: who, what is to be thought of it, and the facts behind it. ``code`` is a state's."""

    who: str
    code: str
    verdict: str
    found: Signature

    @property
    def is_timestamp(self) -> bool:
        return self.found.kind == Kind.TIMESTAMP

    @property
    def coverage(self) -> Promise:
        return COVERAGE_WORDS[self.found.coverage]

    @property
    def changes(self) -> Promise:
        return CHANGES_WORDS[self.found.changes]

    @property
    def time_source(self) -> Promise:
        return TIME_WORDS[self.found.time_source]


@dataclass(frozen=True)
class SignatureLines:
    """What is said of a file's signatures; nothing while they were not checked or when there are none."""

    check: SignatureCheck | None = None
    lines: tuple[SignatureLine, ...] = ()

    @property
    def is_unreadable(self) -> bool:
        return self.check is not None and self.check.outcome == Signing.UNREADABLE


def signature_lines(document: Document) -> SignatureLines:
    """Return what is known of a document's signatures. Costs no query when they were fetched with the document."""
    check = getattr(document, "signature_check", None)
    if check is None:
        return SignatureLines()
    return SignatureLines(check, tuple(_line(one) for one in check.signatures.all()))


def _line(found: Signature) -> SignatureLine:
    who = found.signer or found.organisation or _("không rõ người ký")
    if found.signer and found.organisation:
        who = f"{found.signer} ({found.organisation})"
    code, verdict = _verdict(found)
    return SignatureLine(who, code, str(verdict), found)


def _verdict(found: Signature) -> tuple[str, str | Promise]:
    """Return the state and the words of the gravest thing there is to say."""
    if found.trust == Trust.UNREADABLE:
        return DOUBTFUL, _("chữ ký hỏng hoặc thuộc loại không kiểm tra được")
    if found.trust == Trust.NOT_EXAMINED:
        return UNKNOWN, _("chưa kiểm tra: tệp có quá nhiều chữ ký")
    if not found.intact:
        return BAD, _("không hợp lệ: nội dung đã ký bị thay đổi")
    if found.coverage == Coverage.PART:
        return BAD, _("không hợp lệ: chữ ký chỉ phủ một phần tệp")
    if found.changes == Changes.OTHER:
        return BAD, _("tệp đã bị thay đổi sau khi ký")
    if found.trust != Trust.TRUSTED:
        return TRUST_WORDS[found.trust]
    if found.coverage == Coverage.FILE:
        return GOOD, _("hợp lệ, phủ toàn bộ tệp")
    return GOOD, _("hợp lệ; sau đó chỉ thêm chữ ký hoặc điền biểu mẫu")
