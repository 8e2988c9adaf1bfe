"""Walking folders for files whose names may be those of trust stores. What is in them is looked at by ``discover``.

Folders that cannot be read are told, not passed over. Virtual file systems (/proc, /sys, /dev, /run) and network mounts
are not entered: a dead file server would hang the search.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

STORE_NAMES = frozenset(
    (
        *("cacerts", "jssecacerts", "cacert.pem", "cacerts.pem", "cacerts.txt", "ca-certificates.crt", "ca-bundle.crt"),
        *("ca-bundle.pem", "ca-bundle.trust.crt", "tls-ca-bundle.pem", "curl-ca-bundle.crt", "ca-root-nss.crt"),
        *("cert9.db", "cert8.db", "rootca.pem", "roots.pem", "trust.p12", "truststore.jks", "DemoTrust.jks"),
    )
)
"""File names that say "trust store" by themselves (facts: `sdk-bundles`, and the rows of ``places.py``)."""

_SUFFIXES = (
    *(
        "pem",
        "crt",
        "cer",
        "der",
        "p7b",
        "p7c",
        "jks",
        "jceks",
        "bks",
        "p12",
        "pfx",
        "truststore",
        "keystore",
        "ks",
        "ts",
    ),
    *("PEM", "CRT", "CER", "JKS", "P12", "PFX", "bcfks"),
)
_VIRTUAL = frozenset(("/proc", "/sys", "/dev", "/run", "/var/run", "/lost+found"))
_PRUNED = frozenset((".git", ".hg", ".svn", "__pycache__"))
_NETWORK = (
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "fuse.sshfs",
    "fuse.rclone",
    "9p",
)
_NO_DISK = (
    "proc",
    "sysfs",
    "devtmpfs",
    "devpts",
    "cgroup",
    "cgroup2",
    "securityfs",
    "debugfs",
    "tracefs",
    "bpf",
    "mqueue",
)
MAX_DEPTH = 64
"""Folders nested deeper are told as unread; a real tree is not that deep."""


@dataclass
class Walk:
    """What a walk met. Paths are those of the machine we run on."""

    candidates: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    skipped_mounts: list[str] = field(default_factory=list)
    files: int = 0


def walk(top: str, prefix: str = "", progress: Callable[[int], None] | None = None) -> Walk:
    """Collect the files below ``top`` whose names may be those of a store. ``prefix`` is the root file system's folder."""
    result = Walk()
    skipped = {prefix + path for path in _VIRTUAL}
    mounts = {} if prefix else _remote_mounts()
    pending = [(top, 0)]
    while pending:
        folder, depth = pending.pop()
        if depth > MAX_DEPTH:
            result.unreadable.append(folder)
            continue
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError:
            result.unreadable.append(folder)
            continue
        for entry in found:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                path = entry.path
                if name in _PRUNED or path in skipped:
                    continue
                if path in mounts:
                    result.skipped_mounts.append(path)
                else:
                    pending.append((path, depth + 1))
            else:
                result.files += 1
                if name.rpartition(".")[2] in _SUFFIX_SET or name in STORE_NAMES:
                    result.candidates.append(entry.path)
        if progress and len(pending) % _TOLD == 0:
            progress(result.files)
    result.candidates.sort()
    return result


_TOLD = 64  # folders between two words about progress
_SUFFIX_SET = frozenset(_SUFFIXES)


def _remote_mounts() -> dict[str, str]:
    """Mount points of network and virtual file systems. Source: proc_pid_mounts(5); octal escapes for blanks."""
    try:
        with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as lines:  # noqa: PTH123 - a kernel file
            fields = [line.split(" ") for line in lines]
    except OSError:
        return {}
    return {
        parts[1].replace("\\040", " "): parts[2]
        for parts in fields
        if len(parts) > 2 and parts[1] != "/" and (parts[2] in _NETWORK or parts[2] in _NO_DISK)
    }
