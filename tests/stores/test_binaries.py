"""What binaries say without being run, against readelf and ldd, and with hostile input."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rootfs import BOTH, G1, bundle, fingerprint
from wxcertcheck.errors import CannotRead
from wxcertcheck.stores.binaries import (
    absolute_paths,
    built_in_certificates,
    is_go,
    library,
    linkage,
    needed_library,
    text_between,
)
from wxcertcheck.stores.filesystem import FileSystem

HERE = FileSystem(None)
REAL = [
    path
    for path in ("/usr/bin/curl", "/usr/bin/node", "/usr/bin/git", "/usr/bin/openssl", "/bin/ls")
    if Path(path).exists()
]


@pytest.mark.parametrize("path", REAL)
def test_linkage_is_what_readelf_says(path):
    said = subprocess.check_output(["readelf", "-dW", path], text=True, timeout=60)
    assert linkage(HERE, path).needed == tuple(re.findall(r"\(NEEDED\).*\[(.*)\]", said))


@pytest.mark.parametrize(("path", "prefix"), [("/usr/bin/curl", "libcurl"), ("/usr/bin/openssl", "libcrypto.so")])
def test_a_needed_library_is_found_where_the_linker_finds_it(path, prefix):
    said = subprocess.check_output(["ldd", path], text=True, timeout=60)
    real = next(line.split()[2] for line in said.splitlines() if line.strip().startswith(prefix))
    found = needed_library(HERE, path, prefix)
    assert found is not None
    assert Path(found).resolve() == Path(real).resolve()
    assert needed_library(HERE, path, "libnothing") is None
    assert library(HERE, "libnothing.so.1") is None


def test_openssldir_is_what_openssl_says():
    said = subprocess.check_output(["openssl", "version", "-d"], text=True, timeout=60)
    libcrypto = needed_library(HERE, "/usr/bin/openssl", "libcrypto.so")
    assert libcrypto is not None
    assert text_between(HERE, libcrypto, b'OPENSSLDIR: "', b'"') == said.partition('"')[2].partition('"')[0]


def test_libcurl_s_paths_are_what_curl_config_would_say():
    libcurl = needed_library(HERE, "/usr/bin/curl", "libcurl")
    assert libcurl is not None
    assert all(path.startswith("/") for path in absolute_paths(HERE, libcurl, (b".crt", b".pem", b"/certs")))


def test_node_s_list_is_what_node_says():
    said = subprocess.check_output(["node", "-p", "require('tls').rootCertificates.join('\\n')"], text=True, timeout=60)
    count = said.count("BEGIN CERTIFICATE")
    assert len(built_in_certificates(HERE, shutil.which("node") or "").certificates) == count > 100


def test_certificates_and_words_that_are_none(tmp_path):
    path = tmp_path / "program"
    path.write_bytes(b"junk\0" + bundle([G1]) + b"\0-----BEGIN CERTIFICATE-----\0never ends" + bytes(100))
    contents = built_in_certificates(HERE, str(path))
    assert [certificate.fingerprint for certificate in contents.certificates] == [fingerprint(G1)]
    escaped = bundle(BOTH).replace(b"\n", b"\\n")
    path.write_bytes(b'{"roots": "' + escaped + b'"}')
    assert len(built_in_certificates(HERE, str(path)).certificates) == len(BOTH)


def test_missing_empty_and_other_files(tmp_path):
    (tmp_path / "empty").touch()
    for name in ("gone", "empty", "."):
        path = str(tmp_path / name)
        assert linkage(HERE, path).needed == ()
        assert text_between(HERE, path, b"a", b"b") is None
        assert absolute_paths(HERE, path, (b"/certs",)) == ()
        assert not is_go(HERE, path)
    with pytest.raises(CannotRead):
        built_in_certificates(HERE, str(tmp_path / "gone"))


ELF = Path("/bin/true").read_bytes()


@settings(max_examples=150, deadline=None)
@given(cut=st.integers(0, len(ELF)), edits=st.lists(st.tuples(st.integers(0, 4096), st.integers(0, 255)), max_size=12))
def test_a_hostile_binary_says_nothing_and_breaks_nothing(cut, edits, tmp_path_factory):
    data = bytearray(ELF[:cut])
    for at, value in edits:
        if at < len(data):
            data[at] = value
    path = tmp_path_factory.mktemp("elf") / "program"
    path.write_bytes(data)
    linkage(HERE, str(path))
    needed_library(HERE, str(path), "libc")
    text_between(HERE, str(path), b"/lib", b"\0")
    absolute_paths(HERE, str(path), (b".so",))
    is_go(HERE, str(path))
