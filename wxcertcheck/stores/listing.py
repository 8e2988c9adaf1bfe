"""The paths that a survey reads, as shell patterns: what an old server without Python has to send.

    wxcertcheck stores --list-paths | ssh host 'cd / && tar czf - $(cat) 2>/dev/null' | tar xzf - -C folder

The unquoted ``$(cat)`` makes the server's own shell expand the patterns; tar passes over those that match nothing, and
stores links as links: `FileSystem` follows them inside the folder. /proc is no part of it (it is the state of a running
machine), so what is in use is told by service units, JAVA_HOME in unit files and the standard folders alone.
"""

from collections.abc import Iterator
from importlib import import_module

from wxcertcheck.stores import configured, places
from wxcertcheck.stores.places import ReadAs

_HOMES = ("/root", "/home/*")

_SYSTEM = (
    # What tells the distribution (`distribution.family`) and its tools.
    *("/etc/os-release", "/usr/lib/os-release", "/etc/*-release", "/etc/debian_version"),
    *("/usr/sbin/update-ca-certificates", "/usr/bin/update-ca-trust", "/etc/ca-certificates/update.d"),
    # Whole trees of the distributions' stores: folders of small files and links to each other.
    *(
        "/etc/ssl",
        "/etc/pki/tls/certs",
        "/etc/pki/tls/cert.pem",
        "/etc/pki/java",
        "/etc/pki/ca-trust",
        "/etc/pki/trust",
    ),
    *("/etc/pki/nssdb", "/etc/ca-certificates", "/etc/ca-certificates.conf", "/var/lib/ca-certificates"),
    *("/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/usr/share/pki"),
    *("/usr/lib/ssl/certs", "/usr/lib/ssl/cert.pem", "/usr/lib/ssl/openssl.cnf", "/etc/alternatives"),
    # Android images (`switched_off`).
    "/data/misc/user/*/cacerts-removed",
)
_BELOW_JAVA_HOME = (
    *("lib/security", "jre/lib/security", "conf/security", "release", "bin/java", "jre/bin/java"),
    "bin/keytool",
)


def patterns() -> list[str]:
    """Every pattern once, in a stable order, without white space (a shell would split there)."""
    found = dict.fromkeys(pattern for raw in _raw() for pattern in _without_two_stars(raw))
    return [pattern for pattern in found if not any(sign.isspace() for sign in pattern)]


def _raw() -> Iterator[str]:
    yield from _SYSTEM
    for home in places.JAVA_HOMES:
        for expanded in places.expand(home, _HOMES):
            yield from (f"{expanded}/{below}" for below in _BELOW_JAVA_HOME)
    for row in places.ROWS:
        if row.costly and row.read_as is not ReadAs.BUILT_IN:
            continue
        for pattern in row.patterns:
            if not pattern.startswith("{jdk}"):
                yield from places.expand(pattern, _HOMES)
    for folder in places.PACKAGES:
        for expanded in places.expand(folder, _HOMES):
            for tail in places.PACKAGE_TAILS:
                yield f"{expanded}/{tail.ending}"
    for pattern in configured.configuration_patterns():
        yield from places.expand(pattern, _HOMES)
    yield from import_module("wxcertcheck.stores.runtimes").paths_to_read(_HOMES)


def _without_two_stars(pattern: str) -> Iterator[str]:
    """Old shells know no "**": no, one, two and three folders in its place."""
    if "/**" not in pattern:
        yield pattern
        return
    for folders in ("", "/*", "/*/*", "/*/*/*"):
        yield pattern.replace("/**", folders, 1)
