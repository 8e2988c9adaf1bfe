"""Work that goes on in a process of its own: its result, its failure, and where there is no such process."""

import multiprocessing
import os

import pytest

from wxcertcheck.scan.ahead import Ahead


def counted(tell):
    for number in (1, 2):
        tell(number)
    return os.getpid()


def test_the_result_comes_from_another_process_and_tells_how_far_it_is():
    told = []
    assert Ahead(counted).result(told.append) != os.getpid()
    assert told == [1, 2]


def test_without_fork_the_work_is_done_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    told = []
    ahead = Ahead(counted)
    assert told == []
    assert ahead.result(told.append) == os.getpid()
    assert told == [1, 2]


def test_what_a_killed_process_was_to_do_is_done_here():
    here = os.getpid()

    def work(tell):
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return "done"

    assert Ahead(work).result(lambda _: None) == "done"


def test_an_error_reaches_who_asks():
    def work(tell):
        raise ValueError("no such folder")

    with pytest.raises(ValueError, match="no such folder"):
        Ahead(work).result(lambda _: None)
