"""A user's own rotation file: read like a shipped one, and refused by file, key and what was expected where it is faulty."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from wxcertcheck.errors import RotationError
from wxcertcheck.rotations import load_rotation, root_by_name, rotation_source
from wxcertcheck.rotations.reading import read_rotation

G1 = "4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161"
G2 = "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f"

CORRECT = f"""\
title = {{zh = "内部网关", en = "Internal gateway"}}
zone = "+08:00"
hosts = [{{name = "gateway.example"}}]

[[roots]]
key = "old"
sha256 = "{G1}"
role = "retiring"

[[roots]]
key = "new"
sha256 = "{G2}"
role = "incoming"

[chains.old]
anchors = ["old"]

[chains.new]
anchors = ["new"]

[[phases]]
chains = ["old"]

[[phases]]
from = 2027-01-01
chains = ["old", "new"]
end = "unknown"

[[sources]]
url = "https://gateway.example/notice"
read_on = 2026-11-21
"""


def certificate(name: str = "My Root", issuer: str | None = None, ca: bool = True) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    above = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer or name)])
    start = datetime(2024, 1, 1, tzinfo=UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def pem(made: x509.Certificate) -> str:
    return made.public_bytes(serialization.Encoding.PEM).decode()


def write(folder, text: str | bytes, name: str = "own.toml"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path) -> RotationError:
    with pytest.raises(RotationError) as caught:
        load_rotation(str(path))
    assert str(path) in caught.value.message.en
    assert str(path) in caught.value.message.zh
    assert caught.value.hint.en
    assert caught.value.hint.zh
    return caught.value


def test_a_correct_file_is_read(tmp_path):
    rotation = load_rotation(str(write(tmp_path, CORRECT)))
    assert (rotation.id, rotation.title.zh) == ("own", "内部网关")
    assert rotation.phases[1].starts == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert rotation.phases[1].end_unknown
    assert rotation.knows_host("gateway.example")


@pytest.mark.parametrize("name", ["wechatpay-2024", "digicert-g1-distrust-2026", "wechatpay-2018"])
def test_a_shipped_file_is_a_start_for_ones_own(tmp_path, name):
    own = load_rotation(str(write(tmp_path, rotation_source(name))))
    assert replace(own, file="") == load_rotation(name)
    assert own.reference == own.file != load_rotation(name).reference


def test_a_byte_order_mark_and_crlf_do_not_matter(tmp_path):
    crlf = b"\xef\xbb\xbf" + CORRECT.replace("\n", "\r\n").encode()
    assert load_rotation(str(write(tmp_path, crlf))) == load_rotation(str(write(tmp_path, CORRECT)))


def test_an_iana_zone_is_the_same_as_its_offset(tmp_path):
    named = write(tmp_path, CORRECT.replace("+08:00", "Asia/Shanghai"), "named.toml")
    offset = write(tmp_path, CORRECT)
    assert load_rotation(str(named)).phases[1].starts == load_rotation(str(offset)).phases[1].starts


@pytest.mark.parametrize("given", ["pem", "PEM file", "DER file"])
def test_a_root_of_ones_own(tmp_path, given):
    made = certificate("内部 Root")
    lines = {
        "pem": f'pem = """\n{pem(made)}"""',
        "PEM file": 'file = "root.pem"',
        "DER file": 'file = "root.der"',
    }
    (tmp_path / "root.pem").write_text("# a comment\n" + pem(made))
    (tmp_path / "root.der").write_bytes(made.public_bytes(serialization.Encoding.DER))
    path = write(tmp_path, CORRECT.replace(f'sha256 = "{G2}"', lines[given]))
    root = load_rotation(str(path)).roots[1]
    assert root.fingerprint == made.fingerprint(hashes.SHA256()).hex()
    assert (root.name, root.not_after) == ("内部 Root", made.not_valid_after_utc)
    assert root.der == made.public_bytes(serialization.Encoding.DER)
    assert root_by_name(f"{path}/new") == root


ADDRESS = '[[{}]]\nhost = "gateway.example"\nip = "{}"\nserves = "{}"\n\n[[sources]]'

# fault -> (what is replaced, by what, the place that the message must name, a word of what was expected)
FAULTS = {
    "no title": ('title = {zh = "内部网关", en = "Internal gateway"}\n', "", "title", "missing"),
    "title in one language": ('zh = "内部网关", ', "", "title.zh", "missing"),
    "title with an escape sequence": ("Internal", "\\u001b[2J", "title.en", "control characters"),
    "no zone": ('zone = "+08:00"\n', "", "zone", "missing"),
    "bad zone": ("+08:00", "Mars/Olympus", "zone", "Asia/Shanghai"),
    "zone outside zoneinfo": ("+08:00", "../../etc/passwd", "zone", "Asia/Shanghai"),
    "zone that is a folder": ("+08:00", "Asia", "zone", "Asia/Shanghai"),
    "zone of 99 hours": ("+08:00", "+99:00", "zone", "Asia/Shanghai"),
    "no hosts key": ('hosts = [{name = "gateway.example"}]\n', "", "hosts", "[[hosts]]"),
    "hosts as texts": ('{name = "gateway.example"}', '"gateway.example"', "hosts[0]", "table"),
    "host that is a URL": ("gateway.example", "https://gateway.example/", "hosts[0].name", "host name"),
    "host that is any": ("gateway.example", "*", "hosts[0].name", "hosts = []"),
    "port of 0": ('"gateway.example"}', '"gateway.example", port = 0}', "hosts[0].port", "65535"),
    "port that is true": ('"gateway.example"}', '"gateway.example", port = true}', "hosts[0].port", "65535"),
    "unknown key": ('zone = "', 'zones = 1\nzone = "', "zones", "unknown key"),
    "unknown key below": ('key = "old"', 'key = "old"\nroll = "x"', "roots[0].roll", "unknown key"),
    "unknown key in a chain": ('anchors = ["new"]', 'anchors = ["new"]\nany = 1', "chains.new.any", "unknown key"),
    "unknown key in a phase": ("from = 2027", "until = 2028-01-01\nfrom = 2027", "phases[1].until", "unknown key"),
    "role": ('"retiring"', '"old"', "roots[0].role", "retiring, incoming, alternative"),
    "no incoming root": ('"incoming"', '"alternative"', "roots", "incoming"),
    "sha256 of no shipped root": (G2, "f" * 64, "roots[1].sha256", "built-in root"),
    "sha256 too short": (G2, G2[:-1], "roots[1].sha256", "64 hexadecimal"),
    "sha256 missing": (f'sha256 = "{G2}"\n', "", "roots[1]", "sha256, pem or file"),
    "same root twice": (G2, G1, "roots[1]", "each root once"),
    "same key twice": ('key = "new"', 'key = "old"', "roots[1].key", "no other root"),
    "key with a slash": ('key = "new"', 'key = "a/b"', "roots[1].key", "short name"),
    "pem that is none": (f'sha256 = "{G2}"', 'pem = "hello"', "roots[1].pem", "root certificate"),
    "pem file missing": (f'sha256 = "{G2}"', 'file = "none.pem"', "none.pem", "cannot read"),
    "pem file is a folder": (f'sha256 = "{G2}"', 'file = "."', "", "a regular file"),
    "pem and file": (f'sha256 = "{G2}"', 'pem = "x"\nfile = "y"', "roots[1].file", "either"),
    "chain of an unknown root": ('anchors = ["new"]', 'anchors = ["g7"]', "chains.new.anchors[0]", "old, new"),
    "chain without anchors": ('anchors = ["new"]', "anchors = []", "chains.new.anchors", "list"),
    "anchor that is a number": ('anchors = ["new"]', "anchors = [1]", "chains.new.anchors[0]", "text"),
    "no chains": ('[chains.old]\nanchors = ["old"]\n\n[chains.new]\nanchors = ["new"]', "", "chains", "table"),
    "phase with an unknown chain": ('chains = ["old", "new"]', 'chains = ["nwe"]', "phases[1].chains[0]", "old, new"),
    "phase without a date": ("from = 2027-01-01\n", "", "phases[1].from", "date"),
    "date that is a text": ("2027-01-01", '"next year"', "phases[1].from", "2024-08-05"),
    "date before all dates": ("2027-01-01", "0001-01-01", "phases[1].from", "date"),
    "date that is a number": ("2027-01-01", "2027", "phases[1].from", "date"),
    "phases out of order": ("2027-01-01", '2027-01-01\nchains = ["old"]\n\n[[phases]]\nfrom = 2026-01-01',
                            "phases[2].from", "after that of the phase before"),
    "end of a phase in the middle": ('chains = ["old"]\n', 'chains = ["old"]\nend = "unknown"\n', "phases[0].end", "last"),
    "end that is a date": ('"unknown"', '"2027-02-01"', "phases[1].end", "unknown"),
    "confidence": ('end = "unknown"', 'end = "unknown"\nconfidence = "sure"', "phases[1].confidence", "verified"),
    "source without an id": ('end = "unknown"', 'end = "unknown"\nsource = "memo"', "phases[1].source", "one of 0"),
    "day that is none": ("2026-11-21", '"yesterday"', "sources[0].read_on", "date"),
    "source without a day": ("read_on = 2026-11-21\n", "", "sources[0].read_on", "missing"),
    "sources as a table": ("[[sources]]", "[sources]", "sources", "[[sources]]"),
    "history": ('zone = "', 'history = "yes"\nzone = "', "history", "true / false"),
    "address": ("[[sources]]", ADDRESS.format("verification_addresses", "1.2.3", "new"),
                "verification_addresses[0].ip", "IPv4"),
    "address of an unknown chain": ("[[sources]]", ADDRESS.format("old_chain_addresses", "::1", "newer"),
                                    "old_chain_addresses[0].serves", "old, new"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_by_file_key_and_what_was_expected(tmp_path, fault):
    old, new, place, expected = FAULTS[fault]
    assert old in CORRECT
    path = write(tmp_path, CORRECT.replace(old, new, 1))
    with pytest.raises(RotationError) as caught:
        load_rotation(str(path))
    for message in (caught.value.message.en, caught.value.message.zh):
        assert str(tmp_path) in message
        assert place in message
    assert expected in caught.value.message.en
    assert caught.value.hint.zh


def root_entry(tmp_path, entry: str) -> RotationError:
    return refusal(write(tmp_path, CORRECT.replace(f'sha256 = "{G2}"', entry)))


def test_a_certificate_that_is_not_the_one_named(tmp_path):
    made = certificate()
    error = root_entry(tmp_path, f'sha256 = "{G2}"\npem = """\n{pem(made)}"""')
    assert "roots[1].sha256" in error.message.en
    assert made.fingerprint(hashes.SHA256()).hex() in error.message.en


def test_an_intermediate_is_no_root(tmp_path):
    error = root_entry(tmp_path, f'pem = """\n{pem(certificate("Middle", issuer="Top"))}"""')
    assert "roots[1].pem" in error.message.en
    assert "issued by another" in error.message.en


def test_two_certificates_are_one_too_many(tmp_path):
    error = root_entry(tmp_path, f'pem = """\n{pem(certificate())}{pem(certificate())}"""')
    assert "2 certificates" in error.message.en


@pytest.mark.parametrize("body", ["MIID", "!!!!", "AAAA", "MIIDjjCCAnagAwIBAgIQAzrx5qcRqaC7KGSxHQn65TANBgkq"])
def test_a_damaged_certificate(tmp_path, body):
    block = f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----"
    assert "roots[1].pem" in root_entry(tmp_path, f'pem = """\n{block}\n"""').message.en


def test_a_toml_syntax_error_has_its_line(tmp_path):
    error = refusal(write(tmp_path, CORRECT.replace('zone = "+08:00"', 'zone = "+08:00')))
    assert "line 2" in error.message.en


def test_a_file_that_is_not_utf_8_has_its_line(tmp_path):
    error = refusal(write(tmp_path, CORRECT.encode("gb18030")))
    assert "line 1" in error.message.en
    assert "UTF-8" in error.message.en


def test_nesting_without_end(tmp_path):
    refusal(write(tmp_path, "a = " + "[" * 100_000))


def test_missing_and_no_file_at_all(tmp_path):
    assert "No such file" in refusal(tmp_path / "none.toml").message.en
    assert "a directory" in refusal(tmp_path).message.en
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    refusal(loop)


def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    assert "pipe" in refusal(tmp_path / "pipe.toml").message.en
    assert "device" in refusal("/dev/zero").message.en


def test_a_gigabyte_is_refused_unread(tmp_path):
    path = write(tmp_path, CORRECT)
    os.truncate(path, 1 << 30)
    assert "1073741824 bytes" in refusal(path).message.en


def test_a_refused_open_names_the_file(tmp_path, monkeypatch):
    path = write(tmp_path, CORRECT)

    def refuse(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    assert "Permission denied" in refusal(path).message.en


def test_a_path_that_no_terminal_should_see():
    with pytest.raises(RotationError) as caught:
        load_rotation("./a\0\x1b[2J.toml")
    assert caught.value.message.en.isprintable()


def test_empty_file_asks_for_the_first_key(tmp_path):
    assert "zone" in refusal(write(tmp_path, "")).message.en


TOML_VALUES = st.sampled_from(
    ["1", "-1", "true", '""', '"x"', "[]", "[[]]", "[1]", "{}", "2024-01-01", "12:00:00", "nan", "inf", '"\\u0000"',
     "9999-12-31T23:59:59Z", '"😀"', "{a = {b = []}}", "1e400", "0x7fffffffffffffffffff"]
)  # fmt: skip
KEYS = ["title", "zone", "hosts", "key", "sha256", "role", "anchors", "chains", "from", "end", "url", "read_on", "name"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(KEYS), value=TOML_VALUES, which=st.integers(0, 2))
def test_a_wrong_type_anywhere_is_read_or_refused(tmp_path, key, value, which):
    lines = CORRECT.splitlines()
    places = [number for number, line in enumerate(lines) if line.startswith(f"{key} =")]
    if places:
        lines[places[which % len(places)]] = f"{key} = {value}"
    read_or_refused(tmp_path, "\n".join(lines).encode())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), at=st.integers(0, len(CORRECT.encode())), cut=st.integers(0, 200))
def test_any_damage_is_read_or_refused(tmp_path, data, at, cut):
    whole = CORRECT.encode()
    read_or_refused(tmp_path, whole[:at] + data + whole[at + cut :])


def read_or_refused(folder, data: bytes) -> None:
    path = write(folder, data)
    try:
        rotation = read_rotation(path)
    except RotationError as error:
        assert str(folder) in error.message.en  # noqa: PT017 - either outcome is right; a refusal must name the file
    else:
        assert rotation.outages(frozenset(), datetime(2026, 1, 1, tzinfo=UTC)) is not None
