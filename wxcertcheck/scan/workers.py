"""Work on many files in several processes. A file that kills or stalls its process costs only itself.

hyperscan's scratch space is not safe for threads and a grammar may crash on hostile input: so, processes. They are forked
where the platform can, so that what the task holds is shared memory; a pipe each, and batches of items.
"""

import contextlib
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from wxcertcheck.model import FilePlace, NotLooked
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

_TICK = 0.25
"""Seconds between two looks at the time in a worker."""
_MOST = 4
"""More workers than this do not pay: the disk is the limit, and memory grows with each."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Item_contra = TypeVar("Item_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class Task(Protocol[Item_contra, Result_co]):
    """What is done with each item. It travels to the processes once: by the fork, or pickled where they are spawned."""

    @property
    def seconds(self) -> float:
        """How long one item may take."""

    def path(self, item: Item_contra) -> str:
        """The file that an item is about."""

    def do(self, item: Item_contra) -> Result_co | None:
        """The result of one item; None where there is nothing to tell."""

    def failed(self, item: Item_contra, problem: NotLooked) -> Result_co:
        """The result of an item that raised, crashed its process or took too long."""


def spread(
    task: Task[Item, Result], batches: Iterator[list[Item]], jobs: int = 0
) -> Iterator[tuple[int, list[Result]]]:
    """(how many items were done, their results) for every batch, in no particular order.

    An item is pickled; two batches of them should fit into a pipe (64 KB), so that neither side ever waits for the other to
    read. Ends its processes when the caller stops early (Ctrl-C included).
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    pool = _Pool(task, jobs or min(_MOST, cores))
    try:
        yield from pool.run(batches)
    finally:
        pool.stop()


@dataclass
class _Worker(Generic[Item]):
    process: "BaseProcess"
    pipe: "Connection"
    batches: deque[list[Item]]
    """Batches sent and not answered yet, oldest first: the next one waits in the pipe while one is worked on."""
    since: float = 0.0


class _Pool(Generic[Item, Result]):
    def __init__(self, task: Task[Item, Result], jobs: int) -> None:
        import multiprocessing

        methods = multiprocessing.get_all_start_methods()
        self._context: BaseContext = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self._task = task
        self._jobs = max(1, jobs)
        self._workers: list[_Worker[Item]] = []

    def run(self, batches: Iterator[list[Item]]) -> Iterator[tuple[int, list[Result]]]:
        from multiprocessing.connection import wait

        waiting: deque[list[Item]] = deque()
        more = True
        while True:
            while more and len(waiting) < 2:
                batch = next(batches, None)
                if batch is None:
                    more = False
                else:
                    waiting.append(batch)
            self._hand_out(waiting)
            busy = [worker for worker in self._workers if worker.batches]
            if not busy and not waiting and not more:
                return
            ready = wait([worker.pipe for worker in busy], timeout=0.5 if busy else 0)
            for worker in busy:
                if worker.pipe in ready:
                    yield from self._receive(worker, waiting)
                elif time.monotonic() - worker.since > self._patience(worker):
                    yield from self._lost(worker, waiting, "too-slow")

    def _hand_out(self, waiting: deque[list[Item]]) -> None:
        while waiting:
            free = next((worker for worker in self._workers if not worker.batches), None)
            if free is None and len(self._workers) < self._jobs:
                free = self._start()
            if free is None:
                free = next((worker for worker in self._workers if len(worker.batches) < 2), None)
            if free is None:
                return
            batch = waiting.popleft()
            if not free.batches:
                free.since = time.monotonic()
            free.batches.append(batch)
            with contextlib.suppress(OSError):  # it died: reading its pipe will say so
                free.pipe.send(batch)

    def _start(self) -> _Worker[Item]:
        here, there = self._context.Pipe()
        process = self._context.Process(target=_work, args=(here, there, self._task), daemon=True)  # type: ignore[attr-defined]  # every concrete context has it
        process.start()
        there.close()
        worker: _Worker[Item] = _Worker(process, here, deque())
        self._workers.append(worker)
        return worker

    def _receive(self, worker: _Worker[Item], waiting: deque[list[Item]]) -> Iterator[tuple[int, list[Result]]]:
        try:
            results: list[Result] = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._lost(worker, waiting, "crashed")
            return
        done = worker.batches.popleft()
        worker.since = time.monotonic()
        yield len(done), results

    def _lost(
        self, worker: _Worker[Item], waiting: deque[list[Item]], reason: str
    ) -> Iterator[tuple[int, list[Result]]]:
        """A worker died or stalled: its batches are done again item by item; a single item is given up."""
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        first, *rest = worker.batches
        waiting.extend(rest)
        if len(first) > 1:
            waiting.extend([item] for item in first)
            return
        item = first[0]
        message = (_SLOW if reason == "too-slow" else _CRASHED).fill(path=self._task.path(item))
        yield 1, [self._task.failed(item, _problem(self._task.path(item), reason, message))]

    def _patience(self, worker: _Worker[Item]) -> float:
        """Longer than the worker's own watch, which names the item and loses no other."""
        return self._task.seconds * (2 if len(worker.batches[0]) == 1 else 4)

    def stop(self) -> None:
        """End every worker now."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()


def _work(parents: "Connection", pipe: "Connection", task: Task[Item, Result]) -> None:
    """A worker's life: batches in, results out; it goes when the pipe does. Ctrl-C is the parent's business."""
    import gc
    import signal

    parents.close()  # else the parent's end stayed open in here, and a killed parent were never noticed
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watch = _Watch(task.seconds)
    if hasattr(signal, "setitimer"):  # Windows has none: there the parent alone watches
        signal.signal(signal.SIGALRM, watch.tick)
        signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
    gc.freeze()
    while True:
        try:
            batch: list[Item] = pipe.recv()
            pipe.send([result for item in batch if (result := _done(task, item, watch)) is not None])
        except (EOFError, OSError):
            return


class _TooLongError(Exception):
    """An item took longer than it may."""


class _Watch:
    """Ends an item that takes too long, as soon as Python runs again. What hangs in a parser is ended by the parent."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.started = 0.0
        """When the item that is worked on was begun; 0: none is."""

    def tick(self, _number: int, _frame: object) -> None:
        """The timer's signal."""
        if self.started and time.monotonic() - self.started > self.seconds:
            self.started = 0.0
            raise _TooLongError


def _done(task: Task[Item, Result], item: Item, watch: _Watch) -> Result | None:
    try:
        watch.started = time.monotonic()
        result = task.do(item)
        watch.started = 0.0
    except _TooLongError:
        path = task.path(item)
        return task.failed(item, _problem(path, "too-slow", _SLOW.fill(path=path)))
    except Exception as error:  # a defect of ours costs one file, and says so
        watch.started = 0.0
        path = task.path(item)
        message = _DEFECT.fill(path=path, error=f"{type(error).__name__}: {error}")
        return task.failed(item, _problem(path, "defect", message))
    return result


def _problem(path: str, reason: str, message: Text) -> NotLooked:
    return NotLooked(FilePlace(path), reason, message, _HINT, decides=True)


_DEFECT = Text(zh="分析 {path} 时 wxcertcheck 自身出错：{error}", en="wxcertcheck itself failed on {path}: {error}")
_SLOW = Text(zh="分析 {path} 超过时间限制，已跳过", en="{path} took longer than the limit and was given up")
_CRASHED = Text(zh="分析 {path} 时语法分析器崩溃，已跳过", en="The parser crashed on {path}")
_HINT = Text(
    zh="请人工查看这个文件；若是生成的文件，可用 .gitignore 排除。",
    en="Look at this file by hand; if it is generated, leave it out with .gitignore.",
)
