"""What merchants fear for and need not: their API certificate and key, and WeChat Pay's platform certificate."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.evidence import WECHATPAY, root
from wxcertcheck.model import CertificateFile, Looked
from wxcertcheck.rotations import pem_of
from wxcertcheck.scan import ScanRequest, scan

KEY = ec.generate_private_key(ec.SECP256R1())
PEM_KEY = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def issued_by_wechat_pay(organisation, name):
    def named(organisation, name):
        return x509.Name(
            [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, name)]
        )

    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(organisation, name))
        .issuer_name(named("Tenpay.com", "Tenpay.com Root CA"))
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=False)
    )
    return builder.sign(KEY, SHA256()).public_bytes(Encoding.PEM).decode()


def looked(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    found = scan(ScanRequest((str(folder),), (WECHATPAY,), jobs=1))
    [summary] = [item.text.en for item in found if isinstance(item, Looked)]
    return {
        item.place.path.rpartition("/")[2]: item.role.value for item in found if isinstance(item, CertificateFile)
    }, summary


def test_a_merchants_certificate_and_key_and_the_platforms_are_told_from_roots(tmp_path):
    files = {
        "merchant.pem": issued_by_wechat_pay("微信商户系统", "1900000109"),
        "platform.pem": issued_by_wechat_pay("Tenpay.com", "Tenpay.com sign"),
        "ca.pem": pem_of(root("g1")),
        "apiclient_key.pem": PEM_KEY,
    }
    roles, summary = looked(tmp_path, files)
    assert roles == {"merchant.pem": "identity", "platform.pem": "signing", "ca.pem": "trust"}
    assert summary == (
        "4 files looked at; not concerned by the rotation: 1 file with a merchant's or server's own certificate, "
        "1 file with certificates for signatures (as WeChat Pay's platform certificate), 1 file with a private key"
    )


@pytest.mark.parametrize("name", ["tests/apiclient_key.pem", "key.md"])
def test_keys_of_tests_and_in_documentation_are_not_counted(tmp_path, name):
    assert looked(tmp_path, {name: PEM_KEY})[1] == "1 file looked at"


def test_a_root_alone_is_concerned(tmp_path):
    assert looked(tmp_path, {"ca.pem": pem_of(root("g2"))})[1] == "1 file looked at"
