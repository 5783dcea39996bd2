"""Spread work over processes. If one dies, only the job that killed it is lost."""

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
"""The number of objects left behind from which a search for reference cycles is worth its time."""
_PATIENCE = 5.0
"""Seconds that a process has to stop its work."""
_ENDED = "The process that worked on it was ended from outside, twice; it may need more memory than there is."


class Watcher(msgspec.Struct, frozen=True):
    """Callbacks about the progress, always called in the process of the caller."""

    started: Callable[[Job], None] = lambda _job: None
    ended: Callable[[Result], None] = lambda _result: None
    announced: Callable[[str], None] = lambda _line: None


NOBODY = Watcher()


def cores() -> int:
    """The number of processes that can run at once on this machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    todo: Sequence[Job], work: _Work, *, workers: int | None = None, watcher: Watcher = NOBODY
) -> list[Result]:
    """The results of ``work`` for every job, in the order of ``todo``.

    With one worker, all work is done in this process. Raises ``KeyboardInterrupt``, or ``SystemExit`` if this
    process is asked to terminate, leaving no process and no half-written file behind.
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
            _spread(todo, work, count, watcher.started, ended, watcher.announced)
    return [results[job] for job in todo]


def _spread(
    todo: Sequence[Job],
    work: _Work,
    count: int,
    started: Callable[[Job], None],
    ended: Callable[[Result], None],
    announced: Callable[[str], None],
) -> None:
    waiting = deque(todo)
    while waiting:
        broken = _in_pool(waiting, work, count, started, ended)
        if broken:
            announced("A process was ended from outside; what was worked on is done again, one at a time.")
        for job in broken:
            # Alone, so that it is known which job kills its process; twice, to be sure that it is this one.
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
    """Do the jobs in ``waiting``. If a process dies, return those that were running; the rest still wait."""
    running: dict[Future[Result], Job] = {}
    with _pool(count) as pool:
        try:
            while waiting or running:
                # Submitted one for each process, so that the jobs shown as running are those that run.
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
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # another ctrl-C must not interrupt the cleanup
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
    """Turn SIGTERM into ``SystemExit``, so that everything is cleaned up."""
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
    """Ignore ctrl-C, which the parent handles; stop on SIGTERM, or when the parent is gone."""
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
    """Run a job without garbage collection, as most objects live until its end; then collect if it pays."""
    gc.disable()
    try:
        return _guarded(work, job)
    finally:
        gc.enable()
        if gc.get_count()[0] > _LITTER:
            gc.collect()


def _guarded(work: _Work, job: Job) -> Result:
    """The result of ``job``, in which any exception becomes its errors, so that the other jobs go on."""
    try:
        with only_documented(str(job.description)):
            return work(job)
    except InternalError as error:
        from generator.console import trace

        lines = tuple(f"{job.description}: {problem}" for problem in error.problems)
        return Result(job, errors=lines, fault=True, traceback=trace(error.__cause__ or error))
    except CallsheetError as error:
        return Result(job, errors=tuple(map(str, error.problems)))
