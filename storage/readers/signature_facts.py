"""What can be found out about a signature inside a PDF, in words that programs share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SignaturesUnreadable(Exception):
    """The file seems to hold signatures and cannot be read."""


class Kind(StrEnum):
    """A person's or agency's signature, or the mark of a time authority over the whole document."""

    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"


class TimeSource(StrEnum):
    """Who says when it was signed: a time authority whose token was checked, or the signer's own clock."""

    AUTHORITY = "authority"
    SIGNER = "signer"
    UNKNOWN = ""


class Coverage(StrEnum):
    """The signed bytes: the whole file, the whole file as it was when signed, or something less."""

    FILE = "file"
    REVISION = "revision"
    PART = "part"


class Changes(StrEnum):
    """What was added since: nothing, only what signing and filling in a form bring with them, or something else."""

    NONE = "none"
    PERMITTED = "permitted"
    OTHER = "other"


class Trust(StrEnum):
    """Whether the signer's certificate leads to a root, as of the time of signing, or why not."""

    TRUSTED = "trusted"
    NO_ROOTS = "no_roots"
    UNTRUSTED_ROOT = "untrusted_root"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    KEY_USAGE = "key_usage"
    ALGORITHM = "algorithm"
    CHAIN = "chain"
    #: The signed bytes were altered: who signed is not known then.
    BROKEN = "broken"
    #: A kind of signature that no reader of today checks, or one that is damaged.
    UNREADABLE = "unreadable"
    #: One of too many.
    NOT_EXAMINED = "not_examined"


@dataclass(frozen=True)
class SignatureFound:
    """One signature as the file has it. Names and times are claims of the signer unless ``trust`` is «trusted».

    ``serial`` is hexadecimal; ``signed_at`` is in UTC; ``chain`` is PEM, the signer's certificate first, as far as the
    root when the way to it was found. ``intact`` says that the signed bytes and the signature fit together.
    """

    field: str
    kind: Kind = Kind.SIGNATURE
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    serial: str = ""
    signed_at: datetime | None = None
    time_source: TimeSource = TimeSource.UNKNOWN
    intact: bool = False
    coverage: Coverage = Coverage.PART
    changes: Changes = Changes.OTHER
    trust: Trust = Trust.UNREADABLE
    chain: str = ""

    @property
    def is_good(self) -> bool:
        """Intact, by somebody known, over everything that was there, and nothing but signatures and the like since."""
        return (
            self.intact
            and self.trust == Trust.TRUSTED
            and self.coverage != Coverage.PART
            and self.changes != Changes.OTHER
        )
