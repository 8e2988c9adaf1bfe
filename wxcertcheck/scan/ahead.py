"""A function's result, worked out in a process of its own while this one does something else."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Result = TypeVar("Result")
Tell = Callable[[int], None]
"""Called with how much is done."""
Work = Callable[[Tell], Result]
"""What is done; the result can be pickled."""


class Ahead(Generic[Result]):
    """Begins ``work`` when it is made, if processes can be forked here; else the work is done when its result is asked for."""

    def __init__(self, work: Work[Result]) -> None:
        import multiprocessing

        self._work = work
        self._process: BaseProcess | None = None
        if "fork" in multiprocessing.get_all_start_methods():
            context = multiprocessing.get_context("fork")
            self._pipe, there = context.Pipe(duplex=False)
            self._process = context.Process(target=_do, args=(self._pipe, there, work), daemon=True)
            self._process.start()
            there.close()

    def result(self, tell: Tell) -> Result:
        """The work's result; ``tell`` is told now and then how much is done. A process that failed has its work done again here,
        where an error is raised to the caller.
        """
        if self._process is None:
            return self._work(tell)
        try:
            while True:
                kind, value = self._pipe.recv()
                if kind == _DONE:
                    return value  # type: ignore[no-any-return]  # what the work gave in the process
                tell(value)
        except (EOFError, OSError):
            return self._work(tell)
        finally:
            self._process.kill()
            self._process.join()
            self._pipe.close()


_TOLD, _DONE = range(2)


def _do(parents: "Connection", pipe: "Connection", work: Work[Result]) -> None:
    """The process's life. The result is sent in one piece at the end: a pipe holds 64 KB, and until then nobody reads it."""
    import signal

    parents.close()  # else a killed parent were never noticed
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pipe.send((_DONE, work(lambda count: pipe.send((_TOLD, count)))))
    except Exception:  # done again in the parent, which raises it
        return
