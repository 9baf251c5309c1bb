"""Figures of a benchmark, as a table and as ``var/bench/NAME.json``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its peer; ``ratio`` is value / peer_value, ``target`` says what is aimed at."""

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float
    target: str

    @property
    def ratio(self) -> float:
        return round(self.value / self.peer_value, 3) if self.peer_value else 0.0


def write(name: str, figures: list[Figure]) -> Path:
    """Write the figures to var/bench/NAME.json and return the path."""
    folder = settings.VAR_DIR / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    rows = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def table(figures: list[Figure]) -> str:
    """Return the figures as a table for the terminal."""
    head = ("figure", "value", "unit", "peer", "peer value", "ratio", "target")
    rows = [
        (
            one.name,
            f"{one.value:.3f}",
            one.unit,
            one.peer,
            f"{one.peer_value:.3f}",
            f"{one.ratio:.2f}",
            one.target,
        )
        for one in figures
    ]
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]
    )
