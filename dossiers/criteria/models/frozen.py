"""Rows that are written once. The database refuses changes too (migration 0002)."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class FrozenModel(models.Model):
    """A row that cannot be changed or deleted after it was written: dossiers are judged by it for years."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row. Raises TypeError when it exists already."""
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is written once; load a new version of the set instead")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError(f"{type(self).__name__} is never deleted")
