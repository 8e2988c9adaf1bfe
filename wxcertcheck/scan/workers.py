"""Look at many files in several processes. A file that kills or stalls its process costs only itself.

hyperscan's scratch space is not safe for threads and a grammar may crash on hostile input: so, processes. They are forked
where the platform can, so that the compiled words are shared memory; a pipe each, and batches of files.
"""

import contextlib
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wxcertcheck.model import FilePlace, NotLooked
from wxcertcheck.scan.look import FileResult, Looker
from wxcertcheck.scan.walk import File
from wxcertcheck.text import Text

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

_BATCH_FILES = 200
_BATCH_BYTES = 4 << 20
_BATCH_NAMES = 24 << 10
"""Bytes of paths in a batch: two batches fit into a pipe, so neither side ever waits for the other to read."""
_MOST = 4
"""More workers than this do not pay: the disk is the limit, and memory grows with each."""


def look_at(files: Iterable[File], looker: Looker, jobs: int = 0) -> Iterator[FileResult]:
    """The results of all files that hold anything, in no particular order, and one last result a batch without any.

    Ends its processes when the caller stops early (Ctrl-C included).
    """
    pool = _Pool(
        looker,
        jobs or min(_MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1),
    )
    try:
        yield from pool.run(_batches(files))
    finally:
        pool.stop()


def _batches(files: Iterable[File]) -> Iterator[list[File]]:
    batch: list[File] = []
    size = names = 0
    for file in files:
        batch.append(file)
        size += file.size
        names += len(file.path)
        if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES or names >= _BATCH_NAMES:
            yield batch
            batch, size, names = [], 0, 0
    if batch:
        yield batch


@dataclass
class _Worker:
    process: "BaseProcess"
    pipe: "Connection"
    batches: deque[list[File]]
    """Batches sent and not answered yet, oldest first: the next one waits in the pipe while one is worked on."""
    since: float = 0.0


class _Pool:
    def __init__(self, looker: Looker, jobs: int) -> None:
        import multiprocessing

        methods = multiprocessing.get_all_start_methods()
        self._context: BaseContext = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self._looker = looker
        self._jobs = max(1, jobs)
        self._workers: list[_Worker] = []

    def run(self, batches: Iterator[list[File]]) -> Iterator[FileResult]:
        from multiprocessing.connection import wait

        waiting: deque[list[File]] = deque()
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

    def _hand_out(self, waiting: deque[list[File]]) -> None:
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
                free.pipe.send([tuple(file) for file in batch])  # plain tuples: five times faster to pickle

    def _start(self) -> _Worker:
        here, there = self._context.Pipe()
        process = self._context.Process(target=_work, args=(there, self._looker), daemon=True)  # type: ignore[attr-defined]  # every concrete context has it
        process.start()
        there.close()
        worker = _Worker(process, here, deque())
        self._workers.append(worker)
        return worker

    def _receive(self, worker: _Worker, waiting: deque[list[File]]) -> Iterator[FileResult]:
        try:
            results: list[FileResult] = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._lost(worker, waiting, "crashed")
            return
        worker.batches.popleft()
        worker.since = time.monotonic()
        yield from results

    def _lost(self, worker: _Worker, waiting: deque[list[File]], reason: str) -> Iterator[FileResult]:
        """A worker died or stalled: its batches are done again file by file; a single file is given up."""
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        first, *rest = worker.batches
        waiting.extend(rest)
        if len(first) > 1:
            waiting.extend([file] for file in first)
            return
        text, hint = (_SLOW, _HINT) if reason == "too-slow" else (_CRASHED, _HINT)
        place = FilePlace(first[0].path)
        yield FileResult(
            first[0].path, problem=NotLooked(place, reason, text.fill(path=first[0].path), hint, decides=True)
        )

    def _patience(self, worker: _Worker) -> float:
        return self._looker.limits.file_seconds * (1 if len(worker.batches[0]) == 1 else 3)

    def stop(self) -> None:
        """End every worker now."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()


def _work(pipe: "Connection", looker: Looker) -> None:
    """A worker's life: batches in, results out; it goes when the pipe does. Ctrl-C is the parent's business."""
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    while True:
        try:
            batch: list[tuple[str, int, bool]] = pipe.recv()
            results = []
            count = FileResult("")
            for file in batch:
                result = _look(looker, File(*file))
                if result.seen or result.hosts or result.roots or result.contents or result.problem:
                    results.append(result)
                count.looked += 1
            results.append(count)
            pipe.send(results)
        except (EOFError, OSError):
            return


def _look(looker: Looker, file: File) -> FileResult:
    try:
        return looker.look(file)
    except Exception as error:  # a defect of ours costs one file, and says so
        message = _DEFECT.fill(path=file.path, error=f"{type(error).__name__}: {error}")
        return FileResult(file.path, problem=NotLooked(FilePlace(file.path), "defect", message, _HINT, decides=True))


_DEFECT = Text(zh="分析 {path} 时 wxcertcheck 自身出错：{error}", en="wxcertcheck itself failed on {path}: {error}")
_SLOW = Text(zh="分析 {path} 超过时间限制，已跳过", en="{path} took longer than the limit and was given up")
_CRASHED = Text(zh="分析 {path} 时语法分析器崩溃，已跳过", en="The parser crashed on {path}")
_HINT = Text(
    zh="请人工查看这个文件；若是生成的文件，可用 .gitignore 排除。",
    en="Look at this file by hand; if it is generated, leave it out with .gitignore.",
)
