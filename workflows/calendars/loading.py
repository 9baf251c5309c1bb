"""The days of the yearly notices that Lúa brings along."""

from __future__ import annotations

from pathlib import Path

import yaml

from storage import ledger

from ..models import CalendarDay
from .changes import record_day
from .working_days import STREAM

SWAPS = Path(__file__).parent / "data" / "swaps.yaml"


def load_swaps() -> int:
    """Write the days into the table that nobody has said anything of yet; return how many. Safe to repeat.

    A day that somebody wrote or took out once is theirs.
    """
    known = {entry.subject["date"] for entry in ledger.entries(STREAM) if not entry.subject["province"]}
    new = [row for row in yaml.safe_load(SWAPS.read_text("utf-8")) if row["date"].isoformat() not in known]
    for row in new:
        record_day(CalendarDay(**row), actor=ledger.SYSTEM)
    return len(new)
