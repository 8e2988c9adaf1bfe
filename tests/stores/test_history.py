"""Real history: released packages hold the roots that the facts say, and real tools make stores as we read them.

The answers for certifi were computed from the published files: G2 came with 2015.4.28, G1 left with 2026.4.22.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.rootfs import BOTH, G1, G2, OTHERS, RootFS, bundle, fingerprint, pem
from wxcertcheck.stores import read_files
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.reading import StoreReader

ENVIRONMENT = dict(os.environ)  # as it was before the tests took the CA variables out: pip may need them

CERTIFI = [
    ("14.5.14", True, False),
    ("2015.4.28", True, True),
    ("2026.2.25", True, True),
    ("2026.4.22", False, True),
]


@pytest.fixture(scope="module")
def download(tmp_path_factory):
    """A function that gives the list of a certifi release from PyPI."""
    folder = tmp_path_factory.mktemp("pypi")

    def get(version: str) -> Path:
        target = folder / version
        path = target / "list" / "cacert.pem"
        if path.is_file():
            return path
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", target, f"certifi=={version}"]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            pytest.skip(f"PyPI cannot be reached: {done.stderr.strip().splitlines()[-1:]}")
        [archive] = target.iterdir()
        path.parent.mkdir()
        path.write_bytes(_member(archive))
        return path

    return get


def _member(archive: Path) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read("certifi/cacert.pem")
    with tarfile.open(archive) as source:
        [member] = [member for member in source.getmembers() if member.name.endswith("certifi/cacert.pem")]
        return source.extractfile(member).read()


@pytest.mark.registry
@pytest.mark.parametrize(("version", "g1", "g2"), CERTIFI, ids=[row[0] for row in CERTIFI])
def test_certifi_releases(download, version, g1, g2):
    [store] = read_files([str(download(version))])
    assert (fingerprint(G1) in store.trusted, fingerprint(G2) in store.trusted) == (g1, g2)
    text = store.certificates and Path(store.path).read_bytes()
    assert len(store.certificates) == text.count(b"-----BEGIN CERTIFICATE-----")


@pytest.mark.registry
def test_certifi_of_2014_is_not_ready_and_of_2026_is(download, capsys):
    from wxcertcheck.cli import run

    assert run(["stores", str(download("14.5.14"))]) == 1
    assert run(["stores", str(download("2026.4.22"))]) == 0
    assert run(["stores", str(download("2026.4.22")), "--on", "2024-09-01"]) == 1
    capsys.readouterr()


def update_ca_certificates(fs):
    """Debian's own tool, on a made-up root."""
    tool = shutil.which("update-ca-certificates", path=f"{os.environ['PATH']}:/usr/sbin")
    if tool is None:
        pytest.skip("needs update-ca-certificates (ca-certificates)")
    fs.folder("/etc/ca-certificates/update.d")
    options = {
        "certsconf": "/etc/ca-certificates.conf",
        "certsdir": "/usr/share/ca-certificates",
        "localcertsdir": "/usr/local/share/ca-certificates",
        "etccertsdir": "/etc/ssl/certs",
        "hooksdir": "/etc/ca-certificates/update.d",
    }
    words = [word for name, inside in options.items() for word in (f"--{name}", str(fs.path(inside)))]
    subprocess.run([tool, "--fresh", *words], check=True, capture_output=True, timeout=120)


def debian_sources(fs, roots, off=(), local=()):
    fs.write("/etc/os-release", "ID=debian\n")
    fs.program("/usr/sbin/update-ca-certificates")
    lines = [("!" if root in off else "") + f"mozilla/{root}.crt\n" for root in (*roots, *off)]
    fs.write("/etc/ca-certificates.conf", "".join(lines))
    for root in (*roots, *off):
        fs.write(f"/usr/share/ca-certificates/mozilla/{root}.crt", pem(root))
    fs.folder("/usr/local/share/ca-certificates")
    for root in local:
        fs.write(f"/usr/local/share/ca-certificates/{root}.crt", pem(root))
    fs.folder("/etc/ssl/certs")


def test_debians_own_tool_leaves_out_what_has_an_exclamation_mark(tmp_path):
    """What the real update-ca-certificates makes of "!" is what we say of it: before it runs a note, after it absence."""
    fs = RootFS(tmp_path / "root")
    debian_sources(fs, BOTH)
    update_ca_certificates(fs)
    path = "/etc/ssl/certs/ca-certificates.crt"
    before = StoreReader(FileSystem(fs.root)).file(path, kind="debian")
    assert before.trusted == frozenset(map(fingerprint, BOTH))
    assert not before.notes
    fs.path("/etc/ca-certificates.conf").unlink()
    debian_sources(fs, (G1, *OTHERS), off=[G2])
    pending = StoreReader(FileSystem(fs.root)).file(path, kind="debian")
    assert fingerprint(G2) in pending.trusted
    assert pending.notes
    update_ca_certificates(fs)
    after = StoreReader(FileSystem(fs.root)).file(path, kind="debian")
    assert after.trusted == frozenset(map(fingerprint, (G1, *OTHERS)))
    [off] = [certificate for certificate in after.certificates if not certificate.trusted]
    assert off.fingerprint == fingerprint(G2)
    assert "/etc/ca-certificates.conf" in off.why_not.en


def test_debians_own_tool_adds_what_lies_in_the_local_folder(tmp_path):
    fs = RootFS(tmp_path / "root")
    debian_sources(fs, (G1, *OTHERS))
    update_ca_certificates(fs)
    fs.write("/usr/local/share/ca-certificates/g2.crt", pem(G2))
    path = "/etc/ssl/certs/ca-certificates.crt"
    assert fingerprint(G2) not in StoreReader(FileSystem(fs.root)).file(path, kind="debian").trusted
    update_ca_certificates(fs)
    assert fingerprint(G2) in StoreReader(FileSystem(fs.root)).file(path, kind="debian").trusted


def trust_extract(folder, sources):
    """p11-kit's own ``trust`` on our sources, as update-ca-trust calls it. It heeds a user's configuration, not root's."""
    module = next(iter(Path("/usr/lib").glob("**/pkcs11/p11-kit-trust.so")), None)
    if shutil.which("trust") is None or module is None:
        pytest.skip("needs trust (p11-kit, p11-kit-modules)")
    settings = folder / "home" / ".config" / "pkcs11"
    (settings / "modules").mkdir(parents=True)
    (settings / "pkcs11.conf").write_text("user-config: only\n")
    (settings / "modules" / "own.module").write_text(
        f"module: {module}\nx-init-reserved: paths='{sources}'\ntrust-policy: yes\n"
    )
    result = folder / "out"
    result.mkdir(mode=0o777)
    result.chmod(0o777)
    for parent in (folder, *list(folder.parents)[:4]):
        parent.chmod(0o755)
    nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.getuid() == 0 else {}
    command = ["trust", "extract", "--format=pem-bundle", "--filter=ca-anchors", "--purpose=server-auth"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder / "home")}
    subprocess.run(
        [*command, result / "tls.pem"], env=environment, check=True, timeout=60, capture_output=True, **nobody
    )
    return (result / "tls.pem").read_bytes()


HEADER = "[p11-kit-object-v1]\n"


@pytest.mark.parametrize("how", ["blocklist", "p11-kit file"])
def test_p11_kits_own_tool_leaves_out_what_we_call_distrusted(tmp_path, how):
    fs = RootFS(tmp_path / "root")
    source = "/etc/pki/ca-trust/source"
    fs.write(f"{source}/anchors/all.pem", bundle(BOTH))
    fs.folder(f"{source}/blocklist")
    if how == "blocklist":
        fs.write(f"{source}/blocklist/g2.pem", pem(G2))
    else:
        fs.write(f"{source}/own.p11-kit", f"{HEADER}x-distrusted: true\n{pem(G2).decode()}")
    made = trust_extract(tmp_path / "tool", fs.path(source))
    fs.write("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", made)
    store = StoreReader(FileSystem(fs.root)).file("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", kind="rhel")
    assert store.trusted == frozenset(map(fingerprint, (G1, *OTHERS)))
    [off] = [certificate for certificate in store.certificates if not certificate.trusted]
    assert off.fingerprint == fingerprint(G2)
    assert source in off.why_not.en
