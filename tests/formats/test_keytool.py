"""keytool as second opinion: the real one, and ones that lie in Chinese, hang or crash."""

import os
import shutil
import time
from pathlib import Path

import pytest

from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import read
from wxcertcheck.formats.keytool import read_with_keytool

from .conftest import ROOTS, keytool
from .test_java_keystores import KINDS, TWO, WITHOUT_PASSWORD, with_private_key

KEYTOOL = Path(shutil.which("keytool") or "keytool")
LIMIT = 30.0


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in os.environ:
        if name.startswith(("JAVA_", "JDK_", "_JAVA")):
            monkeypatch.delenv(name)


def script(folder: Path, text: str) -> Path:
    path = folder / "keytool"
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def facts(contents) -> dict[str, tuple[bytes, bool]]:
    return {c.label: (c.der, c.trusted) for c in contents.certificates}


@pytest.mark.parametrize("variant", KINDS)
def test_keytool_and_the_own_reader_agree(made_by_keytool, variant):
    kind, options = variant
    store = made_by_keytool(kind, *TWO, options=(*options, "-J-Duser.language=en"))
    by_keytool = read_with_keytool(store, KEYTOOL, ["changeit"], LIMIT)
    assert facts(by_keytool) == facts(read(store.read_bytes()))
    assert len(by_keytool.certificates) == 2


def test_they_agree_about_the_entry_of_a_private_key(tmp_path):
    store = with_private_key(tmp_path, "jks")
    assert facts(read_with_keytool(store, KEYTOOL, ["changeit"], LIMIT)) == facts(read(store.read_bytes()))


def test_a_chinese_locale_and_noise_change_nothing(made_by_keytool, tmp_path, monkeypatch):
    store = made_by_keytool("jks", *TWO)
    plain = read_with_keytool(store, KEYTOOL, ["changeit"], LIMIT)
    options = "-Duser.language=zh -Duser.country=CN"
    chinese = script(tmp_path, f'JAVA_TOOL_OPTIONS="{options}" exec {KEYTOOL} "$@"\n')
    monkeypatch.setenv("JDK_JAVA_OPTIONS", options)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert read_with_keytool(store, chinese, ["changeit"], LIMIT) == plain


def test_no_password_is_asked_for_a_jks(made_by_keytool):
    store = made_by_keytool("jks", TWO[1], password="s3cret!")
    assert len(read_with_keytool(store, KEYTOOL, [], LIMIT).certificates) == 1


def test_an_encrypted_pkcs12_without_its_password_is_not_zero_entries(made_by_keytool):
    store = made_by_keytool("pkcs12", TWO[1], password="s3cret!")
    assert reason(store, KEYTOOL, []) == "needs-password"
    assert reason(store, KEYTOOL, ["no"]) == "wrong-password"
    assert len(read_with_keytool(store, KEYTOOL, ["no", "s3cret!"], LIMIT).certificates) == 1


def test_a_pkcs12_that_has_no_password_is_read_without(made_by_keytool):
    store = made_by_keytool("pkcs12", *TWO, options=WITHOUT_PASSWORD)
    assert len(read_with_keytool(store, KEYTOOL, [], LIMIT).certificates) == 2


def test_an_alias_may_be_anything(tmp_path):
    store = tmp_path / "odd.jks"
    alias = "微信 Entry type: x"
    file = ROOTS / f"{TWO[1]}.pem"
    keytool("-importcert", "-noprompt", "-keystore", store, "-storetype", "jks", "-storepass", "changeit", "-alias", alias,
            "-file", file, LC_ALL="C.UTF-8")  # fmt: skip
    [certificate] = read(store.read_bytes()).certificates
    [listed] = read_with_keytool(store, KEYTOOL, [], LIMIT).certificates
    assert (listed.der, listed.trusted) == (certificate.der, True)
    assert certificate.label == alias.lower()


def reason(store: Path, program: Path, passwords: list[str], limit: float = LIMIT) -> str:
    with pytest.raises(CannotRead) as caught:
        read_with_keytool(store, program, passwords, limit)
    assert caught.value.hint
    return caught.value.reason


def test_a_keytool_that_hangs_is_ended_in_time(made_by_keytool, tmp_path):
    started = time.monotonic()
    assert reason(made_by_keytool("jks", TWO[1]), script(tmp_path, "sleep 60 & sleep 60\n"), [], 0.5) == "unsupported"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("crash", ["kill -SEGV $$", "exit 1", "echo boom >&2; exit 134"])
def test_a_keytool_that_crashes_is_no_verdict_about_the_store(made_by_keytool, tmp_path, crash):
    assert reason(made_by_keytool("jks", TWO[1]), script(tmp_path, crash + "\n"), []) == "unsupported"


def test_a_missing_keytool_or_store(made_by_keytool, tmp_path):
    assert reason(made_by_keytool("jks", TWO[1]), tmp_path / "nowhere", []) == "unsupported"
    assert reason(tmp_path / "missing.jks", KEYTOOL, []) == "unsupported"


def test_what_keytool_refuses_is_damaged(tmp_path):
    store = tmp_path / "random"
    store.write_bytes(b"\xfe\xed\xfe\xed" + b"random")
    assert reason(store, KEYTOOL, []) == "damaged"
