"""Every bad line of every pattern, with the edit made that is shown for it: it still parses, and the place is gone."""

import subprocess
from pathlib import Path

import pytest

from tests.evidence import WECHATPAY, case
from wxcertcheck.fixes.code import pin_fixes, verification_fix
from wxcertcheck.model import Finding, Level, Pin, PinKind
from wxcertcheck.scan import ScanRequest, languages, scan
from wxcertcheck.scan.language import Language
from wxcertcheck.scan.match import open_source
from wxcertcheck.text import same

FIXED = (PinKind.TRUST, PinKind.VERIFICATION_OFF)


def pins(folder) -> dict[str, list[Pin]]:
    """The pins of each file of a folder, by the file's path."""
    found: dict[str, list[Pin]] = {}
    for item in scan(ScanRequest((str(folder),), (WECHATPAY,), jobs=1, include_tests=True, any_host=True)):
        if isinstance(item, Pin):
            found.setdefault(item.place.path, []).append(item)
    return found


def edits(pin: Pin):
    """The lines that the repair of a pin changes."""
    about = case(pin)
    finding = Finding("WXC201", Level.ERROR, pin.place, same("x"))
    fixes = (verification_fix(pin, about),) if pin.kind is PinKind.VERIFICATION_OFF else pin_fixes(finding, about, pin)
    return next((fix.edits for fix in fixes if fix.edits), ())


def made(text: str, changes) -> str:
    """A text with edits made."""
    lines = text.split("\n")
    for edit in sorted(changes, key=lambda one: -one.first):
        assert "\n".join(lines[edit.first - 1 : edit.last]) == edit.replaced
        lines[edit.first - 1 : edit.last] = edit.replacement.split("\n") if edit.replacement else []
    return "\n".join(lines)


def parses(language: Language, text: str) -> bool:
    """Whether the language's grammar finds no fault; Python and shell are asked themselves."""
    if language.name == "python":
        try:
            compile(text, "x.py", "exec")
        except SyntaxError:
            return False
    if language.name == "shell":
        return subprocess.run(["bash", "-n"], input=text.encode(), capture_output=True, check=False).returncode == 0
    if language.grammar is None:
        return True
    return not open_source("x", text.encode(), language).tree.root_node.has_error


def cases(language: Language) -> list[tuple[str, str]]:
    return [(pattern.slug, bad) for pattern in language.patterns for bad in pattern.bad]


@pytest.mark.parametrize("language", languages.every(), ids=lambda it: it.name)
def test_the_edit_shown_for_a_bad_line_leaves_a_good_one(language, tmp_path):
    ending = language.endings[0] if language.endings else ""
    plain = language.file_names[0].replace("*", "a") if language.file_names else "a"
    texts = {}
    for number, (slug, bad) in enumerate(cases(language)):
        folder = tmp_path / f"p{number}"
        folder.mkdir()
        path = folder / (f"a{ending}" if ending else plain)
        path.write_text(bad + "\n", encoding="utf-8")
        texts[str(path)] = (slug, bad + "\n")
    changed = {}
    for path, found in pins(tmp_path).items():
        slug, before = texts[path]
        mine = [pin for pin in found if pin.pattern == f"{language.name}/{slug}" and pin.kind in FIXED]
        changes = {edit for pin in mine[:1] for edit in edits(pin)}
        if changes:
            changed[path] = (mine, before, made(before, changes))
    for path, (_, before, after) in changed.items():
        Path(path).write_text(after, encoding="utf-8")
        assert parses(language, after) or not parses(language, before), (before, after)
    again = pins(tmp_path)
    for path, (mine, before, after) in changed.items():
        same_place = (mine[0].pattern, mine[0].kind, mine[0].value)
        left = [it for it in again.get(path, []) if (it.pattern, it.kind, it.value) == same_place]
        first = [it for it in mine if (it.pattern, it.kind, it.value) == same_place]
        own = [store for it in left for store in it.targets if store.path != "/etc/ssl/certs/ca-certificates.crt"]
        assert len(left) < len(first) or (not own and "ca-certificates" in after), (before, after)
