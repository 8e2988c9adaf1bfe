"""A certificate in source as the bytes of its DER: devices, Java and scripts have it so."""

import pytest

from tests.evidence import WECHATPAY, root
from wxcertcheck.model import CertificateFile
from wxcertcheck.scan import ScanRequest, scan

DER = root("g1").der
SIGNED = [byte - 256 if byte > 127 else byte for byte in DER]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ca.h", f"const unsigned char root_ca[] = {{\n  {', '.join(f'0x{byte:02x}' for byte in DER)}\n}};\n"),
        ("ca.ino", f"const uint8_t root_ca[] PROGMEM = {{{','.join(f'0x{byte:02X}' for byte in DER)}}};\n"),
        ("Ca.java", f"class Ca {{ byte[] ca = {{{', '.join(f'(byte) 0x{byte:02x}' for byte in DER)}}}; }}\n"),
        ("Ca.kt", f"val ca = byteArrayOf({', '.join(map(str, SIGNED))})\n"),
        ("ca.js", f"const ca = Buffer.from([{','.join(map(str, DER))}]);\n"),
        ("ca.py", 'CA = b"' + "".join(rf"\x{byte:02x}" for byte in DER) + '"\n'),
    ],
)
def test_it_is_found_and_known(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    (tmp_path / f"cut-{name}").write_text(
        text.replace("0x82", "0x83").replace("x82", "x83").replace("130", "131").replace("-126", "-125")
    )
    [found] = [item for item in scan(ScanRequest((str(tmp_path),), (WECHATPAY,))) if isinstance(item, CertificateFile)]
    assert found.place.path == str(tmp_path / name)
    assert [one.fingerprint for one in found.store.certificates] == [root("g1").fingerprint]
