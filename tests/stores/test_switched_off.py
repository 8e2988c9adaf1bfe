"""What is switched off counts as absent, and the reason names the line or file that does it."""

import pytest

from tests.rootfs import BOTH, G1, G2, OTHERS, RootFS, arch, debian, der, fingerprint, jdk, jks, pem, rhel, rhel6, suse
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.folders import Naming
from wxcertcheck.stores.reading import StoreReader

WITHOUT_G2 = (G1, *OTHERS)


@pytest.fixture
def fs(tmp_path):
    return RootFS(tmp_path / "root")


def read(fs, path, **options):
    return StoreReader(FileSystem(fs.root)).file(path, kind="system", **options)


def why_not(store, root):
    return next((c.why_not.en for c in store.certificates if c.fingerprint == fingerprint(root) and c.why_not), None)


def test_debian_exclamation_mark_explains_the_absence(fs):
    debian(fs, WITHOUT_G2, off=[G2])
    for path in ("/etc/ssl/certs/ca-certificates.crt",):
        store = read(fs, path)
        assert fingerprint(G2) not in store.trusted
        assert why_not(store, G2) == 'deselected by the "!" in line 7 of /etc/ca-certificates.conf'
    assert fs.path("/etc/ca-certificates.conf").read_text().splitlines()[6].startswith("!")


def test_debian_directory_and_java_store_say_so_too(fs):
    debian(fs, WITHOUT_G2, off=[G2])
    fs.write("/etc/ca-certificates/update.d/jks-keystore", "")
    fs.write("/etc/ssl/certs/java/cacerts", jks(WITHOUT_G2))
    directory = StoreReader(FileSystem(fs.root)).directory("/etc/ssl/certs", kind="debian")
    assert "deselected" in why_not(directory, G2)
    assert "deselected" in why_not(read(fs, "/etc/ssl/certs/java/cacerts"), G2)


def test_debian_exclamation_mark_before_the_tool_ran_is_a_note(fs):
    """The runtime reads the bundle, not the configuration: the root still counts, and goes with the next run."""
    debian(fs, BOTH)
    conf = fs.path("/etc/ca-certificates.conf")
    conf.write_text(conf.read_text().replace(f"mozilla/{G2}", f"!mozilla/{G2}"))
    store = read(fs, "/etc/ssl/certs/ca-certificates.crt")
    assert fingerprint(G2) in store.trusted
    [note] = store.notes
    assert "goes with the next run of update-ca-certificates" in note.en


def test_debian_local_copy_of_a_deselected_root_needs_no_note(fs):
    debian(fs, WITHOUT_G2, off=[G2], local=[G2])
    store = read(fs, "/etc/ssl/certs/ca-certificates.crt")
    assert fingerprint(G2) in store.trusted
    assert not store.notes


def test_debian_copied_but_tool_not_run(fs):
    debian(fs, WITHOUT_G2)
    fs.write("/usr/local/share/ca-certificates/company/g2.crt", pem(G2))
    store = read(fs, "/etc/ssl/certs/ca-certificates.crt")
    assert fingerprint(G2) not in store.trusted
    assert "update-ca-certificates has not been run" in why_not(store, G2)


def test_debian_wrong_suffix_is_named(fs):
    debian(fs, WITHOUT_G2)
    fs.write("/usr/local/share/ca-certificates/g2.pem", pem(G2))
    assert "does not end in .crt" in why_not(read(fs, "/etc/ssl/certs/ca-certificates.crt"), G2)


def test_debian_with_nothing_switched_off_is_left_alone(fs):
    debian(fs, BOTH)
    store = read(fs, "/etc/ssl/certs/ca-certificates.crt")
    assert store.trusted == frozenset(map(fingerprint, BOTH))
    assert len(store.certificates) == len(BOTH)
    assert not store.notes


@pytest.mark.parametrize(("version", "folder"), [("9", "blocklist"), ("7", "blacklist")])
def test_rhel_blocklist(fs, version, folder):
    rhel(fs, WITHOUT_G2, version=version)
    file = f"/etc/pki/ca-trust/source/{folder}/g2.crt"
    fs.write(file, der(G2))
    for path in ("/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/java/cacerts"):
        assert why_not(read(fs, path), G2) == f"distrusted by {file}"


def test_rhel_blocklist_before_the_tool_ran_is_a_note(fs):
    rhel(fs, BOTH)
    fs.write("/etc/pki/ca-trust/source/blocklist/g2.pem", pem(G2))
    store = read(fs, "/etc/pki/tls/certs/ca-bundle.crt")
    assert fingerprint(G2) in store.trusted
    assert "update-ca-trust" in store.notes[0].en


def test_rhel_blocked_and_added_is_blocked(fs):
    rhel(fs, WITHOUT_G2)
    fs.write("/etc/pki/ca-trust/source/anchors/g2.pem", pem(G2))
    fs.write("/etc/pki/ca-trust/source/blocklist/g2.pem", pem(G2))
    assert "distrusted" in why_not(read(fs, "/etc/pki/tls/certs/ca-bundle.crt"), G2)


def test_p11_kit_distrust(fs):
    """What ``trust anchor --remove`` and administrators write: an object with x-distrusted."""
    rhel(fs, WITHOUT_G2)
    header = "[p11-kit-object-v1]\n"
    text = f"{header}trusted: true\n{pem(G1).decode()}\n{header}x-distrusted: true\n{pem(G2).decode()}"
    fs.write("/etc/pki/ca-trust/source/local.p11-kit", text)
    store = read(fs, "/etc/pki/tls/certs/ca-bundle.crt")
    assert "local.p11-kit" in why_not(store, G2)
    assert fingerprint(G1) in store.trusted
    assert not store.notes


def test_email_only_roots_of_the_trust_bundle_do_not_count(fs):
    """After Mozilla's change G1 stays in RHEL's bundle of all purposes, for e-mail alone."""
    rhel(fs, (G2, *OTHERS), email_only=[G1])
    store = read(fs, "/etc/pki/ca-trust/extracted/openssl/ca-bundle.trust.crt")
    assert fingerprint(G1) not in store.trusted
    assert fingerprint(G2) in store.trusted
    assert why_not(store, G1)


def test_el6_anchors_have_no_effect_before_enable(fs):
    rhel6(fs, WITHOUT_G2)
    fs.write("/etc/pki/ca-trust/source/anchors/g2.pem", pem(G2))
    store = read(fs, "/etc/pki/tls/certs/ca-bundle.crt")
    assert store.repair == "rhel6"
    assert "update-ca-trust enable" in why_not(store, G2)


def test_suse_and_arch_blocklists(fs, tmp_path):
    suse(fs, WITHOUT_G2)
    fs.write("/etc/pki/trust/blocklist/g2.pem", pem(G2))
    assert "distrusted" in why_not(read(fs, "/etc/ssl/ca-bundle.pem"), G2)
    other = arch(RootFS(tmp_path / "arch"), WITHOUT_G2)
    other.write("/etc/ca-certificates/trust-source/blocklist/g2.pem", pem(G2))
    assert "distrusted" in why_not(read(other, "/etc/ca-certificates/extracted/tls-ca-bundle.pem"), G2)


def test_android_removed_list_works_at_once(fs):
    folder = "/system/etc/security/cacerts"
    fs.write(f"{folder}/c90bc37d.0", pem(G2))
    fs.write(f"{folder}/399e7759.0", pem(G1))
    fs.write("/data/misc/user/0/cacerts-removed/c90bc37d.0", pem(G2))
    store = StoreReader(FileSystem(fs.root)).directory(folder, kind="android", naming=Naming.OLD_HASH)
    assert store.trusted == {fingerprint(G1)}
    assert "cacerts-removed/c90bc37d.0" in why_not(store, G2)


@pytest.mark.parametrize(
    ("version", "file"), [("17.0.2", "lib/security/blocked.certs"), ("1.8.0_20", "jre/lib/security/blacklisted.certs")]
)
def test_jdk_blocked_certificates(fs, version, file):
    jdk(fs, "/opt/jdk", BOTH, version)
    fs.write(f"/opt/jdk/{file}", f"Algorithm=SHA-256\n{fingerprint(G2).upper()}\n")
    store = read(fs, f"/opt/jdk/{file.rpartition('/')[0]}/cacerts")
    assert fingerprint(G2) not in store.trusted
    assert f"/opt/jdk/{file}" in why_not(store, G2)
    assert fingerprint(G1) in store.trusted


def test_jdk_distrust_policy_where_it_applies(fs):
    geotrust = "geotrust-global-ca"
    jdk(fs, "/opt/jdk", [*BOTH, geotrust], "17.0.2")
    assert fingerprint(geotrust) in read(fs, "/opt/jdk/lib/security/cacerts").trusted
    line = "jdk.security.caDistrustPolicies=SYMANTEC_TLS,ENTRUST_TLS,\\\n    CAMERFIRMA_TLS\n"
    fs.write("/opt/jdk/conf/security/java.security", f"#jdk.security.caDistrustPolicies=NONE\n{line}")
    store = read(fs, "/opt/jdk/lib/security/cacerts")
    assert fingerprint(geotrust) not in store.trusted
    assert "SYMANTEC_TLS" in why_not(store, geotrust)
    assert store.trusted == frozenset(map(fingerprint, BOTH))


def test_another_jdk_is_not_concerned(fs):
    jdk(fs, "/opt/a", BOTH, "17.0.2")
    jdk(fs, "/opt/b", BOTH, "17.0.2")
    fs.write("/opt/a/lib/security/blocked.certs", f"Algorithm=SHA-256\n{fingerprint(G2)}\n")
    assert fingerprint(G2) in read(fs, "/opt/b/lib/security/cacerts").trusted


def test_a_link_to_the_list_of_another_root_stays_inside(fs):
    """A hostile image cannot make the tool read the machine's own files as its blocklist."""
    rhel(fs, BOTH)
    fs.link("/etc/pki/ca-trust/source/blocklist/x.pem", "../../../../../../../../etc/ssl/certs/ca-certificates.crt")
    store = read(fs, "/etc/pki/tls/certs/ca-bundle.crt")
    assert store.trusted == frozenset(map(fingerprint, BOTH))
    assert not store.notes
