"""Versions of the procedure as data: who is due when, which vote passes, and where each number comes from."""

from .procedure import Duration, Procedure, VoteRule, get_procedure, procedures

__all__ = ["Duration", "Procedure", "VoteRule", "get_procedure", "procedures"]
