"""The paths that a survey reads, as shell patterns: what an old server without Python has to send.

    wxcertcheck stores --list-paths | ssh host 'cd / && tar czf - $(cat) 2>/dev/null' | tar xzf - -C folder

The unquoted ``$(cat)`` makes the server's own shell expand the patterns; tar passes over those that match nothing, and
stores links as links: `FileSystem` follows them inside the folder. /proc is no part of it (it is the state of a running
machine), so what is in use is told by service units, JAVA_HOME in unit files and the standard folders alone.
"""

from collections.abc import Iterator

from wxcertcheck.stores import configured, places
from wxcertcheck.stores.places import ReadAs

_HOMES = ("/root", "/home/*")

_SYSTEM = (
    # What tells the distribution (`distribution.family`) and its tools.
    *("/etc/os-release", "/usr/lib/os-release", "/etc/*-release", "/etc/debian_version"),
    *("/usr/sbin/update-ca-certificates", "/usr/bin/update-ca-trust", "/etc/ca-certificates/update.d"),
    # Whole trees of the distributions' stores: folders of small files and links to each other.
    *(
        *("/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem", "/etc/ssl/openssl.cnf"),
        "/etc/pki/tls/certs",
        "/etc/pki/tls/cert.pem",
        "/etc/pki/java",
        "/etc/pki/ca-trust",
        "/etc/pki/trust",
    ),
    *("/etc/ca-certificates", "/etc/ca-certificates.conf", "/var/lib/ca-certificates"),
    *("/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/usr/share/pki"),
    *("/usr/lib/ssl/certs", "/usr/lib/ssl/cert.pem", "/usr/lib/ssl/openssl.cnf", "/etc/alternatives"),
    # Android images (`switched_off`).
    "/data/misc/user/*/cacerts-removed",
)
_RUNTIMES = (
    # Executables by name: what is there, how it was built, which libraries it is linked to.
    *(
        f"{folder}/{name}"
        for folder in ("/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin", "/opt/*/bin")
        for name in (
            *("python", "python[23]*", "java", "node", "nodejs", "php", "php[5-9]*", "php-fpm*", "ruby", "ruby[0-9]*"),
            *(
                "curl",
                "wget",
                "git",
                "perl",
                "perl5*",
                "openssl",
                "dotnet",
                "mono",
                "mono-sgen",
                "go",
                "apache2",
                "httpd",
            ),
        )
    ),
    *("/usr/lib/git-core/git-remote-http", "/usr/libexec/git-core/git-remote-http", "/usr/sbin/php-fpm*"),
    # Libraries in which default paths are compiled, and where the linker looks for them.
    *(
        f"{folder}/{name}"
        for folder in (
            "/lib",
            "/lib64",
            "/usr/lib",
            "/usr/lib64",
            "/usr/lib/*-linux-*",
            "/lib/*-linux-*",
            "/usr/local/lib*",
        )
        for name in (
            "libcurl*.so*",
            "libcrypto*.so*",
            "libssl*.so*",
            "libgnutls*.so*",
            "libnode.so*",
            "libnss3.so*",
            "libruby*.so*",
            "libperl.so*",
        )
    ),
    "/etc/ld.so.conf.d",
    # A link to usr/bin on newer systems: as /bin/python* it would arrive as a folder of its own.
    "/bin",
    # Go, and Java's settings where Debian and RHEL keep them.
    *("/usr/lib/go*/VERSION", "/usr/lib/go*/bin/go", "/usr/share/go*/VERSION", "/usr/local/go/VERSION"),
    *("/usr/local/go/bin/go", "/usr/lib/golang/VERSION", "/usr/lib/golang/bin/go"),
    *("/etc/java*/security", "/etc/java/*/*/conf/security", "/etc/java/*/*/lib/security"),
    # Python: which clients are installed, and what certifi.where() was patched to. Not the whole of site-packages.
    *("/usr/lib/python*/lib-dynload/_ssl*.so", "/usr/lib64/python*/lib-dynload/_ssl*.so"),
    *("/usr/local/lib/python*/lib-dynload/_ssl*.so", "/usr/lib/python*/os.py", "/usr/local/lib/python*/os.py"),
    "/usr/include/python*/patchlevel.h",
    # PHP, Ruby, Perl, .NET: extensions and settings.
    *(
        "/usr/lib/php/*/curl.so",
        "/usr/lib/php/*/openssl.so",
        "/usr/lib64/php/modules/*.so",
        "/usr/lib/php*/modules/*.so",
    ),
    *("/usr/lib/apache2/modules/libphp*.so", "/usr/lib64/httpd/modules/libphp*.so", "/etc/php*/*/*/php-fpm.conf"),
    *("/etc/php-fpm.conf", "/usr/lib/*-linux-*/ruby/*/openssl.so", "/usr/lib64/gems/ruby/openssl-*/openssl.so"),
    *("/usr/lib/ruby/*/*/openssl.so", "/usr/local/lib/ruby/*/*/openssl.so", "/usr/share/perl5/Mozilla/CA*"),
    *("/usr/local/share/perl*/Mozilla/CA*", "/usr/local/share/perl/*/Mozilla/CA*", "/usr/share/perl5/IO/Socket/SSL.pm"),
    *("/usr/share/perl5/vendor_perl/IO/Socket/SSL.pm", "/usr/lib/*-linux-*/perl5/*/auto/Net/SSLeay/SSLeay.so"),
    *("/usr/lib64/perl5/vendor_perl/auto/Net/SSLeay/SSLeay.so", "/usr/share/dotnet/shared/Microsoft.NETCore.App"),
    *("/etc/php/*/mods-available", "/usr/share/php*/*/*.ini", "/usr/share/perl5/LWP/Protocol/https.pm"),
    *("/usr/share/perl5/vendor_perl/LWP/Protocol/https.pm", "/usr/local/share/perl*/*/LWP/Protocol/https.pm"),
    # What starts programs, and the variables that they get.
    *("/etc/environment", "/etc/systemd/system", "/run/systemd/system/*.service", "/usr/local/lib/systemd/system"),
    *("/usr/lib/systemd/system", "/lib/systemd/system", "/etc/init.d", "/etc/rc.local", "/etc/crontab", "/etc/cron.d"),
    *("/etc/default", "/etc/sysconfig", "/etc/supervisord.conf", "/etc/supervisord.d", "/etc/supervisor"),
    # Programs that images and services are made of: virtual environments, unpacked archives, start scripts.
    *("/opt/*/pyvenv.cfg", "/opt/*/*/pyvenv.cfg", "/srv/*/pyvenv.cfg", "/srv/*/*/pyvenv.cfg"),
    *(
        f"{folder}/*.sh"
        for folder in ("/opt/*", "/opt/*/*", "/opt/*/*/bin", "/srv/*", "/data/*", "/app", "/usr/local/*/bin")
    ),
    *("/opt/*/venv/bin/python*", "/opt/*/.venv/bin/python*", "/srv/*/venv/bin/python*", "/srv/*/.venv/bin/python*"),
)
"""What the tables of ``runtimes`` and ``in_use`` look for; a test compares an audit of the listed files with the whole."""

_PYTHON_CLIENTS = (
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "httplib2",
    "tornado",
    "truststore",
    "certifi",
    "wechatpy",
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
            yield from (f"{expanded}/{tail.ending}" for tail in places.PACKAGE_TAILS)
            yield from (f"{expanded}/{name}/__init__.py" for name in _PYTHON_CLIENTS)
            yield from (f"{expanded}/{name}-*-info" for name in _PYTHON_CLIENTS)
            yield from (f"{expanded}/certifi/core.py", f"{expanded}/requests/*.py")
    for pattern in configured.configuration_patterns():
        yield from places.expand(pattern, _HOMES)
    yield from _RUNTIMES


def _without_two_stars(pattern: str) -> Iterator[str]:
    """Old shells know no "**": no, one, two and three folders in its place."""
    if "/**" not in pattern:
        yield pattern
        return
    for folders in ("", "/*", "/*/*", "/*/*/*"):
        yield pattern.replace("/**", folders, 1)
