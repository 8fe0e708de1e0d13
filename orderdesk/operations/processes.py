"""The three processes of `make run` in one terminal. When one dies the others stop, and the last lines say which and why."""

from __future__ import annotations

import os
import sys
from collections import defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

LAST_LINES = 12
STOPPED_BY_HAND = (130, 143)  # Ctrl-C, SIGTERM
# What a process says before it dies, and what to do about it.
CURES: tuple[tuple[str, str], ...] = (
    ("Address already in use", "Another program has port {port}. Use another one: make run PORT=8123"),
    ("No such table", "The database is not ready: .venv/bin/python manage.py migrate"),
    ("no such table", "The database is not ready: .venv/bin/python manage.py migrate"),
    ("OperationalError", "The database or the broker does not answer: .venv/bin/python manage.py doctor"),
    ("ModuleNotFoundError", "A package is missing: rm .venv/.run-stamp .venv/bin/.run-stamp; make run"),
    ("Permission denied", "A file or folder belongs to somebody else: .venv/bin/python manage.py doctor"),
)
UNKNOWN = "`.venv/bin/python manage.py doctor` says what is wrong; then `make run` again (the data is kept)."


class Watcher(Printer):
    """Prints what the processes say and remembers each one's last lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prefix=False, **kwargs)
        self.said: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=LAST_LINES))

    def write(self, message: Any) -> None:
        """Honcho's own remarks about starts and signals are left out: the report says it better."""
        if message.name == "system":
            return
        text = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        self.said[message.name].extend(line for line in text.splitlines() if line.strip())
        super().write(message)


class Watched(Manager):
    """Honcho's manager that knows who died first, which is who made the others stop."""

    first_to_die: str | None = None

    def terminate(self) -> None:
        if self.first_to_die is None and self.returncode not in STOPPED_BY_HAND:
            self.first_to_die = next(
                (name for name, row in self._processes.items() if row.get("returncode") is not None), None
            )
        super().terminate()


def run(procfile: Path, env: dict[str, str], say: Callable[[str], object]) -> int:
    """Run every line of the Procfile until Ctrl-C or a death. Exit status: 130 by hand, else never 0."""
    watcher = Watcher()
    manager = Watched(watcher)
    for name, command in parse_procfile(procfile.read_text()).processes.items():
        manager.add_process(name, command, env=env, cwd=str(procfile.parent))
    manager.loop()
    if manager.returncode in STOPPED_BY_HAND:
        return 130
    name = manager.first_to_die or "a process"
    status = int(manager.returncode or 0)
    say(report(name, status, watcher.said[name], env.get("PORT", "8000")))
    return status if status > 0 else 1


def report(name: str, status: int, said: deque[str] | list[str], port: str) -> str:
    """Which process ended, how, its last lines, and what to do."""
    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    words = "\n".join(f"    {line}" for line in said) or "    (it said nothing)"
    cure = next((cure for sign, cure in CURES if any(sign in line for line in said)), UNKNOWN)
    return (
        f"\norderdesk stopped: {name} {how}, so the other processes were stopped too.\n"
        f"Its last lines:\n{words}\n"
        f"What to do: {cure.format(port=port)}"
    )


def main() -> int:
    """`python -m orderdesk.operations.processes Procfile`: what `manage.py up` becomes."""
    return run(Path(sys.argv[1]), dict(os.environ), lambda words: print(words, file=sys.stderr, flush=True))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
