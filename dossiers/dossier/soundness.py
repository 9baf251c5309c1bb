"""Whether the files that a dossier's history names are still what they were, by the last time each was read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.acts.dates import day_in_words
from storage.documents.models import Document, Integrity

from .models import Dossier

#: What ``document_stamp`` put into the entries, wherever in them: each file with the hash it had then.
FILES_NAMED = """
SELECT DISTINCT file ->> 'id', file ->> 'sha256'
FROM ledger_entry,
     jsonb_path_query(payload, 'strict $.** ? (exists(@.id) && exists(@.sha256) && exists(@.version))') AS file
WHERE stream = %s
"""

NOT_WHOLE = frozenset({Integrity.ALTERED.value, Integrity.MISSING.value})


@dataclass(frozen=True)
class FilesRead:
    """How many files the history names: still the same when last read, no longer so, and not yet read again.

    ``latest`` is when one of them was last read, ``oldest`` when the one was that was read longest ago. ``again_by`` is
    the day by the end of which each is read once more, by the period of the settings; ``overdue`` are those of which
    that should have been before now. Files of which the history gives another hash than the one they are
    kept with are not the same either.
    """

    intact: int = 0
    broken: int = 0
    unread: int = 0
    latest: datetime | None = None
    oldest: datetime | None = None
    again_by: date | None = None
    overdue: int = 0

    @property
    def total(self) -> int:
        return self.intact + self.broken + self.unread

    @property
    def sentence(self) -> str:
        """Say all of it; empty where the history names no file."""
        if not self.total:
            return ""
        parts = [
            ngettext("%(n)s tệp được nêu", "%(n)s tệp được nêu", self.total) % {"n": self.total},
            self.broken
            and ngettext(
                "%(n)s tệp không còn khớp mã băm hoặc không còn trong kho",
                "%(n)s tệp không còn khớp mã băm hoặc không còn trong kho",
                self.broken,
            )
            % {"n": self.broken},
            self.intact
            and ngettext(
                "%(n)s tệp đã đọc lại và khớp mã băm", "%(n)s tệp đã đọc lại và khớp mã băm", self.intact
            )
            % {"n": self.intact},
            self.unread
            and ngettext("%(n)s tệp chưa đến lượt đọc lại", "%(n)s tệp chưa đến lượt đọc lại", self.unread)
            % {"n": self.unread},
        ]
        if self.latest is not None:
            parts.append(_("lần đọc lại gần nhất lúc %(at)s") % {"at": _moment(self.latest)})
        return f"{'; '.join(str(part) for part in parts if part)}."

    @property
    def schedule(self) -> str:
        """Say how often files are read again, and by when each of these will have been; empty without files."""
        if not self.total:
            return ""
        days = settings.INTEGRITY_EVERY_DAYS
        said = [
            ngettext(
                "Phần mềm tự đọc lại từng tệp trong kho, ít nhất %(n)s ngày một lần, và so mã băm với mã ghi lúc nhận.",
                "Phần mềm tự đọc lại từng tệp trong kho, ít nhất %(n)s ngày một lần, và so mã băm với mã ghi lúc nhận.",
                days,
            )
            % {"n": days}
        ]
        if self.oldest is not None and self.oldest != self.latest:
            said.append(_("Tệp lâu nhất được đọc lại lúc %(at)s.") % {"at": _moment(self.oldest)})
        if self.overdue:
            said.append(
                ngettext(
                    "%(n)s tệp đã quá kỳ mà chưa được đọc lại; xin báo người quản trị.",
                    "%(n)s tệp đã quá kỳ mà chưa được đọc lại; xin báo người quản trị.",
                    self.overdue,
                )
                % {"n": self.overdue}
            )
        elif self.again_by is not None:
            said.append(
                _("Chậm nhất hết ngày %(day)s, mọi tệp nêu ở đây được đọc lại thêm ít nhất một lần.")
                % {"day": day_in_words(self.again_by)}
            )
        return " ".join(said)


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%H:%M} {day_in_words(local.date())}"


def files_read(dossier: Dossier) -> FilesRead:
    """Return how the files named in the dossier's history were found when last read. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(FILES_NAMED, [dossier.stream])
        named = cursor.fetchall()
    rows = Document.objects.filter(pk__in={pk for pk, _sha256 in named}).values_list(
        "pk", "sha256", "integrity__outcome", "integrity__checked_at", "uploaded_at"
    )
    kept = {str(pk): (sha256, str(outcome or "")) for pk, sha256, outcome, _at, _since in rows}
    unlike = {pk for pk, sha256 in named if kept.get(pk, ("", ""))[0] != sha256}
    broken = unlike | {pk for pk, (_sha256, outcome) in kept.items() if outcome in NOT_WHOLE}
    intact = {pk for pk, (_sha256, outcome) in kept.items() if outcome == Integrity.INTACT} - broken
    unread = {pk for pk, _sha256 in named} - broken - intact
    times = [at for _pk, _sha256, _outcome, at, _since in rows if at]
    period = timedelta(days=settings.INTEGRITY_EVERY_DAYS)
    due = [(at or since) + period for _pk, _sha256, _outcome, at, since in rows]
    now = timezone.now()
    return FilesRead(
        intact=len(intact),
        broken=len(broken),
        unread=len(unread),
        latest=max(times, default=None),
        oldest=min(times, default=None),
        again_by=timezone.localdate(max(due)) if due else None,
        overdue=sum(one < now for one in due),
    )
