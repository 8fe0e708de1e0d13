"""Real processes of one command on the test's database, harmed while mails flow, and replaced."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.chaos.outbox import Outbox
from tests.processes import BIN, ROOT, child_environment

Argv = Callable[[int], list[str]]
# Longer than a process needs to start on a busy machine, and than a lease.
PATIENCE = 40.0


@dataclass
class Victims:
    """`argv(n)` is the command of the n-th process; `nudge` is called again and again while one waits."""

    outbox: Outbox
    argv: Argv
    nudge: Callable[[], object]
    environment: dict[str, str]
    random: random.Random = field(default_factory=lambda: random.Random(1))
    alive: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started: int = 0

    def start(self) -> None:
        """One more process."""
        command, self.started = self.argv(self.started), self.started + 1
        env = child_environment(**self.outbox.environment, **self.environment)
        program = [str(BIN / command[0]), *command[1:]]
        self.alive.append(subprocess.Popen(program, cwd=ROOT, env=env, start_new_session=True))

    def kill_in_the_middle(self) -> None:
        """SIGKILL one of them, with all its children, a moment after a mail has gone out; start another."""
        self._wait_for_mail()
        victim = self.alive.pop(self.random.randrange(len(self.alive)))
        os.killpg(victim.pid, signal.SIGKILL)
        assert victim.wait() == -signal.SIGKILL, "it had ended by itself"
        self.start()

    def pause_in_the_middle(self, seconds: float) -> None:
        """SIGSTOP one of them for longer than its leases, then let it go on as if nothing had happened."""
        self._wait_for_mail()
        victim = self.random.choice(self.alive)
        os.killpg(victim.pid, signal.SIGSTOP)
        self._rest(seconds)
        os.killpg(victim.pid, signal.SIGCONT)

    def _wait_for_mail(self) -> None:
        before, end = self.outbox.arrived(), time.monotonic() + PATIENCE
        while self.outbox.arrived() < before + 5:
            assert time.monotonic() < end, "no mail goes out"
            self._rest(0.05)
        time.sleep(self.random.random() * 0.1)

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            self.outbox.keep_full()
            self.nudge()
            if time.monotonic() >= end:
                return
            time.sleep(0.05)

    def stop(self) -> None:
        for child in self.alive:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@contextmanager
def victims(
    outbox: Outbox, argv: Argv, *, nudge: Callable[[], object] = lambda: None, **environment: str
) -> Iterator[Victims]:
    """Two processes, gone at the end."""
    group = Victims(outbox, argv, nudge, environment)
    try:
        for _n in range(2):
            group.start()
        yield group
    finally:
        group.stop()
