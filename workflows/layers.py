"""What stands after what in a flow, without the ways that lead back, and how things that overlap are kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def forward(names: Sequence[str], links: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return what follows each, without what leads back to where one came from. Raises KeyError for a stranger."""
    following: dict[str, dict[str, None]] = {name: {} for name in names}
    for source, target in links:
        if target not in following:
            raise KeyError(target)
        following[source][target] = None
    kept: dict[str, list[str]] = {name: [] for name in names}
    done: set[str] = set()
    for first in names:
        path = {first: iter(following[first])} if first not in done else {}
        while path:
            here = next(reversed(path))
            there = next(path[here], None)
            if there is None:
                done.add(here)
                del path[here]
            elif there not in path:
                kept[here].append(there)
                if there not in done:
                    path[there] = iter(following[there])
    return kept


def longest(names: Sequence[str], following: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how many steps the longest way to each has. Nothing may lead back."""
    lengths = dict.fromkeys(names, 0)
    waiting = dict.fromkeys(names, 0)
    for targets in following.values():
        for target in targets:
            waiting[target] += 1
    ready = [name for name in names if not waiting[name]]
    for name in ready:
        for target in following[name]:
            lengths[target] = max(lengths[target], lengths[name] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return lengths


def main_line(first: str, following: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the way that goes on by the first that follows each."""
    line = [first]
    while following[line[-1]]:
        line.append(following[line[-1]][0])
    return line


def packed(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Return for each span the first number at which it overlaps no other one; the shortest choose first."""
    taken: list[list[tuple[float, float]]] = []
    numbers = [0] * len(spans)
    for n in sorted(range(len(spans)), key=lambda one: (spans[one][1] - spans[one][0], one)):
        start, end = spans[n]
        number = next(
            (k for k, others in enumerate(taken) if all(end < low or high < start for low, high in others)),
            len(taken),
        )
        if number == len(taken):
            taken.append([])
        taken[number].append((start, end))
        numbers[n] = number
    return numbers


def turned(following: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return what stands before each."""
    before: dict[str, list[str]] = {name: [] for name in following}
    for name, targets in following.items():
        for target in targets:
            before[target].append(name)
    return before
