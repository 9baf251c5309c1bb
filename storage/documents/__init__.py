"""Documents: what was uploaded, exactly as it was, with previews made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .links import link, thumbnail_link
    from .receiving import receive

__all__ = ["link", "receive", "thumbnail_link"]


def __getattr__(name: str) -> Any:
    """Load models only when asked for: this package is imported before the apps are ready."""
    if name == "receive":
        from .receiving import receive

        return receive
    if name in ("link", "thumbnail_link"):
        from . import links

        return getattr(links, name)
    raise AttributeError(name)
