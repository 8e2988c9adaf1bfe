"""Every situation through every format, against golden files. `WXCERTCHECK_GOLDEN=write pytest` remakes them."""

import json
import os
from pathlib import Path

import jsonschema
import pytest

from tests.reporters.situations import SITUATIONS, report
from wxcertcheck.reporters import render
from wxcertcheck.reporters.layout import width

GOLDEN = Path(__file__).parents[2] / "fixtures" / "reports"
SCHEMA = Path(__file__).parents[2] / "wxcertcheck" / "reporters" / "json_v1.schema.json"


def compare(file, content):
    path = GOLDEN / file
    if os.environ.get("WXCERTCHECK_GOLDEN") == "write":
        path.write_text(content, encoding="utf-8")
    assert content == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SITUATIONS)
def test_terminal(name, language):
    content = render(report(name), "terminal", language)
    compare(f"{name}.{language}.txt", content)
    too_wide = [line for line in content.splitlines() if width(line) > 80 and not line.startswith("    ")]
    assert too_wide == []  # commands, indented by four, are never wrapped: they are made to be copied


@pytest.mark.parametrize("name", SITUATIONS)
def test_json(name):
    content = render(report(name), "json", "en")
    compare(f"{name}.json", content)
    jsonschema.validate(json.loads(content), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_schema_refuses_another_status():
    document = json.loads(render(report("ready"), "json", "en"))
    document["verdict"]["status"] = "FINE"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_meaning_survives_without_colour():
    plain = render(report("java-lacks-g2"), "terminal", "en", color=False)
    coloured = render(report("java-lacks-g2"), "terminal", "en", color=True)
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert "NOT READY" in plain


def test_quiet_keeps_the_verdict_and_what_to_do():
    quiet = render(report("java-lacks-g2"), "terminal", "en", quiet=True)
    assert "NOT READY" in quiet
    assert "keytool" in quiet
    assert "In use" not in quiet
