"""A JSON document's text."""

import json

import pytest

from wxcertcheck.reporters.json_document import json_document


@pytest.mark.parametrize(
    "value",
    [{}, [], {"a": [], "b": {}, "c": [1, None, True, 0.25, '根证书 \\xd6 \u2028 \x01 " \\']}, "", [[{"a": [[]]}]]],
)
def test_it_is_what_the_standard_library_writes(value):
    assert json_document(value) == json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def test_a_byte_that_is_not_utf_8_is_readable_and_breaks_no_parser():
    written = json_document({"path": b"/srv/\xb8\xb6.py".decode("utf-8", "surrogateescape"), "\udcff": 1})
    written.encode()
    assert json.loads(written) == {"path": r"/srv/\xb8\xb6.py", r"\xff": 1}
