"""Become another program that dies with its parent, under another account if asked.

Run as ``python -I -S launch.py PARENT_PID DEATH_SIGNAL ACCOUNT PROGRAM ARGUMENT…`` where ACCOUNT is ``-``,
``UID:GID`` or ``UID:GID:read``; stands alone, because it must start fast.

PostgreSQL refuses to run as root, and the account it is given may be unable to walk into the folder where
the project was cloned (``/root`` is closed to everybody else). Instead of opening folders that are not
ours, the program then (``:read``) keeps the one capability that lets it read through them.
"""

import ctypes
import os
import signal
import struct
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x20080522


def effective_capabilities() -> int:
    """Return the bit set of this process's effective capabilities (0 where there are none to read)."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next((int(line.split()[1], 16) for line in status if line.startswith("CapEff:")), 0)
    except OSError:
        return 0


def keep_reading_through(libc: ctypes.CDLL, uid: int, gid: int, capability: int) -> None:
    """Change to the account but keep one capability, also over ``exec``.

    Raises:
        OSError: when the kernel or the container forbids it; the account has changed all the same.
    """
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    # Otherwise access(2), by which initdb looks for its neighbour, would ask without the capability.
    libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    drop_to(uid, gid)
    bits = 1 << capability
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    # Two words per set, as effective, permitted, inheritable of the low then of the high 32 bits.
    data = struct.pack("6I", bits, bits, bits, 0, 0, 0)
    if libc.capset(header, data) or libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot keep the capability to read through folders")


def drop_to(uid: int, gid: int) -> None:
    """Change to the account for good, with no group but its own."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def main(arguments: list[str]) -> None:
    """Prepare this process and replace it by the program."""
    parent, death_signal, account, *command = arguments
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if account != "-":
        uid, gid = (int(part) for part in account.split(":")[:2])
        held = effective_capabilities() if account.endswith(":read") else 0
        usable = [c for c in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if held >> c & 1]
        if libc and usable:
            try:
                keep_reading_through(libc, uid, gid, usable[0])
            except OSError as error:
                print(f"note: {error}", file=sys.stderr)
        else:
            drop_to(uid, gid)
    if libc:
        # After the change of account, which clears it.
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != int(parent):
            os.kill(os.getpid(), signal.SIGKILL)
    os.execvpe(command[0], command, os.environ)


if __name__ == "__main__":
    main(sys.argv[1:])
