"""JKS, JCEKS, PKCS#12 and BKS against the JDK's own keytool."""

import shutil
from pathlib import Path

import pytest

from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import jks, looks_like_store, pkcs12, read

from .conftest import ROOTS, keytool, listed_by_keytool, run

TWO = ("digicert-global-root-ca", "digicert-global-root-g2")
LEGACY = ("-J-Dkeystore.pkcs12.legacy=true",)
WITHOUT_PASSWORD = (
    "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE",
    "-J-Dkeystore.pkcs12.macAlgorithm=NONE",
)
KINDS = [
    ("jks", ()),
    ("jceks", ()),
    ("pkcs12", ()),
    ("pkcs12", LEGACY),  # RC2-40 and SHA-1, as every JDK before 16 wrote
    ("pkcs12", WITHOUT_PASSWORD),  # as JDK 18 and later ship cacerts
]


@pytest.mark.parametrize("variant", KINDS)
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_reads_what_keytool_reads(made_by_keytool, variant, locale, g1, g2):
    kind, options = variant
    store = made_by_keytool(kind, *TWO, options=(*options, f"-J-Duser.language={locale}"))
    contents = read(store.read_bytes())
    assert (contents.format, contents.problems, contents.notes) == (kind, (), ())
    assert {c.label: c.der for c in contents.certificates} == dict(zip(TWO, (g1, g2), strict=True))
    assert {c.der for c in contents.certificates} == set(listed_by_keytool(store, "-storepass", "changeit"))
    assert all(c.trusted for c in contents.certificates)
    assert looks_like_store(store.read_bytes()[:4096])


def test_reads_the_jdks_own_cacerts_as_keytool_does():
    cacerts = (Path(shutil.which("keytool") or "").resolve().parents[1] / "lib/security/cacerts").resolve()
    contents = read(cacerts.read_bytes())
    assert {c.der for c in contents.certificates if c.trusted} == set(
        listed_by_keytool(cacerts, "-storepass", "changeit")
    )
    assert len(contents.certificates) > 50
    assert (contents.problems, contents.notes) == ((), ())


def with_private_key(folder: Path, kind: str) -> Path:
    store = folder / f"key.{kind}"
    common = ("-keystore", store, "-storetype", kind, "-storepass", "changeit")
    keytool("-genkeypair", "-alias", "own", "-dname", "CN=own", "-keyalg", "EC", "-keypass", "changeit", *common)
    keytool("-importcert", "-noprompt", "-alias", "g2", "-file", ROOTS / "digicert-global-root-g2.pem", *common)
    return store


@pytest.mark.parametrize("kind", ["jks", "jceks", "pkcs12"])
def test_the_certificate_of_a_private_key_is_no_anchor(tmp_path, kind, g2):
    contents = read(with_private_key(tmp_path, kind).read_bytes())
    assert {c.label: c.trusted for c in contents.certificates} == {"own": False, "g2": True}
    [own] = [c for c in contents.certificates if not c.trusted]
    assert own.why_not == jks.OF_A_PRIVATE_KEY


def test_jceks_goes_on_behind_secret_keys(tmp_path, g1, g2):
    store = tmp_path / "secrets.jceks"
    common = ("-keystore", store, "-storetype", "jceks", "-storepass", "changeit")
    for name in ("one", "zwei"):
        keytool(
            "-genseckey",
            "-alias",
            f"secret-{name}",
            "-keyalg",
            "AES",
            "-keysize",
            "256",
            "-keypass",
            "changeit",
            *common,
        )
    for name in TWO:
        keytool("-importcert", "-noprompt", "-alias", name, "-file", ROOTS / f"{name}.pem", *common)
    contents = read(store.read_bytes(), passwords=["changeit"])
    assert {c.der for c in contents.certificates} == {g1, g2}
    assert (contents.problems, contents.notes) == ((), ())


@pytest.mark.parametrize("kind", ["jks", "jceks"])
def test_no_password_is_needed_and_the_unchecked_digest_is_said(made_by_keytool, kind, g2):
    data = made_by_keytool(kind, TWO[1], password="s3cret!").read_bytes()
    unchecked = read(data)
    assert [c.der for c in unchecked.certificates] == [g2]
    assert "not checked" in unchecked.notes[0].en
    assert read(data, passwords=["no", "s3cret!"]).notes == ()
    with pytest.raises(CannotRead) as caught:
        read(data, passwords=["no"])
    assert caught.value.reason == "wrong-password"


@pytest.mark.parametrize("kind", ["jks", "jceks", "pkcs12"])
@pytest.mark.parametrize("missing", [30, 700])
def test_a_cut_store_keeps_what_is_whole_and_says_that_java_refuses_it(made_by_keytool, tmp_path, kind, missing):
    options = WITHOUT_PASSWORD if kind == "pkcs12" else ()
    store = made_by_keytool(kind, *TWO, options=options)
    cut = tmp_path / "cut"
    cut.write_bytes(store.read_bytes()[:-missing])
    contents = read(cut.read_bytes())
    assert contents.certificates
    assert contents.java_refuses
    assert "cut short" in contents.problems[0].en
    assert keytool("-list", "-keystore", cut, check=False).returncode != 0


def test_pkcs12_without_the_jdks_attribute_holds_no_anchor_for_java(tmp_path, g2):
    pem, store = ROOTS / "digicert-global-root-g2.pem", tmp_path / "openssl.p12"
    run("openssl", "pkcs12", "-export", "-nokeys", "-in", pem, "-out", store, "-passout", "pass:changeit")
    [certificate] = read(store.read_bytes()).certificates
    assert (certificate.der, certificate.trusted, certificate.why_not) == (g2, False, pkcs12.NOT_A_TRUSTED_ENTRY)
    assert listed_by_keytool(store, "-storepass", "changeit") == []


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-legacy",),
        ("-certpbe", "AES-128-CBC"),
        ("-certpbe", "PBE-SHA1-3DES"),
        ("-certpbe", "NONE"),
        ("-nomac",),  # neither encrypted
        ("-nomac", "-certpbe", "AES-256-CBC"),
        ("-nomac", "-certpbe", "PBE-SHA1-RC2-40", "-legacy"),
        ("-nomac", "-certpbe", "PBE-SHA1-RC2-128", "-legacy"),
    ],
)
@pytest.mark.parametrize("password", ["", "changeit", "密码"])
def test_pkcs12_of_openssl_opens_with_the_right_password_only(tmp_path, options, password, g2):
    pem, store = ROOTS / "digicert-global-root-g2.pem", tmp_path / "openssl.p12"
    run(
        "openssl",
        "pkcs12",
        "-export",
        "-nokeys",
        "-in",
        pem,
        "-out",
        store,
        "-passout",
        f"pass:{password}",
        *options,
        LC_ALL="C.UTF-8",
    )
    data = store.read_bytes()
    assert [c.der for c in read(data, passwords=[password]).certificates] == [g2]
    if password == "密码" and options not in (("-certpbe", "NONE"), ("-nomac",)):
        assert refusal(data) == "needs-password"
        assert refusal(data, "wrong") == "wrong-password"


def refusal(data: bytes, *passwords: str) -> str:
    with pytest.raises(CannotRead) as caught:
        read(data, passwords=passwords)
    return caught.value.reason


def test_an_encrypted_store_without_its_password_is_not_an_empty_one(made_by_keytool):
    """keytool answers 0 and leaves the certificates out."""
    store = made_by_keytool("pkcs12", TWO[1], password="s3cret!")
    assert refusal(store.read_bytes()) == "needs-password"
    assert refusal(store.read_bytes(), "no") == "wrong-password"
    assert listed_by_keytool(store) == []


def test_an_iteration_count_that_would_take_minutes_is_refused(made_by_keytool):
    data = made_by_keytool("pkcs12", TWO[1]).read_bytes()
    rounds = b"\x02\x02\x27\x10"  # INTEGER 10000, the JDK's
    assert rounds in data
    most = b"\x02\x04\x7f\xff\xff\xff"  # INTEGER 2**31 - 1

    def with_most(at: int) -> bytes:
        """The last INTEGER replaced, and the two lengths around it (PFX, MacData) two more."""
        grown = bytearray(data[:at] + most + data[at + 4 :])
        grown[2:4] = (int.from_bytes(grown[2:4], "big") + 2).to_bytes(2, "big")
        mac = data.rindex(b"\x30", 0, data.rindex(b"\x30\x31", 0, at))
        grown[mac + 1] += 2
        return bytes(grown)

    assert data.endswith(rounds)
    assert refusal(with_most(len(data) - 4)) == "unsupported"


def test_a_missing_digest_is_noticed_by_java_only_with_a_password(made_by_keytool, tmp_path, g1, g2):
    cut = tmp_path / "cut.jks"
    cut.write_bytes(made_by_keytool("jks", *TWO).read_bytes()[:-10])
    contents = read(cut.read_bytes())
    assert {c.der for c in contents.certificates} == {g1, g2} == set(listed_by_keytool(cut))
    assert "digest" in contents.problems[0].en
    assert contents.java_refuses is None
    assert keytool("-list", "-keystore", cut, "-storepass", "changeit", check=False).returncode != 0


BOUNCY_CASTLE = Path("/usr/share/java/bcprov.jar")
MAKE_BKS = """
import java.io.*; import java.nio.file.*; import java.security.*; import java.security.cert.*;
public class MakeBks {
    public static void main(String[] a) throws Exception {  // class of the format, file, password, certificates
        Security.addProvider((Provider) Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider")
            .getDeclaredConstructor().newInstance());
        KeyStoreSpi store = (KeyStoreSpi) Class.forName("org.bouncycastle.jcajce.provider.keystore.bc.BcKeyStoreSpi$"
            + a[0]).getDeclaredConstructor().newInstance();
        store.engineLoad(null, null);
        for (int i = 3; i < a.length; i++)
            store.engineSetCertificateEntry("root " + (i - 2), CertificateFactory.getInstance("X.509")
                .generateCertificate(Files.newInputStream(Path.of(a[i]))));
        try (OutputStream out = Files.newOutputStream(Path.of(a[1]))) {
            store.engineStore(out, a[2].toCharArray());
        }
    }
}
"""


@pytest.mark.parametrize(("version", "name"), [(1, "Version1"), (2, "Std")])
def test_bks_of_bouncy_castle(tmp_path, version, name, g1, g2):
    (tmp_path / "MakeBks.java").write_text(MAKE_BKS)
    store = tmp_path / "store.bks"
    roots = [ROOTS / f"{name}.pem" for name in TWO]
    run(
        "java",
        "-Dorg.bouncycastle.bks.enable_v1=true",
        "-cp",
        BOUNCY_CASTLE,
        tmp_path / "MakeBks.java",
        name,
        store,
        "s3cret!",
        *roots,
    )
    data = store.read_bytes()
    assert int.from_bytes(data[:4], "big") == version
    contents = read(data, passwords=["s3cret!"])
    assert (contents.format, contents.problems, contents.notes) == ("bks", (), ())
    assert {c.label: c.der for c in contents.certificates} == {"root 1": g1, "root 2": g2}
    assert looks_like_store(data[:4096])
    assert read(data).notes
    assert refusal(data, "no") == "wrong-password"
    assert read(data[:-700]).java_refuses
