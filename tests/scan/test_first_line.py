"""Scripts without an ending are known by their interpreter."""

from pathlib import Path

import pytest

from wxcertcheck.scan import languages


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("#!/bin/sh", "shell"),
        ("#!/usr/bin/env bash", "shell"),
        ("#! /usr/bin/env -S node --no-warnings", "javascript"),
        ("#!/usr/bin/python3.11", "python"),
        ("#!/usr/bin/env ruby\r", "ruby"),
        ("#!/usr/bin/perl -w", "perl"),
        ("#!/usr/local/bin/lua5.1", "lua"),
        ("#!/usr/bin/env A=b zsh", "shell"),
    ],
)
def test_the_interpreter_tells_the_language(first: str, name: str) -> None:
    language = languages.of_first_line(f"{first}\ncurl -k x\n".encode())
    assert language is not None
    assert language.name == name


@pytest.mark.parametrize("first", ["#!/usr/bin/awk -f", "# !/bin/sh", "", "#!", "#!/opt/show/thing", "\x00\x01"])
def test_any_other_first_line_tells_nothing(first: str) -> None:
    assert languages.of_first_line(first.encode()) is None


def test_a_script_without_an_ending_is_scanned(tmp_path: Path) -> None:
    from wxcertcheck.rotations import load_rotation
    from wxcertcheck.scan.look import Looker
    from wxcertcheck.scan.paths import Flags
    from wxcertcheck.scan.request import Limits

    script = tmp_path / "refund"
    script.write_text("#!/usr/bin/env bash\ncurl -k https://api.mch.weixin.qq.com/\n")
    looker = Looker((load_rotation("wechatpay-2024"),), Limits(), Flags((str(tmp_path),)))
    result = looker.look(str(script))
    assert result is not None
    assert [(seen.slug, seen.line) for seen in result.seen] == [("curl-insecure", 2)]
