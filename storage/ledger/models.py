"""The rows of the ledger."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError("the ledger is append-only")

    def delete(self) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError("the ledger is append-only")


class Entry(models.Model):
    """One entry. ``sequence`` counts from 1 without gaps within its stream."""

    stream = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=80)
    actor = models.JSONField()
    subject = models.JSONField()
    payload = models.JSONField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["stream", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="one_entry_a_sequence")
        ]
        indexes: ClassVar = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.stream}#{self.sequence} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the entry. Raises TypeError when it exists already."""
        if not self._state.adding:
            raise TypeError("the ledger is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError("the ledger is append-only")
