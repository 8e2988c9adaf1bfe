"""THE TABLE of where trust stores live: one row a place, one comment a row with its source.

`ROWS` are absolute patterns of a whole system ("~" stands for every home folder, "{jdk}" for every Java home). `TAILS` are endings of paths that name a store wherever it lies: under a
project, in a virtual environment, anywhere on the disk. Files that configuration files name are in ``configured.py``.
"""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from wxcertcheck.text import Text, same


class ReadAs(StrEnum):
    """How a place is read; which runtimes do so is their business (``runtimes``)."""

    FILE = "file"
    HASHED = "hashed"
    """A folder in which OpenSSL looks for <hash>.N."""
    OLD_HASHED = "old-hashed"
    """A folder in which Android looks for <old hash>.N."""
    ANY_FILES = "any-files"
    """A folder all of whose files are read."""
    NSS = "nss"
    """A cert9.db or cert8.db."""
    BUILT_IN = "built-in"
    """PEM text compiled into a program."""


class Row(Struct, frozen=True):
    """A place of trust stores. ``families`` limits it to distributions (() for all); ``repair`` as in `Store.repair`.

    ``not_tls`` says why nothing in it counts for TLS servers. ``adds`` marks stores that programs read beside another
    list: what they lack proves nothing. ``costly`` rows are read only with ``--all``.
    """

    kind: str
    patterns: tuple[str, ...]
    used_by: Text
    read_as: ReadAs = ReadAs.FILE
    families: tuple[str, ...] = ()
    repair: str = ""
    passwords: tuple[str, ...] = ()
    not_tls: Text | None = None
    adds: bool = False
    costly: bool = False


class Tail(Struct, frozen=True):
    """A path that ends in ``ending`` (whole components) is a store of this kind.

    ``own_hosts`` marks lists that a package uses for its own service alone: they never decide about another host.
    """

    ending: str
    kind: str
    used_by: Text
    repair: str = "file"
    own_hosts: bool = False


_SYSTEM = Text(zh="系统程序（OpenSSL、curl、PHP、Ruby、Go…）", en="system programs (OpenSSL, curl, PHP, Ruby, Go…)")
_OPENSSL = Text(zh="按目录查找的 OpenSSL 程序", en="OpenSSL programs, by directory")
_JAVA = Text(zh="该 JDK/JRE 上的 Java 程序", en="Java programs of that JDK or JRE")
_SYSTEM_JAVA = Text(zh="系统的 Java 程序", en="Java programs of the system")
_EMAIL = Text(
    zh="这个包只用于邮件或代码签名，不用于 TLS 服务器",
    en="this bundle is for e-mail or code signing, not for TLS servers",
)
_REQUESTS = Text(zh="requests、httpx 等 Python 程序", en="requests, httpx and other Python programs")

PACKAGES = (
    # PEP 370, Debian Python Policy (dist-packages), Fedora (lib64); pyenv, conda, asdf, uv as installed by default.
    *("/usr/lib/python*/dist-packages", "/usr/lib/python*/site-packages", "/usr/lib64/python*/site-packages"),
    *("/usr/local/lib/python*/dist-packages", "/usr/local/lib/python*/site-packages"),
    *("/usr/local/lib64/python*/site-packages", "/opt/*/lib/python*/site-packages"),
    *("~/.local/lib/python*/site-packages", "~/.pyenv/versions/*/lib/python*/site-packages"),
    *("~/.asdf/installs/python/*/lib/python*/site-packages", "~/.local/share/uv/python/*/lib/python*/site-packages"),
    *("~/*conda*/lib/python*/site-packages", "~/*conda*/envs/*/lib/python*/site-packages"),
    *("/opt/*conda*/envs/*/lib/python*/site-packages", "/usr/local/*conda*/lib/python*/site-packages"),
    "~/.local/share/pipx/venvs/*/lib/python*/site-packages",
)

JAVA_HOMES = (
    # Debian, RHEL, SUSE, Arch and Oracle's and Adoptium's packages; SDKMAN!, jabba, asdf, IntelliJ, Gradle, Coursier.
    *("/usr/lib/jvm/*", "/usr/lib64/jvm/*", "/usr/java/*", "/usr/local/java", "/usr/local/java/*", "/usr/local/j*"),
    *("/usr/local/openjdk*", "/usr/local/jdk*", "/usr/local/jre*", "/opt/**/jre", "/opt/**/j[dr][ke]*", "/opt/*java*"),
    *(
        "/opt/*java*/*",
        "/opt/ibm/java*",
        "/jre",
        "/jdk*",
        "/java",
        "/usr/jdk*",
        "/data/j[dr][ke]*",
        "/data/*/j[dr][ke]*",
    ),
    *(
        "/home/*/j[dr][ke]*",
        "/root/j[dr][ke]*",
        "/srv/**/jre",
        "/usr/local/*/jre",
        "/usr/share/*/jre",
        "/snap/*/current/jdk",
    ),
    *("~/.sdkman/candidates/java/*", "~/.jabba/jdk/*", "~/.asdf/installs/java/*", "~/.jdks/*", "~/.gradle/jdks/*"),
    *("~/.cache/coursier/jvm/*", "/www/server/java/*", "/usr/share/elasticsearch/jdk", "/usr/share/logstash/jdk"),
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
)

ROWS = (
    # Debian, Ubuntu: update-ca-certificates(8), package ca-certificates.
    Row("debian", ("/etc/ssl/certs/ca-certificates.crt",), _SYSTEM, families=("debian", "")),
    Row("debian", ("/etc/ssl/certs",), _OPENSSL, ReadAs.HASHED, ("debian", "")),
    # Debian, Ubuntu, also linked by Adoptium's packages: hook jks-keystore of ca-certificates-java.
    Row("debian-java", ("/etc/ssl/certs/java/cacerts",), _SYSTEM_JAVA, families=("debian", "")),
    # RHEL 7 to 10, CentOS, Alma, Rocky, TencentOS, openEuler, Fedora; EL 5 and 6 as plain files: update-ca-trust(8).
    Row("rhel", ("/etc/pki/tls/certs/ca-bundle.crt",), _SYSTEM, families=("rhel", "")),
    Row("rhel", ("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",), _SYSTEM, families=("rhel", "")),
    # Same page: with trust bits, for programs that ask OpenSSL for purposes.
    Row(
        "rhel-trust",
        ("/etc/pki/ca-trust/extracted/openssl/ca-bundle.trust.crt", "/etc/pki/tls/certs/ca-bundle.trust.crt"),
        Text(zh="读取信任位的 OpenSSL 程序", en="OpenSSL programs that read trust bits"),
        families=("rhel", ""),
    ),
    # Fedora 42 and later, RHEL 10: fedoraproject.org/wiki/Changes/dropingOfCertPemFile.
    Row("rhel", ("/etc/pki/ca-trust/extracted/pem/directory-hash",), _OPENSSL, ReadAs.HASHED, ("rhel", "")),
    # update-ca-trust(8): S/MIME and code signing; G1 stays there after it left the TLS bundle.
    Row(
        "rhel-email",
        (
            "/etc/pki/ca-trust/extracted/pem/email-ca-bundle.pem",
            "/etc/pki/ca-trust/extracted/pem/objsign-ca-bundle.pem",
        ),
        Text(zh="S/MIME、代码签名", en="S/MIME, code signing"),
        families=("rhel", ""),
        not_tls=_EMAIL,
    ),
    # update-ca-trust(8): /etc/pki/java/cacerts links here.
    Row("rhel-java", ("/etc/pki/java/cacerts", "/etc/pki/ca-trust/extracted/java/cacerts"), _SYSTEM_JAVA),
    # openSUSE/ca-certificates: update-ca-certificates(8) and its hooks.
    Row("suse", ("/var/lib/ca-certificates/ca-bundle.pem", "/etc/ssl/ca-bundle.pem"), _SYSTEM, families=("suse", "")),
    Row("suse", ("/var/lib/ca-certificates/pem", "/etc/ssl/certs"), _OPENSSL, ReadAs.HASHED, ("suse",)),
    # The same with trust bits; .NET ignores such files (github.com/dotnet/runtime/issues/38730).
    Row("suse", ("/var/lib/ca-certificates/openssl",), _OPENSSL, ReadAs.HASHED, ("suse", "")),
    Row("suse-java", ("/var/lib/ca-certificates/java-cacerts",), _SYSTEM_JAVA, families=("suse", "")),
    # Alpine: packages ca-certificates (tool and files) and ca-certificates-bundle (one file).
    Row("alpine", ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"), _SYSTEM, families=("alpine",)),
    Row("alpine", ("/etc/ssl/certs",), _OPENSSL, ReadAs.HASHED, ("alpine",)),
    # Arch: update-ca-trust(8) of ca-certificates-utils.
    Row(
        "arch",
        ("/etc/ca-certificates/extracted/tls-ca-bundle.pem", "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"),
        _SYSTEM,
        families=("arch", ""),
    ),
    Row("arch", ("/etc/ssl/certs",), _OPENSSL, ReadAs.HASHED, ("arch",)),
    Row("arch-java", ("/etc/ssl/certs/java/cacerts",), _SYSTEM_JAVA, families=("arch",)),
    # Other systems whose layout Go's crypto/x509 knows (root_linux.go, root_bsd.go): OpenELEC, FreeBSD, OpenBSD, NetBSD.
    Row(
        "system",
        (
            *("/etc/pki/tls/cacert.pem", "/etc/ssl/cert.pem", "/usr/local/etc/ssl/cert.pem"),
            *("/usr/local/share/certs/ca-root-nss.crt", "/etc/openssl/certs/ca-certificates.crt"),
        ),
        _SYSTEM,
        families=("",),
    ),
    # OpenSSL built from source: default OPENSSLDIR (INSTALL.md), common --prefix values, Homebrew on Linux, panel 宝塔.
    Row(
        "openssl",
        (
            *("/usr/local/ssl/cert.pem", "/usr/local/openssl*/cert.pem", "/usr/local/openssl*/ssl/cert.pem"),
            *("/opt/openssl*/cert.pem", "/opt/openssl*/ssl/cert.pem", "/usr/lib/ssl/cert.pem"),
            *("/home/linuxbrew/.linuxbrew/etc/ca-certificates/cert.pem", "/usr/local/curl/cacert.pem"),
            *("/opt/homebrew/etc/ca-certificates/cert.pem", "/opt/homebrew/etc/openssl@*/cert.pem"),
            *("/usr/local/etc/openssl@*/cert.pem", "/www/server/panel/*/cacert.pem"),
        ),
        Text(zh="用这套 OpenSSL 编译的程序", en="programs built with that OpenSSL"),
    ),
    Row(
        "openssl",
        (
            "/usr/local/ssl/certs",
            "/usr/local/openssl*/certs",
            "/usr/local/openssl*/ssl/certs",
            "/opt/openssl*/ssl/certs",
        ),
        Text(zh="用这套 OpenSSL 编译的程序", en="programs built with that OpenSSL"),
        ReadAs.HASHED,
    ),
    # Java: JSSE reference guide, "trust store": jssecacerts is read instead of cacerts. JDK 8 and older below jre/.
    Row(
        "jvm",
        tuple(f"{{jdk}}/{below}lib/security/{name}" for name in ("jssecacerts", "cacerts") for below in ("", "jre/")),
        _JAVA,
        repair="java",
    ),
    # Per-user trusted certificates of Java plug-in and Web Start (deployment.config reference).
    Row(
        "java-user",
        ("~/.java/deployment/security/trusted.*cacerts", "~/.java/deployment/security/trusted.*certs"),
        Text(zh="Java Web Start", en="Java Web Start"),
        repair="java",
        adds=True,
    ),
    # WebLogic: demo trust, and the JDK's cacerts (Oracle, "Configuring Keystores"). Passphrase: same page.
    Row(
        "weblogic",
        ("/u01/**/wlserver*/server/lib/DemoTrust.jks", "/opt/**/wlserver*/server/lib/DemoTrust.jks"),
        Text(zh="WebLogic（演示信任库）", en="WebLogic (demo trust)"),
        repair="java",
        passwords=("DemoTrustKeyStorePassPhrase",),
    ),
    # WebSphere: cell and node default trust stores; ignores the JRE's cacerts. Password WebAS: IBM documentation.
    Row(
        "websphere",
        (
            "/opt/IBM/WebSphere/*/profiles/*/config/cells/*/trust.p12",
            "/opt/IBM/WebSphere/*/profiles/*/config/cells/*/nodes/*/trust.p12",
            "/opt/ibm/wlp/usr/servers/*/resources/security/*trust*.p12",
        ),
        Text(zh="WebSphere", en="WebSphere"),
        repair="java",
        passwords=("WebAS",),
    ),
    # GlassFish, Payara: domain security guide.
    Row(
        "glassfish",
        ("/opt/**/glassfish/domains/*/config/cacerts.*", "/usr/local/glassfish*/**/domains/*/config/cacerts.*"),
        Text(zh="GlassFish、Payara", en="GlassFish, Payara"),
        repair="java",
    ),
    # conda: OpenSSL of the environment, package ca-certificates (conda-forge recipe).
    Row(
        "conda",
        tuple(
            f"{home}{env}/ssl/cacert.pem"
            for home in ("/opt/*conda*", "~/*conda*", "/usr/local/*conda*")
            for env in ("", "/envs/*")
        ),
        Text(zh="conda 环境中的 OpenSSL、curl、Python", en="OpenSSL, curl and Python of the conda environment"),
        repair="conda",
    ),
    # Google Cloud CLI carries its own Python packages.
    Row(
        "google-cloud-sdk",
        tuple(
            f"{home}/google-cloud-sdk/{file}"
            for home in ("/usr/lib", "/usr/local", "/opt", "~", "/snap/google-cloud-cli/current")
            for file in ("lib/third_party/certifi/cacert.pem", "platform/bundledpythonunix/ssl/cert.pem")
        ),
        Text(zh="gcloud", en="gcloud"),
        repair="file",
    ),
    # AWS CLI version 2 is frozen with its own list (aws-cli, botocore/cacert.pem).
    Row(
        "awscli",
        ("/usr/local/aws-cli/v2/*/dist/awscli/botocore/cacert.pem",),
        Text(zh="AWS 命令行", en="AWS CLI"),
        repair="file",
    ),
    # Mono: cert-sync(1) fills them; SSL/TLS by BoringSSL reads new-certs.
    Row(
        "mono",
        ("/usr/share/.mono/new-certs/Trust", "/usr/share/.mono/certs/Trust", "~/.config/.mono/new-certs/Trust"),
        Text(zh="Mono", en="Mono"),
        ReadAs.ANY_FILES,
        repair="mono",
    ),
    # .NET on Linux: user's root store (learn.microsoft.com, cross-platform cryptography).
    Row(
        "dotnet",
        ("~/.dotnet/corefx/cryptography/x509stores/root",),
        Text(zh=".NET（当前用户）", en=".NET (this user)"),
        ReadAs.ANY_FILES,
        repair="dotnet",
        adds=True,
    ),
    # NSS databases: shared ones and profiles (Firefox Source Docs; Chromium docs/linux/cert_management.md).
    Row(
        "nss",
        (
            *("~/.pki/nssdb/cert9.db", "/etc/pki/nssdb/cert9.db", "~/.mozilla/firefox/*/cert9.db"),
            *("~/.pki/nssdb/cert8.db", "/etc/pki/nssdb/cert8.db", "~/.mozilla/firefox/*/cert8.db"),
            *("~/snap/firefox/common/.mozilla/firefox/*/cert9.db", "~/.thunderbird/*/cert9.db"),
        ),
        Text(zh="NSS：Firefox、Chrome、老版 RHEL 的 curl", en="NSS: Firefox, Chrome, curl on old RHEL"),
        ReadAs.NSS,
        repair="nss",
        adds=True,
    ),
    # Node.js: roots compiled in (tls.rootCertificates); nvm, n, volta, fnm, asdf as installed by default.
    Row(
        "node",
        (
            *("/usr/bin/node", "/usr/local/bin/node", "/opt/node*/bin/node", "/usr/local/node*/bin/node"),
            *(
                "~/.nvm/versions/node/*/bin/node",
                "~/.volta/tools/image/node/*/bin/node",
                "/usr/local/n/versions/node/*/bin/node",
            ),
            *("~/.local/share/fnm/node-versions/*/installation/bin/node", "~/.asdf/installs/nodejs/*/bin/node"),
            *("/www/server/nodejs/*/bin/node", "/usr/local/nvm/versions/node/*/bin/node"),
        ),
        Text(zh="Node.js（编译在内）", en="Node.js (compiled in)"),
        ReadAs.BUILT_IN,
        repair="node",
        costly=True,
    ),
    # Android: TrustedCertificateStore of conscrypt; 14 and later read the APEX.
    Row(
        "android",
        ("/apex/com.android.conscrypt/cacerts", "/system/etc/security/cacerts"),
        Text(zh="Android 应用", en="Android apps"),
        ReadAs.OLD_HASHED,
        repair="android",
    ),
    Row(
        "android-user",
        ("/data/misc/user/*/cacerts-added",),
        Text(zh="信任用户证书的 Android 应用", en="Android apps that trust user certificates"),
        ReadAs.OLD_HASHED,
        repair="android",
        adds=True,
    ),
    # Windows programs under Wine or on a mounted disk: curl.se "SSL CA certificates", Git for Windows.
    Row(
        "windows-files",
        ("/mnt/c/Windows/System32/curl-ca-bundle.crt", "/mnt/c/Program Files/Git/mingw64/**/certs/ca-bundle.crt"),
        Text(zh="Windows 上的 curl、git", en="curl and git on Windows"),
        costly=True,
    ),
)

TAILS = (
    # PyPI certifi, and the copies inside other packages. Source: the packages themselves.
    Tail(
        "pip/_vendor/certifi/cacert.pem", "pip", Text(zh="pip 自己", en="pip itself"), "python-package", own_hosts=True
    ),
    Tail("pipenv/patched/pip/_vendor/certifi/cacert.pem", "pip", same("pipenv"), "python-package", own_hosts=True),
    Tail("third_party/certifi/cacert.pem", "google-cloud-sdk", same("gcloud"), "file", own_hosts=True),
    Tail("certifi/cacert.pem", "certifi", _REQUESTS, "certifi"),
    # requests up to 2.15 carried the list itself (HISTORY.md: 2.16 unbundled it).
    Tail(
        "requests/cacert.pem",
        "requests",
        Text(zh="旧版 requests（≤ 2.15）", en="requests up to 2.15"),
        "python-package",
    ),
    Tail("requests/packages/certifi/cacert.pem", "requests", same("requests"), "python-package"),
    Tail(
        "botocore/cacert.pem",
        "botocore",
        Text(zh="boto3、AWS 命令行", en="boto3, AWS CLI"),
        "python-package",
        own_hosts=True,
    ),
    Tail("botocore/vendored/requests/cacert.pem", "botocore", same("botocore"), "python-package", own_hosts=True),
    Tail("boto/cacerts/cacerts.txt", "boto", same("boto 2"), "python-package", own_hosts=True),
    Tail("httplib2/cacerts.txt", "httplib2", same("httplib2"), "python-package"),
    Tail("stripe/data/ca-certificates.crt", "stripe", same("stripe"), "python-package", own_hosts=True),
    Tail("tornado/ca-certificates.crt", "tornado", Text(zh="旧版 tornado", en="old tornado"), "python-package"),
    Tail("grpc/_cython/_credentials/roots.pem", "grpc", same("gRPC (Python)"), "python-package"),
    Tail("websocket/cacert.pem", "websocket-client", same("websocket-client"), "python-package"),
    Tail("conda/ssl/cacert.pem", "conda", same("conda"), "conda", own_hosts=True),
    # PHP: composer/ca-bundle res/cacert.pem, Guzzle 3, stripe-php, AWS SDK 1, as in their repositories.
    Tail(
        "composer/ca-bundle/res/cacert.pem",
        "composer",
        Text(zh="Composer、用到它的 PHP 库", en="Composer and PHP libraries"),
        "composer",
    ),
    Tail("Guzzle/Http/Resources/cacert.pem", "guzzle", same("Guzzle 3"), "file"),
    Tail("stripe-php/data/ca-certificates.crt", "stripe", same("stripe-php"), "file", own_hosts=True),
    Tail("rmccue/requests/certificates/cacert.pem", "php-requests", same("Requests for PHP"), "file"),
    Tail("wp-includes/certificates/ca-bundle.crt", "wordpress", same("WordPress"), "file", own_hosts=True),
    # Ruby gems with a list of their own: httpclient, excon, certifi, aws-sdk, stripe.
    Tail("httpclient/cacert.pem", "httpclient", same("httpclient (Ruby)"), "file"),
    Tail("excon/data/cacert.pem", "excon", same("excon"), "file"),
    Tail("certifi/vendor/cacert.pem", "certifi", same("certifi (Ruby)"), "file"),
    Tail("aws-sdk-core/ca-bundle.crt", "aws-sdk", same("aws-sdk (Ruby)"), "file", own_hosts=True),
    Tail("lib/data/ca-certificates.crt", "stripe", same("stripe (Ruby)"), "file", own_hosts=True),
    # Perl: Mozilla::CA.
    Tail("Mozilla/CA/cacert.pem", "mozilla-ca", same("LWP (Perl)"), "file"),
    # Erlang, Elixir: hex package certifi.
    Tail("certifi/priv/cacerts.pem", "certifi", same("hackney (Erlang)"), "file"),
    # Java homes anywhere: bundled JREs of applications.
    Tail("lib/security/jssecacerts", "jvm", _JAVA, "java"),
    Tail("lib/security/cacerts", "jvm", _JAVA, "java"),
    # NSS databases anywhere.
    Tail("cert9.db", "nss", same("NSS"), "nss", own_hosts=True),
    Tail("cert8.db", "nss", same("NSS"), "nss", own_hosts=True),
    # curl for Windows beside curl.exe, Git for Windows.
    Tail("curl-ca-bundle.crt", "curl", same("curl (Windows)")),
)

_BY_NAME: dict[str, list[Tail]] = {}
for _tail in TAILS:
    _BY_NAME.setdefault(_tail.ending.rpartition("/")[2], []).append(_tail)

PACKAGE_TAILS = tuple(tail for tail in TAILS if tail.repair in ("python-package", "certifi"))
"""What is looked for in each folder of Python packages."""


def tail_of(path: str) -> Tail | None:
    """The most telling row of `TAILS` that ``path`` ends in."""
    tails = _BY_NAME.get(path.rpartition("/")[2], ())
    matches = [tail for tail in tails if path == tail.ending or path.endswith(f"/{tail.ending}")]
    return max(matches, key=lambda tail: len(tail.ending), default=None)


def repair_of(kind: str) -> str:
    """The repair id of a row's kind, "" where only the format says."""
    return next((row.repair for row in ROWS if row.kind == kind and row.repair), "")


def expand(pattern: str, homes: tuple[str, ...]) -> Iterator[str]:
    """Put the home folders, package folders and Java homes into a pattern of `ROWS`."""
    if "{jdk}" in pattern:
        for home in JAVA_HOMES:
            yield from expand(pattern.replace("{jdk}", home), homes)
    elif pattern.startswith("~"):
        yield from (home + pattern[1:] for home in homes)
    else:
        yield pattern
