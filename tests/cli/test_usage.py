"""What is wrong with a command line is said in the language that was asked for, with the usage; exit code 2."""

import pytest

from wxcertcheck.cli import run

WRONG = [
    ("scan --format", "needs a value", "缺少值"),
    ("scan --format xml", "choose one of 'terminal', 'json'", "可选"),
    ("scan --jobs x", "takes a whole number, not x", "整数"),
    ("scan --jobs 99", "the range is 0<=x<=64", "范围"),
    ("scan --bogus", "no option --bogus", "没有选项 --bogus"),
    ("scan --langg", "did you mean --lang", "是不是 --lang"),
    ("scan --quiet=3", "takes no value", "不带值"),
    ("bogus", "no command bogus", "没有命令 bogus"),
    ("rotations pem", "ROOT is missing", "缺少 ROOT"),
    ("explain WXC101 b c", "Not expected: b c", "多余的参数：b c"),
    ("handshake --connect-timeout x", "takes a number, not x", "数字"),
]


@pytest.mark.parametrize(("line", "english", "chinese"), WRONG)
def test_a_wrong_command_line_is_told_in_the_readers_language(line, english, chinese, capsys, monkeypatch):
    for language, said, other in (("en", english, chinese), ("zh", chinese, english)):
        monkeypatch.setenv("WXCERTCHECK_LANG", language)
        assert run(line.split()) == 2
        told = capsys.readouterr()
        assert said in told.err
        assert other not in told.err
        assert "wxcertcheck" in told.err
        assert not told.out


def test_the_option_lang_decides_before_it_is_parsed(capsys):
    assert run(["scan", "--lang", "zh", "--bogus"]) == 2
    assert "没有选项 --bogus" in capsys.readouterr().err


def test_help_ends_well(capsys):
    assert run(["scan", "-h"]) == 0
    assert run([]) == 2
    assert "Usage" in capsys.readouterr().err
