"""Made-up root file systems in the layout of real distributions, filled with chosen roots.

    fs = RootFS(tmp_path / "root")
    debian(fs, roots=["digicert-global-root-ca"])   # the whole layout, generated files included
    fs.write("/opt/app/ca.pem", pem("digicert-global-root-g2"))

Layouts repeat what the distributions' packages make: Debian's update-ca-certificates(8), RHEL's update-ca-trust(8),
SUSE's and Alpine's update-ca-certificates, Arch's update-ca-trust(8). Roots are named as in fixtures/roots.
"""

import hashlib
import struct
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FIXTURES = Path(__file__).parent.parent / "fixtures"
G1 = "digicert-global-root-ca"
G2 = "digicert-global-root-g2"
BALTIMORE = "baltimore-cybertrust-root"
OTHERS = ("isrg-root-x1", "amazon-root-ca-1", "gts-root-r1", "globalsign-root-r3")
BOTH = (G1, G2, *OTHERS)


@cache
def pem(name: str) -> bytes:
    """The PEM text of a root of fixtures/roots."""
    return (FIXTURES / "roots" / f"{name}.pem").read_bytes()


@cache
def der(name: str) -> bytes:
    """The DER of a root of fixtures/roots."""
    import ssl

    return ssl.PEM_cert_to_DER_cert(pem(name).decode()[pem(name).decode().index("-----BEGIN") :].strip())


def fingerprint(name: str) -> str:
    """SHA-256 of the DER."""
    return hashlib.sha256(der(name)).hexdigest()


def bundle(roots: Iterable[str], labels: bool = False) -> bytes:
    """A PEM bundle; with ``labels`` a comment line before each certificate, as on RHEL."""
    return b"".join((f"# {root}\n".encode() if labels else b"") + pem(root) for root in roots)


def trusted(root: str, *options: str) -> bytes:
    """An OpenSSL TRUSTED CERTIFICATE, made by openssl with -addtrust/-addreject options."""
    command = ["openssl", "x509", "-trustout", *options]
    return subprocess.run(command, input=pem(root), capture_output=True, check=True, timeout=20).stdout


@cache
def subject_hash(root: str, old: bool = False) -> str:
    """The hash that OpenSSL looks a root up by, computed by openssl itself."""
    option = "-subject_hash_old" if old else "-subject_hash"
    command = ["openssl", "x509", "-noout", option]
    return subprocess.run(command, input=pem(root), capture_output=True, check=True, timeout=20).stdout.decode().strip()


def jks(roots: Iterable[str], password: str = "changeit") -> bytes:  # noqa: S107 - the password that every JDK ships
    """A Java key store (JKS version 2) of trusted entries. Format: JDK sun.security.provider.JavaKeyStore."""
    names = list(roots)
    body = struct.pack(">III", 0xFEEDFEED, 2, len(names))
    for name in names:
        certificate = der(name)
        alias = name.encode()
        body += struct.pack(">IH", 2, len(alias)) + alias + struct.pack(">QH", 0, 5) + b"X.509"
        body += struct.pack(">I", len(certificate)) + certificate
    return body + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + body).digest()  # noqa: S324 - the format


class RootFS:
    """A root file system under a folder. Paths are as seen inside ("/etc/ssl/certs")."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def path(self, inside: str) -> Path:
        """Where ``inside`` lies on this machine."""
        return self.root / inside.lstrip("/")

    def write(self, inside: str, content: bytes | str, mode: int = 0o644) -> Path:
        """Write a file and its folders."""
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)
        return path

    def link(self, inside: str, target: str) -> Path:
        """Make a symbolic link with exactly this target text."""
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
        return path

    def folder(self, inside: str) -> Path:
        """Make an empty folder."""
        self.path(inside).mkdir(parents=True, exist_ok=True)
        return self.path(inside)

    def program(self, inside: str, content: bytes = b"\x7fELF") -> Path:
        """Write an executable file."""
        return self.write(inside, content, 0o755)


def hashed(fs: RootFS, folder: str, roots: Iterable[str], old: bool = False) -> None:
    """The hash links of ``roots`` to files that lie in ``folder`` (openssl rehash)."""
    for root in roots:
        fs.link(f"{folder}/{subject_hash(root, old)}.0", f"{root}.pem")


def debian(fs: RootFS, roots: Iterable[str] = BOTH, *, off: Iterable[str] = (), local: Iterable[str] = ()) -> RootFS:
    """Debian/Ubuntu after update-ca-certificates: ``off`` have a "!" line, ``local`` lie in /usr/local/share."""
    roots, off, local = list(roots), list(off), list(local)
    fs.write("/etc/os-release", 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    fs.program("/usr/sbin/update-ca-certificates", b"#!/bin/sh\n")
    lines = ["# This file lists certificates that you wish to use or to ignore"]
    for root in [*roots, *off]:
        fs.write(f"/usr/share/ca-certificates/mozilla/{root}.crt", pem(root))
        lines.append(("!" if root in off else "") + f"mozilla/{root}.crt")
        if root not in off:
            fs.link(f"/etc/ssl/certs/{root}.pem", f"/usr/share/ca-certificates/mozilla/{root}.crt")
    for root in local:
        fs.write(f"/usr/local/share/ca-certificates/{root}.crt", pem(root))
        fs.link(f"/etc/ssl/certs/{root}.pem", f"/usr/local/share/ca-certificates/{root}.crt")
    fs.write("/etc/ca-certificates.conf", "\n".join(lines) + "\n")
    fs.write("/etc/ssl/certs/ca-certificates.crt", bundle([*roots, *local]))
    hashed(fs, "/etc/ssl/certs", [*roots, *local])
    return fs


def rhel(fs: RootFS, roots: Iterable[str] = BOTH, *, version: str = "9", email_only: Iterable[str] = ()) -> RootFS:
    """RHEL/CentOS 7 to 9 after update-ca-trust; ``email_only`` roots stay in the bundle of all purposes alone."""
    roots = list(roots)
    fs.write(
        "/etc/os-release", f'ID="rhel"\nVERSION_ID="{version}"\nPRETTY_NAME="Red Hat Enterprise Linux {version}"\n'
    )
    fs.program("/usr/bin/update-ca-trust", b"#!/bin/sh\n")
    extracted = "/etc/pki/ca-trust/extracted"
    fs.write(f"{extracted}/pem/tls-ca-bundle.pem", bundle(roots, labels=True))
    fs.write(f"{extracted}/pem/email-ca-bundle.pem", bundle([*roots, *email_only], labels=True))
    fs.write(
        f"{extracted}/openssl/ca-bundle.trust.crt",
        b"".join(trusted(root, "-addtrust", "serverAuth", "-addtrust", "emailProtection") for root in roots)
        + b"".join(trusted(root, "-addtrust", "emailProtection", "-addreject", "serverAuth") for root in email_only),
    )
    fs.write(f"{extracted}/java/cacerts", jks(roots))
    fs.folder("/etc/pki/ca-trust/source/anchors")
    fs.folder("/etc/pki/ca-trust/source/" + ("blocklist" if int(version.partition(".")[0]) >= 9 else "blacklist"))
    fs.link("/etc/pki/tls/certs/ca-bundle.crt", f"{extracted}/pem/tls-ca-bundle.pem")
    fs.link("/etc/pki/tls/certs/ca-bundle.trust.crt", f"{extracted}/openssl/ca-bundle.trust.crt")
    fs.link("/etc/pki/tls/cert.pem", "certs/ca-bundle.crt")
    fs.link("/etc/pki/java/cacerts", f"{extracted}/java/cacerts")
    fs.link("/etc/ssl/certs", "../pki/tls/certs")
    return fs


def rhel6(fs: RootFS, roots: Iterable[str] = BOTH) -> RootFS:
    """RHEL/CentOS 6 as installed: a static bundle; the dynamic configuration is there but not enabled."""
    roots = list(roots)
    fs.write("/etc/redhat-release", "CentOS release 6.5 (Final)\n")
    fs.program("/usr/bin/update-ca-trust", b"#!/bin/sh\n")
    fs.write("/etc/pki/tls/certs/ca-bundle.crt", bundle(roots, labels=True))
    fs.write(
        "/etc/pki/tls/certs/ca-bundle.trust.crt", b"".join(trusted(root, "-addtrust", "serverAuth") for root in roots)
    )
    fs.write("/etc/pki/java/cacerts", jks(roots))
    fs.link("/etc/pki/tls/cert.pem", "certs/ca-bundle.crt")
    fs.link("/etc/ssl/certs", "../pki/tls/certs")
    for folder in ("anchors", "blacklist"):
        fs.folder(f"/etc/pki/ca-trust/source/{folder}")
    return fs


def suse(fs: RootFS, roots: Iterable[str] = BOTH) -> RootFS:
    """SLES/openSUSE after update-ca-certificates."""
    roots = list(roots)
    fs.write("/etc/os-release", 'ID="sles"\nVERSION_ID="15.6"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP6"\n')
    fs.program("/usr/sbin/update-ca-certificates", b"#!/bin/sh\n")
    state = "/var/lib/ca-certificates"
    fs.write(f"{state}/ca-bundle.pem", bundle(roots, labels=True))
    fs.write(f"{state}/java-cacerts", jks(roots))
    for root in roots:
        fs.write(f"{state}/pem/{root}.pem", pem(root))
        fs.write(f"{state}/openssl/{root}.pem", trusted(root, "-addtrust", "serverAuth"))
    hashed(fs, f"{state}/pem", roots)
    hashed(fs, f"{state}/openssl", roots)
    fs.link("/etc/ssl/certs", f"{state}/pem")
    fs.link("/etc/ssl/ca-bundle.pem", f"{state}/ca-bundle.pem")
    fs.folder("/etc/pki/trust/anchors")
    fs.folder("/etc/pki/trust/blocklist")
    return fs


def alpine(fs: RootFS, roots: Iterable[str] = BOTH) -> RootFS:
    """Alpine with the package ca-certificates (and its bundle)."""
    roots = list(roots)
    fs.write("/etc/os-release", 'ID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Alpine Linux v3.20"\n')
    fs.program("/usr/sbin/update-ca-certificates", b"#!/bin/sh\n")
    fs.write("/etc/ssl/certs/ca-certificates.crt", bundle(roots))
    fs.link("/etc/ssl/cert.pem", "certs/ca-certificates.crt")
    fs.write("/etc/ca-certificates.conf", "".join(f"mozilla/{root}.crt\n" for root in roots))
    for root in roots:
        fs.write(f"/usr/share/ca-certificates/mozilla/{root}.crt", pem(root))
        fs.link(f"/etc/ssl/certs/ca-cert-{root}.pem", f"/usr/share/ca-certificates/mozilla/{root}.crt")
        fs.link(f"/etc/ssl/certs/{subject_hash(root)}.0", f"ca-cert-{root}.pem")
    return fs


def arch(fs: RootFS, roots: Iterable[str] = BOTH) -> RootFS:
    """Arch Linux after update-ca-trust."""
    roots = list(roots)
    fs.write("/etc/os-release", 'ID=arch\nPRETTY_NAME="Arch Linux"\n')
    fs.program("/usr/bin/update-ca-trust", b"#!/bin/sh\n")
    extracted = "/etc/ca-certificates/extracted"
    fs.write(f"{extracted}/tls-ca-bundle.pem", bundle(roots, labels=True))
    for root in roots:
        fs.write(f"{extracted}/cadir/{root}.pem", pem(root))
        fs.link(f"/etc/ssl/certs/{root}.pem", f"../../ca-certificates/extracted/cadir/{root}.pem")
    hashed(fs, "/etc/ssl/certs", roots)
    fs.link("/etc/ssl/certs/ca-certificates.crt", "../../ca-certificates/extracted/tls-ca-bundle.pem")
    fs.link("/etc/ssl/cert.pem", "../ca-certificates/extracted/tls-ca-bundle.pem")
    fs.write("/etc/ssl/certs/java/cacerts", jks(roots))
    fs.folder("/etc/ca-certificates/trust-source/blocklist")
    return fs


def certifi(fs: RootFS, folder: str, roots: Iterable[str] = BOTH, version: str = "2014.5.14") -> None:
    """A certifi package in a site-packages ``folder``."""
    fs.write(f"{folder}/certifi/__init__.py", f'__version__ = "{version}"\n')
    fs.write(f"{folder}/certifi/cacert.pem", bundle(roots, labels=True))
    fs.write(
        f"{folder}/certifi-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: certifi\nVersion: {version}\n"
    )


def jdk(fs: RootFS, home: str, roots: Iterable[str] = BOTH, version: str = "1.8.0_20") -> None:
    """A JDK at ``home``: JDK 8 and older keep their store below jre/."""
    fs.write(f"{home}/release", f'JAVA_VERSION="{version}"\n')
    fs.program(f"{home}/bin/java")
    below = "/jre/lib/security" if version.startswith("1.") else "/lib/security"
    fs.write(f"{home}{below}/cacerts", jks(roots))
