"""What a text for people says of a setting makes none; a command or a setting in the same kind of value still counts."""

import time

import pytest

from tests.evidence import WECHATPAY
from wxcertcheck.model import Pin
from wxcertcheck.scan import ScanRequest, scan


def slugs(tmp_path, name, text):
    (tmp_path / name).write_text(text + "\n", encoding="utf-8")
    return [it.pattern for it in scan(ScanRequest((str(tmp_path),), (WECHATPAY,), jobs=1)) if isinstance(it, Pin)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", 'description: "tlsSkipVerify=true switches off the check"'),
        ("a.yaml", "note: 'Set verify_ssl: false to skip, or use curl -k https://a'"),
        ("a.yaml", "help: >\n  Set insecure_skip_verify: true for self-signed certificates."),
        ("a.yaml", "x:\n  y: |\n    You can use `curl -k https://a` when the certificate is refused."),
        ("a.yaml", "- x: If you see errors, run npm config set strict-ssl false."),
        ("a.yaml", "x: 开发时可设置 verify_ssl: false 跳过校验"),
        ("a.yaml", "README.md: |\n  curl -k https://a"),
        ("a.json", '{ "help": "Set verify_ssl: false", "a": 1 }'),
        ("package.json", '{ "description": "Use curl -k https://a to see it without the check" }'),
        ("a.json", '{ "description": "SSL_CERT_FILE=/etc/ca.pem names the bundle" }'),
        ("a.toml", 'description = "tlsSkipVerify=true switches off the check"'),
        ("a.toml", 'help = """\nSet verify_ssl: false\n"""'),
    ],
)
def test_a_text_for_people_makes_no_setting(name, text, tmp_path):
    assert slugs(tmp_path, name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{ "scripts": { "get": "curl -sk https://a && node b.js" } }'),
        ("a.yaml", "verify_ssl: false"),
        ("a.yaml", "run: curl -k https://a/"),
        ("a.yaml", "run: |\n  set -e\n  curl -k https://a/"),
        ("a.yaml", 'run: echo "this is the build of the day" && curl -k https://a/'),
        ("a.yaml", "run: echo 开始下载; curl -k https://a/"),
        ("a.yaml", "script:\n  - apt-get install curl wget\n  - docker run -it a b && curl -k https://a/"),
        ("a.yaml", "description: it is by the book, only to be read\nverify_ssl: false"),
        ("a.yaml", "help:\n  verify_ssl: false"),
        ("a.json", '{ "description": "to be or not to be", "verify_ssl": false }'),
        ("a.json", '{ "description": "x", "get": "NODE_TLS_REJECT_UNAUTHORIZED=0 node a.js" }'),
        ("a.toml", 'help = """\nthe one of it\n"""\nverify_ssl = false'),
        ("a.toml", 'url = "mongodb://h/?tls=true&tlsInsecure=true"'),
    ],
)
def test_a_setting_or_a_command_beside_one_counts_once(name, text, tmp_path):
    assert len(slugs(tmp_path, name, text)) == 1


@pytest.mark.parametrize("filler", ["a", '"', "a:", '"a": ', "the ", " ", "- "])
def test_hostile_lines_take_no_time(filler, tmp_path):
    started = time.monotonic()
    slugs(tmp_path, "a.yaml", "\n".join(f"{filler * 9_000} verify_ssl: false" for _ in range(20)))
    assert time.monotonic() - started < 10
