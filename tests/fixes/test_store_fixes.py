"""The repair fits the store: the source of a generated store, this JDK, this file."""

import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evidence import TODAY, case, runtime, store
from tests.rootfs import G1, G2, fingerprint, pem, trusted
from wxcertcheck.fixes import plan
from wxcertcheck.judge import findings_of
from wxcertcheck.model import Level, StoreState
from wxcertcheck.stores import read_files

WITH_PROGRAM = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def commands(holder, on=TODAY):
    about = case(holder, on=on)
    finding = next(f for f in findings_of(about) if f.level is Level.ERROR)
    [fix] = plan(finding, about)
    return fix.commands


@pytest.mark.parametrize(
    ("mechanism", "expected"),
    [
        ("debian", ["/usr/local/share/ca-certificates/digicert-global-root-g2.crt", "update-ca-certificates"]),
        ("rhel", ["/etc/pki/ca-trust/source/anchors/digicert-global-root-g2.pem", "update-ca-trust"]),
        ("rhel6", ["update-ca-trust enable", "update-ca-trust extract"]),
        ("suse", ["/etc/pki/trust/anchors/digicert-global-root-g2.pem", "update-ca-certificates"]),
        ("arch", ["/etc/ca-certificates/trust-source/anchors", "update-ca-trust"]),
        ("file", ["cp -p", ">> /etc/ssl/certs/ca-certificates.crt"]),
        ("node", ["NODE_EXTRA_CA_CERTS"]),
    ],
)
def test_each_mechanism_has_its_commands(mechanism, expected):
    text = "\n".join(commands(runtime(store("g1", repair=mechanism))))
    assert all(part in text for part in expected), text
    assert "wechatpay-2024/g2" in text


def test_el6_enables_the_mechanism_first():
    assert commands(runtime(store("g1", repair="rhel6")))[0] == "update-ca-trust enable"


def test_cacerts_option_exists_from_jdk_9():
    path, java = "/opt/jdk/lib/security/cacerts", "/opt/jdk/bin/java"

    def importing(path, name):
        return commands(runtime(store("g1", path=path, repair="java"), name=name, executable=java))[1]

    assert f"-keystore {path}" in importing(path, "java 1.8.0_20")
    assert "-cacerts" in importing(path, "java 17.0.2")
    assert importing(path, "java 17.0.2").startswith("/opt/jdk/bin/keytool")
    assert "-keystore /srv/lib/security/cacerts" in importing("/srv/lib/security/cacerts", "java 17.0.2")


def test_appending_keeps_a_bundle_whole_that_lacks_its_last_newline(tmp_path):
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(pem(G1).rstrip(b"\n"))
    for command in commands(read_files([str(bundle)])[0]):
        subprocess.run(["bash", "-c", command], check=True, env=WITH_PROGRAM, timeout=60)
    assert read_files([str(bundle)])[0].trusted == {fingerprint(G1), fingerprint(G2)}
    assert ssl.create_default_context(cafile=str(bundle)).cert_store_stats()["x509_ca"] == 2


@pytest.mark.parametrize("options", [["x509", "-outform", "DER"], ["crl2pkcs7", "-nocrl", "-certfile", "/dev/stdin"]])
def test_what_cannot_be_appended_to_becomes_pem(tmp_path, options):
    file = tmp_path / "ca.bin"
    file.write_bytes(subprocess.run(["openssl", *options], input=pem(G1), capture_output=True, check=True).stdout)
    for command in commands(read_files([str(file)])[0]):
        subprocess.run(["bash", "-c", command], check=True, env=WITH_PROGRAM, timeout=60)
    assert {fingerprint(G1), fingerprint(G2)} <= read_files([f"{file}.pem"])[0].trusted


def test_a_rejecting_certificate_is_replaced_not_appended_to(tmp_path):
    file = tmp_path / "ca.pem"
    file.write_bytes(pem(G1) + trusted(G2, "-addreject", "serverAuth"))
    assert not any(">>" in command for command in commands(read_files([str(file)])[0]))


def test_an_empty_system_store_is_generated_again():
    text = "\n".join(commands(runtime(store(state=StoreState.EMPTY, repair="debian"))))
    assert "--reinstall" in text
    assert "update-ca-certificates --fresh" in text


def test_a_private_file_below_etc_ssl_is_no_system_store():
    missing = runtime(store(state=StoreState.MISSING, path="/etc/ssl/own/x.pem"))
    assert commands(missing) == ()


def test_a_switched_off_root_is_switched_on_again():
    assert "/etc/ca-certificates.conf" in commands(runtime(store("g1", off=["g2"], repair="debian")))[0]


def test_a_missing_system_store_is_installed():
    assert "install -y ca-certificates" in commands(runtime(store(state=StoreState.MISSING, repair="debian")))[0]


def test_the_lacking_root_is_the_one_that_is_added():
    from tests.evidence import SEPTEMBER_2024

    text = "\n".join(commands(runtime(store("g2", repair="debian")), on=SEPTEMBER_2024))
    assert "wechatpay-2024/g1" in text
    assert "wechatpay-2024/g2" not in text


def test_a_path_with_blanks_is_quoted():
    assert "'/srv/my app/ca.pem'" in commands(runtime(store("g1", path="/srv/my app/ca.pem", repair="file")))[0]
