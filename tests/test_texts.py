"""Every text that a user sees has both languages, with the same placeholders."""

import ast
from pathlib import Path

import wxcertcheck
from wxcertcheck.text import Text, placeholders, preferred_language

PACKAGE = Path(wxcertcheck.__file__).parent


def texts_in(source: str) -> list[tuple[int, str, str]]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
            sides = {k.arg: k.value for k in node.keywords}
            if all(isinstance(sides.get(s), ast.Constant) for s in ("zh", "en")):
                found.append((node.lineno, sides["zh"].value, sides["en"].value))
    return found


def test_both_sides_have_the_same_placeholders():
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for line, zh, en in texts_in(path.read_text(encoding="utf-8")):
            if placeholders(zh) != placeholders(en) or bool(zh) != bool(en):
                wrong.append(f"{path.relative_to(PACKAGE)}:{line}")
    assert wrong == []


def test_a_missing_placeholder_would_be_seen():
    [(_, zh, en)] = texts_in("Text(zh='缺少 {root}', en='lacks it')")
    assert placeholders(zh) != placeholders(en)


def test_fill_uses_each_language_of_a_text_value():
    filled = Text(zh="{what}坏了", en="{what} is broken").fill(what=Text(zh="信任库", en="the store"))
    assert (filled.zh, filled.en) == ("信任库坏了", "the store is broken")


def test_language_follows_the_environment():
    assert preferred_language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert preferred_language({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}) == "en"
    assert preferred_language({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}) == "zh"
    assert preferred_language({"WXCERTCHECK_LANG": "zh"}) == "zh"
    assert preferred_language({}) == "en"


def test_a_count_takes_the_singular_for_one_alone():
    files = Text(zh="{count} 个文件", en="{count} {count:file|files}")
    assert [files.fill(count=n).en for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert files.fill(count=1).zh == "1 个文件"


def test_no_text_says_plural_in_brackets():
    shown = [en for path in PACKAGE.rglob("*.py") for _, _, en in texts_in(path.read_text(encoding="utf-8"))]
    assert not [en for en in shown if "(s)" in en or "(es)" in en]
    assert [en for en in shown if "|" in en]
