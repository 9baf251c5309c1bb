"""Versions of the procedure as data: who is due when, which vote passes, what stands before an act, by which source."""

from .procedure import (
    DayUnit,
    Duration,
    GateRule,
    Procedure,
    Receiving,
    ReceivingLevel,
    RevocationRule,
    Succession,
    VoteRule,
    Wording,
    applicable,
    get_procedure,
    procedures,
)

__all__ = [
    "DayUnit",
    "Duration",
    "GateRule",
    "Procedure",
    "Receiving",
    "ReceivingLevel",
    "RevocationRule",
    "Succession",
    "VoteRule",
    "Wording",
    "applicable",
    "get_procedure",
    "procedures",
]
