"""What the scan leaves out is told: test code unless asked for, languages whose grammar is not installed."""

import sys

from tests.evidence import WECHATPAY
from wxcertcheck.model import Looked, NotLooked, Pin
from wxcertcheck.scan import ScanRequest, scan
from wxcertcheck.scan.look import Looker
from wxcertcheck.scan.paths import Flags
from wxcertcheck.scan.request import Limits


def pins_and_count(folder, **options):
    evidence = scan(ScanRequest((str(folder),), (WECHATPAY,), **options))
    [looked] = [item for item in evidence if isinstance(item, Looked)]
    return [item.place.path for item in evidence if isinstance(item, Pin)], looked.text.en


def test_test_code_is_analysed_only_when_asked_for_and_the_report_says_so(tmp_path):
    code = "import requests\nrequests.get(u, verify=False)\n"
    (tmp_path / "tests").mkdir()
    mine, test = tmp_path / "pay.py", tmp_path / "tests" / "helper.py"
    mine.write_text(code)
    test.write_text(code)  # the same bytes: what is known of one must not be said of the other
    (tmp_path / "tests" / "other.py").write_text("print(1)\n")
    paths, told = pins_and_count(tmp_path)
    assert paths == [str(mine)]
    assert "test code does not count: 1 file of it with such settings not analysed (--include-tests)" in told
    paths, told = pins_and_count(tmp_path, include_tests=True)
    assert paths == [str(mine), str(test)]
    assert "test code" not in told


def test_a_language_without_its_grammar_is_not_looked_at(tmp_path, monkeypatch):
    source = tmp_path / "pay.lua"
    source.write_text('local ok = require("ssl.https").request{ url = u, cafile = "ca.pem" }\n')
    looker = Looker((WECHATPAY,), Limits(), Flags((str(tmp_path),)))
    assert looker.look(str(source)).problem is None
    monkeypatch.setitem(sys.modules, "tree_sitter_lua", None)
    from wxcertcheck.scan import grammars as parsing

    parsing._load.cache_clear()
    without = Looker((WECHATPAY,), Limits(), Flags((str(tmp_path),))).look(str(source))
    parsing._load.cache_clear()
    assert isinstance(without.problem, NotLooked)
    assert (without.problem.reason, without.problem.decides) == ("no-grammar", True)
    assert "Lua" in without.problem.message.en


def test_a_place_that_is_nested_too_deeply_is_told_and_one_of_ordinary_depth_is_found(tmp_path):
    for name, levels in (("deep.js", 2_500), ("pay.js", 50)):
        call = "a(" * levels + "{rejectUnauthorized: false}" + ")" * levels
        (tmp_path / name).write_text(f"const r = {call};\n")
    evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,)))
    [told] = [item for item in evidence if isinstance(item, NotLooked)]
    assert (told.reason, told.decides, told.place.path) == ("too-deep", True, str(tmp_path / "deep.js"))
    assert [item.place.path for item in evidence if isinstance(item, Pin)] == [str(tmp_path / "pay.js")]


def test_a_parse_that_takes_too_long_is_stopped_and_told(tmp_path, monkeypatch):
    """A grammar's recovery from broken code may take minutes, inside the parser, where no signal of Python's is heard."""
    from wxcertcheck.scan import grammars

    source = tmp_path / "pay.py"
    source.write_text("import requests\n" + "x = [1, 2, 3]\n" * 20_000 + "requests.get(u, verify=False)\n")
    looker = Looker((WECHATPAY,), Limits(), Flags((str(tmp_path),)))
    monkeypatch.setattr(grammars, "_SECONDS", -1.0)
    told = looker.look(str(source)).problem
    assert (told.reason, told.decides) == ("too-slow", True)
    monkeypatch.undo()
    again = Looker((WECHATPAY,), Limits(), Flags((str(tmp_path),))).look(str(source))
    assert again.problem is None
    assert [seen.slug for seen in again.seen] == ["verify"]
