"""One dossier along its procedure, act by act, as the people of its agencies would: by place, the way in order."""

from .whole_way import Journey

__all__ = ["Journey"]
