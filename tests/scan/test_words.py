"""What is told from raw bytes before a file is parsed: nothing that a pattern would find may be lost there."""

from time import process_time

import pytest

from tests.evidence import WECHATPAY
from wxcertcheck.scan import Limits, languages, look
from wxcertcheck.scan.look import Looker
from wxcertcheck.scan.match import matches, open_source
from wxcertcheck.scan.paths import Flags
from wxcertcheck.scan.words import Rule

PATTERNS = [(language, pattern) for language in languages.every() for pattern in language.patterns]


@pytest.mark.parametrize(
    ("language", "pattern"), PATTERNS, ids=lambda one: getattr(one, "name", getattr(one, "slug", ""))
)
def test_every_bad_line_is_worth_parsing(language, pattern):
    rule = Rule(frozenset(), pattern.followed, pattern.within)
    for line in pattern.bad:
        data = line.encode()
        assert any(rule.applies(word, {word}, data) for word in pattern.words if word.encode() in data), line


def test_a_word_counts_only_beside_the_others_that_its_pattern_asks_for():
    rule = Rule(frozenset({"ssl"}), "")
    assert rule.applies("context=", {"context=", "ssl"}, b"import ssl; f(context=c)")
    assert not rule.applies("context=", {"context="}, b"f(context=c)")


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("int SSL_CTX_load_verify_locations(SSL_CTX *ctx, const char *file, const char *path);", False),
        ("void SSL_CTX_set_verify(SSL_CTX *ctx, int mode, SSL_verify_cb callback);", False),
        ("/* see SSL_CTX_set_verify() */", False),
        ("static void f(SSL_CTX *ctx) { SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, 0); }", True),
        ("static void f(SSL_CTX *ctx) { wolfSSL_CTX_load_verify_locations (ctx, path, 0); }", True),
    ],
)
def test_a_header_that_only_declares_functions_is_not_parsed(tmp_path, monkeypatch, line, parsed):
    opened = []
    real = look.open_source
    monkeypatch.setattr(look, "open_source", lambda *given: opened.append(given) or real(*given))
    header = tmp_path / "ssl.h"
    header.write_text(line + "\n")
    Looker((WECHATPAY,), Limits(), Flags((str(tmp_path),))).look(str(header))
    assert bool(opened) == parsed


@pytest.mark.parametrize(
    ("name", "written", "finds"),
    [
        ("dockerfile", "curl --cacert a ", 1250),
        ("dockerfile", "wget --no-check-certificate ", 714),
        ("c", "void f(void) { tls.ca_file = options->ca_file; } ", 0),
    ],
)
def test_one_line_full_of_hits_is_read_in_seconds(name, written, finds):
    source = open_source("a", (written * (20_000 // len(written))).encode(), languages.by_name(name))
    started = process_time()
    assert sum(1 for _ in matches(source)) == finds
    assert process_time() - started < 15  # a minute and more where every place reads the whole line again


def test_a_javascript_file_full_of_options_is_read_in_seconds():
    lines = (f"const o{n} = {{ ca: fs.readFileSync('a{n}.pem') }}; https.request(o{n});\n" for n in range(3000))
    source = open_source("a.js", "".join(lines).encode(), languages.by_name("javascript"))
    started = process_time()
    assert sum(1 for _ in matches(source)) == 3000
    assert process_time() - started < 10
