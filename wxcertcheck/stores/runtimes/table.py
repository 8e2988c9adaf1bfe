"""What each runtime reads: files, directories, built-in lists, and the variables that move them. Data, with sources.

Slots of a row are united. The traps that this table exists for (each tried against the runtimes by the tests):

- OpenSSL has two switches, file and directory: ``SSL_CERT_FILE`` alone leaves the default directory in place.
- libcurl reads no variable; the curl tool does. ``CURLOPT_CAINFO`` leaves a compiled-in CApath in place.
- requests reads certifi, not OpenSSL's defaults. Node reads its own list; ``NODE_EXTRA_CA_CERTS`` only adds.
- Java reads one keystore: trustStore, else jssecacerts, else cacerts.
"""

from wxcertcheck.stores.runtimes.rows import Broken, Form, Row, Slot, Switch, Trouble
from wxcertcheck.text import Text

_OPENSSL_FILE = Slot(
    "file", Form.FILE, Trouble.SKIPS, (Switch("SSL_CERT_FILE", empty_counts=True),), broken=Broken.SPOILS
)
_OPENSSL_DIRECTORY = Slot(
    "directory", Form.HASHED, Trouble.SKIPS, (Switch("SSL_CERT_DIR", empty_counts=True),), separator=":"
)
_OPENSSL = (_OPENSSL_FILE, _OPENSSL_DIRECTORY)
_OPENSSL_SOURCES = (
    "https://docs.openssl.org/3.0/man3/SSL_CTX_load_verify_locations/",
    "https://github.com/openssl/openssl/blob/openssl-3.0/crypto/x509/by_file.c",
    "https://github.com/openssl/openssl/blob/openssl-3.0/crypto/x509/by_dir.c",
)
_NODE_EXTRA = Slot("extra", Form.FILE, Trouble.SKIPS, (Switch("NODE_EXTRA_CA_CERTS"),), broken=Broken.STOPS)
_LIBCURL_DIRECTORY = Slot("directory", Form.HASHED, Trouble.SKIPS)

_ROWS = (
    Row(
        "openssl",
        Text(zh="openssl 命令", en="the openssl command"),
        _OPENSSL,
        _OPENSSL_SOURCES,
        calls_hosts=False,
    ),
    Row(
        "python-ssl",
        Text(
            zh="Python ssl 默认值（urllib、aiohttp、urllib3、tornado）",
            en="Python ssl defaults (urllib, aiohttp, urllib3, tornado)",
        ),
        _OPENSSL,
        (*_OPENSSL_SOURCES, "https://docs.python.org/3/library/ssl.html#ssl.SSLContext.set_default_verify_paths"),
    ),
    Row(
        "python-requests",
        Text(zh="Python requests", en="Python requests"),
        (
            Slot(
                "bundle",
                Form.FILE_OR_HASHED,
                Trouble.FAILS,
                (Switch("REQUESTS_CA_BUNDLE"), Switch("CURL_CA_BUNDLE", unless=("REQUESTS_CA_BUNDLE",))),
                broken=Broken.SPOILS,
            ),
        ),
        (
            "https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification",
            "https://github.com/psf/requests/blob/v2.32.3/src/requests/sessions.py#L766",
        ),
    ),
    Row(
        "python-httpx-0.27",
        Text(zh="Python httpx（0.27 及更早）", en="Python httpx (0.27 and earlier)"),
        (
            Slot(
                "bundle",
                Form.FILE_OR_HASHED,
                Trouble.FAILS,
                (Switch("SSL_CERT_FILE", if_exists=True), Switch("SSL_CERT_DIR", if_exists=True)),
                broken=Broken.SPOILS,
            ),
        ),
        ("https://github.com/encode/httpx/blob/0.27.2/httpx/_utils.py#L94",),
    ),
    Row(
        "python-httpx",
        Text(zh="Python httpx（0.28 起）", en="Python httpx (0.28 and later)"),
        (
            Slot(
                "bundle",
                Form.FILE_OR_HASHED,
                Trouble.FAILS,
                (Switch("SSL_CERT_FILE"), Switch("SSL_CERT_DIR")),
                broken=Broken.SPOILS,
            ),
        ),
        ("https://github.com/encode/httpx/blob/0.28.1/httpx/_config.py#L24",),
    ),
    Row(
        "python-httplib2",
        Text(zh="Python httplib2", en="Python httplib2"),
        (
            Slot(
                "bundle",
                Form.FILE,
                Trouble.FAILS,
                (Switch("HTTPLIB2_CA_CERTS", empty_counts=True),),
                broken=Broken.SPOILS,
            ),
        ),
        ("https://github.com/httplib2/httplib2/blob/v0.22.0/python3/httplib2/certs.py",),
    ),
    Row(
        "java",
        Text(zh="Java（JSSE）", en="Java (JSSE)"),
        (
            Slot(
                "keystore",
                Form.KEYSTORE,
                Trouble.FAILS,
                (Switch("javax.net.ssl.trustStore"),),
                first_found=True,
            ),
        ),
        (
            "https://docs.oracle.com/en/java/javase/17/security/java-secure-socket-extension-jsse-reference-guide.html",
            "https://github.com/openjdk/jdk/blob/jdk-17+35/src/java.base/share/classes/sun/security/ssl/TrustStoreManager.java",
        ),
    ),
    Row(
        "node",
        Text(zh="Node.js（内置列表）", en="Node.js (built-in list)"),
        (
            Slot("built-in", Form.BUILT_IN, Trouble.SKIPS),
            _NODE_EXTRA,
        ),
        (
            "https://nodejs.org/docs/latest-v22.x/api/cli.html#node_extra_ca_certsfile",
            "https://github.com/nodejs/node/blob/v20.20.2/src/crypto/crypto_context.cc",
        ),
    ),
    Row(
        "node-system-ca",
        Text(zh="Node.js（内置列表加系统证书）", en="Node.js (built-in list and system certificates)"),
        (
            Slot("built-in", Form.BUILT_IN, Trouble.SKIPS),
            Slot("file", Form.FILE, Trouble.SKIPS, (Switch("SSL_CERT_FILE", empty_counts=True),), broken=Broken.STOPS),
            # One directory: unlike OpenSSL, Node does not split the value at ":".
            Slot("directory", Form.EVERY_FILE, Trouble.SKIPS, (Switch("SSL_CERT_DIR", empty_counts=True),)),
            _NODE_EXTRA,
        ),
        ("https://nodejs.org/docs/latest-v22.x/api/cli.html#--use-system-ca",),
    ),
    Row(
        "node-openssl-ca",
        Text(zh="Node.js（OpenSSL 的证书库）", en="Node.js (OpenSSL's store)"),
        (*_OPENSSL, _NODE_EXTRA),
        ("https://nodejs.org/docs/latest-v22.x/api/cli.html#--use-bundled-ca---use-openssl-ca",),
    ),
    Row(
        "php-streams",
        Text(zh="PHP 流（file_get_contents、SoapClient）", en="PHP streams (file_get_contents, SoapClient)"),
        (
            Slot(
                "file",
                Form.FILE,
                Trouble.FAILS,
                (Switch("openssl.cafile"),),
                broken=Broken.SPOILS,
            ),
            Slot("directory", Form.HASHED, Trouble.SKIPS, (Switch("openssl.capath"),), separator=":"),
        ),
        (
            "https://www.php.net/manual/en/openssl.configuration.php",
            "https://github.com/php/php-src/blob/PHP-8.2/ext/openssl/xp_ssl.c",
        ),
    ),
    Row(
        "php-streams-default",
        Text(zh="PHP 流（file_get_contents、SoapClient）", en="PHP streams (file_get_contents, SoapClient)"),
        _OPENSSL,
        (*_OPENSSL_SOURCES, "https://www.php.net/manual/en/openssl.configuration.php"),
    ),
    Row(
        "php-curl",
        Text(zh="PHP curl 扩展", en="PHP's curl extension"),
        (
            Slot(
                "file",
                Form.FILE,
                Trouble.FAILS,
                (Switch("openssl.cafile"), Switch("curl.cainfo")),
                broken=Broken.SPOILS,
            ),
            _LIBCURL_DIRECTORY,
        ),
        (
            "https://www.php.net/manual/en/curl.configuration.php",
            "https://github.com/php/php-src/blob/PHP-8.2/ext/curl/interface.c",
        ),
    ),
    Row("ruby", Text(zh="Ruby（net/http、OpenSSL）", en="Ruby (net/http, OpenSSL)"), _OPENSSL, _OPENSSL_SOURCES),
    Row(
        "go",
        Text(zh="Go 程序", en="programs built with Go"),
        (
            Slot("file", Form.FILE, Trouble.SKIPS, (Switch("SSL_CERT_FILE"),), first_found=True),
            Slot("directory", Form.EVERY_FILE, Trouble.SKIPS, (Switch("SSL_CERT_DIR"),), separator=":"),
        ),
        (
            "https://pkg.go.dev/crypto/x509#SystemCertPool",
            "https://github.com/golang/go/blob/go1.22.0/src/crypto/x509/root_unix.go",
            "https://github.com/golang/go/blob/go1.22.0/src/crypto/x509/root_linux.go",
        ),
    ),
    Row(
        "dotnet",
        Text(zh=".NET", en=".NET"),
        (
            Slot("file", Form.FILE, Trouble.SKIPS, (Switch("SSL_CERT_FILE", empty_counts=True),)),
            Slot(
                "directory", Form.EVERY_FILE, Trouble.SKIPS, (Switch("SSL_CERT_DIR", empty_counts=True),), separator=":"
            ),
            Slot("user", Form.EVERY_FILE, Trouble.SKIPS),
        ),
        ("https://learn.microsoft.com/dotnet/standard/security/cross-platform-cryptography#x509store",),
    ),
    Row(
        "mono",
        Text(zh="Mono", en="Mono"),
        (Slot("directory", Form.EVERY_FILE, Trouble.SKIPS),),
        ("https://www.mono-project.com/docs/faq/security/",),
    ),
    Row(
        "curl-8.2",
        Text(zh="curl 命令（8.2 及更早）", en="the curl command (8.2 and earlier)"),
        (
            Slot(
                "file",
                Form.FILE,
                Trouble.FAILS,
                (
                    Switch("cacert"),
                    Switch("CURL_CA_BUNDLE", unless=("cacert", "capath")),
                    Switch("SSL_CERT_FILE", unless=("cacert", "capath", "CURL_CA_BUNDLE", "SSL_CERT_DIR")),
                ),
                broken=Broken.SPOILS,
            ),
            Slot(
                "directory",
                Form.HASHED,
                Trouble.SKIPS,
                (Switch("capath"), Switch("SSL_CERT_DIR", unless=("cacert", "capath", "CURL_CA_BUNDLE"))),
                separator=":",
            ),
        ),
        (
            "https://curl.se/docs/manpage.html#--cacert",
            "https://github.com/curl/curl/blob/curl-7_88_1/src/tool_operate.c",
        ),
    ),
    Row(
        "curl",
        Text(zh="curl 命令（8.3 起）", en="the curl command (8.3 and later)"),
        (
            Slot(
                "file",
                Form.FILE,
                Trouble.FAILS,
                (
                    Switch("cacert"),
                    Switch("CURL_CA_BUNDLE", unless=("cacert", "capath")),
                    Switch("SSL_CERT_FILE", unless=("cacert", "capath", "CURL_CA_BUNDLE")),
                ),
                broken=Broken.SPOILS,
            ),
            Slot(
                "directory",
                Form.HASHED,
                Trouble.SKIPS,
                (Switch("capath"), Switch("SSL_CERT_DIR", unless=("cacert", "capath", "CURL_CA_BUNDLE"))),
                separator=":",
            ),
        ),
        (
            "https://curl.se/docs/manpage.html#--cacert",
            "https://github.com/curl/curl/blob/curl-8_5_0/src/tool_operate.c",
        ),
    ),
    Row(
        "git-gnutls",
        Text(zh="git（https）", en="git (https)"),
        (
            Slot(
                "file",
                Form.FILE,
                Trouble.FAILS,
                (Switch("GIT_SSL_CAINFO"), Switch("http.sslCAInfo")),
                broken=Broken.SPOILS,
            ),
            Slot("directory", Form.EVERY_FILE, Trouble.SKIPS, (Switch("GIT_SSL_CAPATH"), Switch("http.sslCAPath"))),
        ),
        ("https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpsslCAInfo",),
        calls_hosts=False,
    ),
    Row(
        "git",
        Text(zh="git（https）", en="git (https)"),
        (
            Slot(
                "file",
                Form.FILE,
                Trouble.FAILS,
                (Switch("GIT_SSL_CAINFO"), Switch("http.sslCAInfo")),
                broken=Broken.SPOILS,
            ),
            Slot("directory", Form.HASHED, Trouble.SKIPS, (Switch("GIT_SSL_CAPATH"), Switch("http.sslCAPath"))),
        ),
        ("https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpsslCAInfo",),
        calls_hosts=False,
    ),
    Row(
        "wget",
        Text(zh="wget（OpenSSL）", en="wget (OpenSSL)"),
        (*_OPENSSL, Slot("extra", Form.FILE, Trouble.SKIPS, (Switch("ca_certificate"),), broken=Broken.SPOILS)),
        ("https://www.gnu.org/software/wget/manual/wget.html#HTTPS-_0028SSL_002fTLS_0029-Options",),
    ),
    Row(
        "wget-gnutls",
        Text(zh="wget（GnuTLS）", en="wget (GnuTLS)"),
        (
            Slot("system", Form.FILE, Trouble.SKIPS, broken=Broken.SPOILS),
            Slot("directory", Form.EVERY_FILE, Trouble.SKIPS, (Switch("ca_directory"),)),
            Slot("extra", Form.FILE, Trouble.SKIPS, (Switch("ca_certificate"),), broken=Broken.SPOILS),
        ),
        (
            "https://www.gnu.org/software/wget/manual/wget.html#HTTPS-_0028SSL_002fTLS_0029-Options",
            "https://git.savannah.gnu.org/cgit/wget.git/tree/src/gnutls.c",
        ),
    ),
    Row(
        "perl",
        Text(zh="Perl（IO::Socket::SSL）", en="Perl (IO::Socket::SSL)"),
        _OPENSSL,
        ("https://metacpan.org/pod/IO::Socket::SSL#default_ca",),
    ),
    Row(
        "perl-lwp",
        Text(zh="Perl LWP", en="Perl LWP"),
        (
            Slot(
                "file",
                Form.FILE,
                Trouble.FAILS,
                (Switch("PERL_LWP_SSL_CA_FILE"), Switch("HTTPS_CA_FILE")),
                broken=Broken.SPOILS,
            ),
            Slot(
                "directory",
                Form.HASHED,
                Trouble.SKIPS,
                (Switch("PERL_LWP_SSL_CA_PATH"), Switch("HTTPS_CA_DIR")),
                separator=":",
            ),
        ),
        ("https://metacpan.org/pod/LWP::UserAgent#ENVIRONMENT", "https://metacpan.org/pod/LWP::Protocol::https"),
    ),
)

ROWS = {row.kind: row for row in _ROWS}
"""Every row by its kind."""
