"""``python -m config.embedded run | test | bench | exec``."""

import argparse
import sys

from config.embedded.progress import Failed, say


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands; everything after ``--`` belongs to pytest, the benchmark or the command."""
    given = sys.argv[1:] if arguments is None else arguments
    own, rest = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    parser.add_argument("command", choices=["run", "test", "bench", "exec"])
    chosen = parser.parse_args(own).command
    python = sys.executable
    try:
        if chosen == "run":
            from config.embedded.supervisor import Supervisor

            return Supervisor().run()
        from config.embedded.temporary import run_with_servers

        if chosen == "test":
            return run_with_servers([python, "-m", "pytest", *rest], kind="test", durable=False)
        if chosen == "bench":
            # Durable, because a benchmark without the disk's waits would flatter both sides.
            command = [python, "-m", "config.embedded.bench", *rest]
            return run_with_servers(command, kind="bench-servers", durable=True, LUA_LOG_LEVEL="WARNING")
        if not rest:
            parser.error("exec needs a command after --")
        return run_with_servers(rest, kind="test", durable=False)
    except Failed as failure:
        say(f"Lúa: {failure}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
