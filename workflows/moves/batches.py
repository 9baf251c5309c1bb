"""What a move does to a dossier's place in a batch of its province."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers.acts.dates import day_in_words
from dossiers.batches.entries import current_entry, vote_in
from dossiers.batches.models import BatchEntry
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import AdministrativeUnit
from dossiers.procedures import Procedure
from dossiers.recognition.conditions import open_conditions
from dossiers.votes.models import Vote

#: The gate by which a procedure has batches.
GATE = "batch"


@dataclass(frozen=True)
class BatchMove:
    """The dossier's batch and what becomes of its place there.

    It stays in a batch of its own province where the new version has batches, and in any batch in which the council has
    passed it: the decision rests on that vote. A batch of another province cannot vote any more on what it has not
    passed. ``waiting`` counts the tasks of the vote that nobody has confirmed as completed.
    """

    entry: BatchEntry
    vote: Vote | None
    waiting: int
    stays: bool
    province: AdministrativeUnit

    @property
    def sentence(self) -> str:
        """What is told beforehand and kept in the history."""
        names = {"batch": self.entry.batch, "province": self.province.name, "vote": self._vote()}
        if not self.stays:
            if self.vote is None:
                message = _(
                    "Hồ sơ rời đợt «%(batch)s», chưa được Hội đồng bỏ phiếu ở đợt ấy; nơi nhận đưa vào đợt của mình."
                )
            else:
                message = _(
                    "Hồ sơ rời đợt «%(batch)s»: %(vote)s vẫn đọc được, nhưng Hội đồng nơi nhận bỏ phiếu lại."
                )
            return message % names
        if self.vote is None:
            return _("Hồ sơ vẫn ở đợt «%(batch)s».") % names
        return _("Hồ sơ vẫn thuộc đợt «%(batch)s»: %(vote)s vẫn có giá trị.") % names + self._tasks()

    def _vote(self) -> str:
        if self.vote is None:
            return ""
        words = (
            _("kết quả thông qua ngày %(day)s")
            if self.vote.passed
            else _("kết quả không thông qua ngày %(day)s")
        )
        return words % {"day": day_in_words(self.vote.met_on)}

    def _tasks(self) -> str:
        if not self.waiting:
            return ""
        said = ngettext(
            "Còn %(n)s việc Hội đồng yêu cầu chưa xác nhận: Văn phòng Điều phối %(province)s xác nhận.",
            "Còn %(n)s việc Hội đồng yêu cầu chưa xác nhận: Văn phòng Điều phối %(province)s xác nhận.",
            self.waiting,
        )
        return " " + said % {"n": self.waiting, "province": self.province.name}

    def payload(self) -> dict[str, Any]:
        """Return what the ledger keeps of it."""
        return {
            "batch": self.entry.batch_id,
            "title": str(self.entry.batch),
            "stays": self.stays,
            "vote": self.vote.pk if self.vote else None,
            "open_conditions": self.waiting,
        }


def batch_move(dossier: Dossier, target: Procedure, province: AdministrativeUnit) -> BatchMove | None:
    """Return what becomes of the dossier's place in a batch, None when it is in none. At most three queries."""
    entry = current_entry(dossier)
    if entry is None:
        return None
    vote = vote_in(entry)
    has_batches = any(rule.code == GATE for rule in target.gates)
    stays_here = has_batches and entry.batch.province_id == province.pk
    return BatchMove(
        entry=entry,
        vote=vote,
        waiting=open_conditions().filter(vote=vote).count() if vote else 0,
        stays=stays_here or (vote is not None and vote.passed),
        province=province,
    )
