"""The register as a CSV file that spreadsheets open as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .models import Title
from .models.titles import TitleQuerySet
from .selectors import KNOWN_WORDS, CurrentSets, now_in_words

#: Without it spreadsheets take UTF-8 for their own encoding.
BYTE_ORDER_MARK = "\ufeff"
#: A cell that begins with one of these would be reckoned as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ROWS_AT_ONCE = 500


def rows_of_register(titles: TitleQuerySet, sets: CurrentSets) -> Iterator[str]:
    """Yield the lines of the file, the heading first. Memory stays bounded whatever the number of titles."""
    yield BYTE_ORDER_MARK + _line(
        _("Xã"),
        _("Huyện, thị xã, thành phố"),
        _("Danh hiệu"),
        _("Năm đạt chuẩn"),
        _("Số quyết định"),
        _("Ngày ký"),
        _("Lĩnh vực nổi trội"),
        _("Nguồn ghi"),
        _("Hiệu lực"),
        _("Ngày thu hồi"),
        _("Kết quả rà soát gần nhất"),
        _("Năm rà soát gần nhất"),
        _("Bộ tiêu chí đã rà soát"),
        _("Bộ tiêu chí của năm nay"),
        _("Không đạt từ năm"),
    )
    for title in titles.iterator(chunk_size=ROWS_AT_ONCE):
        yield _row(title, sets)


def _row(title: Title, sets: CurrentSets) -> str:
    return _line(
        title.commune.name,
        title.commune.parent.name if title.commune.parent else "",
        title.get_level_display(),
        title.year,
        title.number,
        title.signed_on.isoformat(),
        title.field,
        title.get_origin_display(),
        title.get_status_display(),
        title.revoked_on.isoformat() if title.revoked_on else "",
        KNOWN_WORDS[sets.last_review(title)],
        title.assessed_year or "",
        title.assessed_set.title if title.assessed_set else "",
        now_in_words(sets.now(title), sets),
        title.short_since or "",
    )


def _line(*cells: object) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_harmless(str(cell)) for cell in cells])
    return written.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
