"""Workers as forked processes, killed by SIGKILL at random moments and replaced."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable

from django.db import connections

Work = Callable[[], None]


class Killer:
    """Keeps `workers` processes of `work` alive while killing them; `seed` repeats the pauses."""

    def __init__(self, work: Work, *, workers: int, pause: float, seed: int) -> None:
        self.work = work
        self.workers = workers
        self.pause = pause
        self.random = random.Random(seed)
        self.alive: list[int] = []

    def run(self, kills: int, refill: Work) -> int:
        """Kill `kills` times; `refill` runs before each pause so that there is always work. Returns the kills made."""
        done = 0
        self.alive = [self._fork() for _ in range(self.workers)]
        while done < kills:
            refill()
            time.sleep(self.random.random() * self.pause)
            done += self._kill(self.random.randrange(len(self.alive)))
        for index in range(len(self.alive)):
            self._kill(index, again=False)
        return done

    def _kill(self, index: int, *, again: bool = True) -> int:
        pid = self.alive[index]
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if again:
            self.alive[index] = self._fork()
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise RuntimeError("a worker failed by itself")
        return int(os.WIFSIGNALED(status))

    def _fork(self) -> int:
        # A connection shared with the parent would be closed under its feet.
        connections.close_all()
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            random.seed(os.getpid())
            self.work()
            status = 0
        except BaseException:
            traceback.print_exc(file=sys.stderr)
        finally:
            os._exit(status)
