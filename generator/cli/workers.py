"""Work that is spread over processes. One that dies takes nothing with it but the job that killed it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import FrameType

import msgspec

from generator.cli.batch import Job, Result
from generator.errors import CallsheetError, InternalError, only_documented

_Work = Callable[[Job], Result]
_LITTER = 200_000
"""Objects that may be left behind before looking for circles among them is worth its time."""
_PATIENCE = 5.0
"""Seconds that a process gets to stop what it does."""
_ENDED = "The process that worked on it was ended from outside, twice; it may need more memory than there is."


class Watcher(msgspec.Struct, frozen=True):
    """Who is told as it goes; always in the caller's own process."""

    started: Callable[[Job], None] = lambda _job: None
    ended: Callable[[Result], None] = lambda _result: None
    told: Callable[[str], None] = lambda _line: None


NOBODY = Watcher()


def cores() -> int:
    """How many processes can run at once here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    todo: Sequence[Job], work: _Work, *, workers: int | None = None, watcher: Watcher = NOBODY
) -> list[Result]:
    """Every result, in the order of ``todo``.

    With one worker all is done in this process. Raises ``KeyboardInterrupt``, or ``SystemExit`` when this
    process is asked to terminate, with no process left behind and no file half written.
    """
    count = min(workers or cores(), len(todo))
    results: dict[Job, Result] = {}

    def ended(result: Result) -> None:
        results[result.job] = result
        watcher.ended(result)

    with _termination():
        if count <= 1 and (workers == 1 or len(todo) == 1):
            for job in todo:
                watcher.started(job)
                ended(_collected(work, job))
        else:
            _spread(todo, work, count, watcher.started, ended, watcher.told)
    return [results[job] for job in todo]


def _spread(
    todo: Sequence[Job],
    work: _Work,
    count: int,
    started: Callable[[Job], None],
    ended: Callable[[Result], None],
    told: Callable[[str], None],
) -> None:
    waiting = deque(todo)
    while waiting:
        broken = _in_pool(waiting, work, count, started, ended)
        if broken:
            told("A process was ended from outside; what was worked on is done again, one at a time.")
        for job in broken:
            # Alone, so that it is known which one does it; twice, since it may not have been this one before.
            for _ in range(2):
                if not _in_pool(deque([job]), work, 1, started, ended):
                    break
            else:
                ended(Result(job, errors=(f"{job.description}: {_ENDED}",)))


def _in_pool(
    waiting: deque[Job],
    work: _Work,
    count: int,
    started: Callable[[Job], None],
    ended: Callable[[Result], None],
) -> list[Job]:
    """Work off ``waiting``. If a process dies: the jobs that were in work then; the others still wait."""
    running: dict[Future[Result], Job] = {}
    with _pool(count) as pool:
        try:
            while waiting or running:
                # Few at a time: what is shown as running is what runs.
                while waiting and len(running) < count:
                    running[pool.submit(_at_work, work, waiting[0])] = waiting[0]
                    started(waiting.popleft())
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    del running[future]
                    ended(result)
        except BrokenProcessPool:
            return list(running.values())
    return []


@contextmanager
def _pool(count: int) -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(count, initializer=_prepare)
    try:
        yield pool
    except BaseException:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # once is enough
        pool.shutdown(wait=False, cancel_futures=True)
        children = multiprocessing.active_children()
        for child in children:
            child.terminate()
        deadline = time.monotonic() + _PATIENCE
        for child in children:
            child.join(max(deadline - time.monotonic(), 0))
            child.kill()
        raise
    pool.shutdown()


@contextmanager
def _termination() -> Iterator[None]:
    """Being asked to terminate is an exit, so that what has to be cleaned up is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def terminate(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


# --- In the other process -------------------------------------------------------------------------------


class _Stopped(BaseException):
    """This process was asked to stop."""


_working = False


def _prepare() -> None:
    """Ctrl-C is for the one who started us; we stop when we are told to, or when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    if _working:
        raise _Stopped
    os._exit(128 + signal.SIGTERM)


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _at_work(work: _Work, job: Job) -> Result:
    global _working
    try:
        _working = True
        return _collected(work, job)
    except _Stopped:
        os._exit(128 + signal.SIGTERM)
    finally:
        _working = False


def _collected(work: _Work, job: Job) -> Result:
    """What descriptions leave behind is collected when it is much; while one is read, it all lasts."""
    gc.disable()
    try:
        return _guarded(work, job)
    finally:
        gc.enable()
        if gc.get_count()[0] > _LITTER:
            gc.collect()


def _guarded(work: _Work, job: Job) -> Result:
    """What became of ``job``, whatever its description does: one that fails stops no other."""
    try:
        with only_documented(str(job.description)):
            return work(job)
    except InternalError as error:
        from generator.console import trace

        lines = tuple(f"{job.description}: {problem}" for problem in error.problems)
        return Result(job, errors=lines, fault=True, traceback=trace(error.__cause__ or error))
    except CallsheetError as error:
        return Result(job, errors=tuple(map(str, error.problems)))
