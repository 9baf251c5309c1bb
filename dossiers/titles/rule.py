"""The rule of revocation as arithmetic (Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 4-7). No database here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from dossiers.criteria.numbers import format_number, format_percent
from dossiers.procedures import RevocationRule
from dossiers.results.models import SelfVerdict


class Ground(StrEnum):
    """By which part of the rule a title falls under revocation; NONE: by neither."""

    NONE = "none"
    WITH_CRITICAL = "with_critical"
    ALONE = "alone"


@dataclass(frozen=True)
class Standing:
    """How one criterion stands; ``verdict`` is met, not_met or not_applicable."""

    number: int
    name: str
    is_critical: bool
    verdict: SelfVerdict


@dataclass(frozen=True)
class Assessment:
    """What the rule says of the standings. ``total`` is the denominator, ``critical`` the critical ones not met."""

    total: int
    unmet: tuple[Standing, ...]
    ground: Ground
    rule: RevocationRule

    @property
    def falls_under(self) -> bool:
        return self.ground is not Ground.NONE

    @property
    def critical(self) -> tuple[Standing, ...]:
        return tuple(one for one in self.unmet if one.is_critical)

    @property
    def share(self) -> str:
        """The arithmetic as people read it: «7/19 tiêu chí không đạt = 36,8 %»."""
        return _("%(unmet)s/%(total)s tiêu chí không đạt = %(percent)s %%") % {
            "unmet": len(self.unmet),
            "total": self.total,
            "percent": format_percent(
                len(self.unmet),
                self.total,
                self.rule.alone_percent,
                self.rule.with_critical_percent,
                places=1,
            ),
        }

    @property
    def sentence(self) -> str:
        """The whole reckoning: the share, the critical criteria, and what follows by the rule."""
        critical = ", ".join(one.name for one in self.critical)
        numbers = {
            "share": self.share,
            "critical": critical,
            "alone": format_number(self.rule.alone_percent),
            "with_critical": format_number(self.rule.with_critical_percent),
        }
        if self.ground is Ground.ALONE:
            return _("%(share)s, từ %(alone)s %% trở lên → thuộc trường hợp thu hồi.") % numbers
        if self.ground is Ground.WITH_CRITICAL:
            words = _(
                "%(share)s, từ %(with_critical)s %% đến dưới %(alone)s %%, trong đó có %(critical)s → thuộc trường hợp "
                "thu hồi."
            )
            return words % numbers
        if _reaches(len(self.unmet), self.total, self.rule.with_critical_percent):
            words = _(
                "%(share)s, từ %(with_critical)s %% đến dưới %(alone)s %%, nhưng không có tiêu chí nào thuộc nhóm bắt "
                "buộc → chưa thuộc trường hợp thu hồi."
            )
            return words % numbers
        return _("%(share)s, dưới %(with_critical)s %% → chưa thuộc trường hợp thu hồi.") % numbers


def assess(standings: Collection[Standing], rule: RevocationRule) -> Assessment:
    """Hold standings against the rule. Raises ValueError when there is nothing to count."""
    counted = [
        one for one in standings if rule.not_applicable_counts or one.verdict != SelfVerdict.NOT_APPLICABLE
    ]
    if not counted:
        raise ValueError("no criterion applies")
    unmet = tuple(one for one in counted if one.verdict == SelfVerdict.NOT_MET)
    return Assessment(len(counted), unmet, _ground(unmet, len(counted), rule), rule)


def _ground(unmet: Collection[Standing], total: int, rule: RevocationRule) -> Ground:
    if _reaches(len(unmet), total, rule.alone_percent):
        return Ground.ALONE
    has_critical = any(one.is_critical for one in unmet)
    if has_critical and _reaches(len(unmet), total, rule.with_critical_percent):
        return Ground.WITH_CRITICAL
    return Ground.NONE


def _reaches(unmet: int, total: int, percent: Decimal) -> bool:
    return Decimal(unmet * 100) >= percent * total


def standing_of(verdicts: Collection[str]) -> SelfVerdict:
    """Return how a criterion stands whose indicators have these verdicts. Raises ValueError for unconcluded ones."""
    if not verdicts or SelfVerdict.UNKNOWN in verdicts:
        raise ValueError("an indicator is not concluded")
    if SelfVerdict.NOT_MET in verdicts:
        return SelfVerdict.NOT_MET
    return SelfVerdict.MET if SelfVerdict.MET in verdicts else SelfVerdict.NOT_APPLICABLE
