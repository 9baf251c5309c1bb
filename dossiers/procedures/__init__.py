"""Versions of the procedure as data: who is due when, which vote passes, and where each number comes from."""

from .procedure import DayUnit, Duration, Procedure, VoteRule, get_procedure, procedures

__all__ = ["DayUnit", "Duration", "Procedure", "VoteRule", "get_procedure", "procedures"]
