"""The repair fits the store: the source of a generated store, this JDK, this file."""

import pytest

from tests.evidence import TODAY, case, runtime, store
from wxcertcheck.fixes import plan
from wxcertcheck.judge import findings_of
from wxcertcheck.model import Level, StoreState


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
    path = "/usr/lib/jvm/x/lib/security/cacerts"
    old = commands(runtime(store("g1", path=path, repair="java"), name="java 1.8.0_20"))
    new = commands(runtime(store("g1", path=path, repair="java"), name="java 17.0.2"))
    assert f"-keystore {path}" in old[1]
    assert "-cacerts" in new[1]
    assert old[1].startswith("/usr/bin/keytool")


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
