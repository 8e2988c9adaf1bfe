"""Which distribution a root file system holds, and which of its tools makes a store.

A generated store is repaired at its source: what is written into the output is lost at the tool's next run. The ids are
those of `wxcertcheck.model.Store.repair`.
"""

from msgspec import Struct

from wxcertcheck.errors import CannotRead
from wxcertcheck.stores.filesystem import FileSystem

FAMILIES = {
    "debian": ("debian", "ubuntu", "linuxmint", "raspbian", "kali", "deepin", "uos", "kylin", "neokylin"),
    "rhel": (
        *("rhel", "fedora", "centos", "rocky", "almalinux", "ol", "amzn", "tencentos", "opencloudos", "tlinux"),
        *("openeuler", "anolis", "alinux", "hce", "bclinux"),
    ),
    "suse": ("suse", "sles", "sled", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sle-micro"),
    "alpine": ("alpine",),
    "arch": ("arch", "manjaro", "archlinuxarm"),
}
"""Family -> ids of os-release(5). The ids are those that the distributions' /etc/os-release files carry."""

# Files of systems older than os-release(5) (2012).
_OLD_RELEASE_FILES = {
    "/etc/redhat-release": "rhel",
    "/etc/SuSE-release": "suse",
    "/etc/alpine-release": "alpine",
    "/etc/arch-release": "arch",
    "/etc/debian_version": "debian",
}


class _Made(Struct, frozen=True):
    """Stores below ``prefix`` are made by the tool of ``repair``: one of ``tools`` is there, ``unless`` is not."""

    prefix: str
    repair: str
    tools: tuple[str, ...]
    family: str = ""
    unless: str = ""


_MADE = (
    # RHEL 6 to 10, Fedora: update-ca-trust(8). The tool may be missing in an image; the output is still its output.
    _Made("/etc/pki/ca-trust/extracted", "rhel", ()),
    # Arch: update-ca-trust(8) of ca-certificates-utils.
    _Made("/etc/ca-certificates/extracted", "arch", ()),
    # SUSE: update-ca-certificates(8) of openSUSE/ca-certificates.
    _Made("/var/lib/ca-certificates", "suse", ()),
    # RHEL and CentOS 6 as installed: static files, the tool is there and not enabled. EL5 has no tool: plain files.
    # A static file on a newer RHEL is somebody's own: `update-ca-trust enable` is gone there.
    _Made("/etc/pki/tls/certs/ca-bundle.crt", "rhel6", ("/usr/bin/update-ca-trust",), unless="/etc/os-release"),
    _Made("/etc/pki/tls/certs/ca-bundle.trust.crt", "rhel6", ("/usr/bin/update-ca-trust",), unless="/etc/os-release"),
    _Made("/etc/pki/java/cacerts", "rhel6", ("/usr/bin/update-ca-trust",), unless="/etc/os-release"),
    # Fedora 42 and later fill the folder that OpenSSL reads (Changes/dropingOfCertPemFile).
    _Made("/etc/pki/tls/certs", "rhel", ("/usr/bin/update-ca-trust",)),
    # Arch fills /etc/ssl/certs too: trust extract --format=openssl-directory and java-cacerts.
    _Made("/etc/ssl/certs", "arch", ("/usr/bin/update-ca-trust",), "arch"),
    # Alpine: the same script as Debian's, rewritten in C.
    _Made("/etc/ssl/certs", "alpine", ("/usr/sbin/update-ca-certificates",), "alpine"),
    # Debian: update-ca-certificates(8); java/cacerts by its hook of ca-certificates-java.
    _Made("/etc/ssl/certs/java", "debian", ("/etc/ca-certificates/update.d/jks-keystore",), "debian"),
    _Made("/etc/ssl/certs", "debian", ("/usr/sbin/update-ca-certificates",)),
)


def family(fs: FileSystem) -> str:
    """ "debian", "rhel", "suse", "alpine", "arch", or "" where nothing says (scratch images, other systems)."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        try:
            text = fs.read_bytes(path, 1 << 16).decode("utf-8", "replace")
        except CannotRead:
            continue
        values = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        for word in f"{values.get('ID', '')} {values.get('ID_LIKE', '')}".replace('"', " ").replace("'", " ").split():
            for name, ids in FAMILIES.items():
                if word.lower() in ids:
                    return name
    return next((name for path, name in _OLD_RELEASE_FILES.items() if fs.exists(path)), "")


def made_by(fs: FileSystem, real: str, family_: str) -> str:
    """The repair id of the tool that makes the store at ``real`` (a path without links), or "" if none does."""
    for made in _MADE:
        below = real == made.prefix or real.startswith(f"{made.prefix}/")
        if not below or made.family not in ("", family_) or (made.unless and fs.exists(made.unless)):
            continue
        if not made.tools or any(fs.exists(tool) for tool in made.tools):
            return made.repair
    return ""
