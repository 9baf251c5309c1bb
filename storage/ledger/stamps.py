"""Who did something, as the ledger keeps it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActorStamp:
    """The actor as they were at that moment: names are copied, because they change."""

    user_id: int | None
    name: str
    agency_id: int | None
    agency: str
    role: str
    on_behalf_of: str = ""


#: Lúa itself, for what jobs find.
SYSTEM = ActorStamp(user_id=None, name="Lúa", agency_id=None, agency="", role="system")
