"""Configuration files that name a CA file or folder: proxies, Java servers, PHP, curl, wget, git, package managers.

Each row says which files to read, which setting in them names the store, who uses it, and what a relative path starts
from. Settings are found by a pattern of their line: the tool reads them and never runs the program. Comment lines do not
count. A setting that names a missing file is shown as a missing store: the program would fail on it.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from wxcertcheck.errors import CannotRead
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.text import Text, same

MAX_CONFIGURATION_BYTES = 4 * 1024 * 1024


class Setting(Struct, frozen=True):
    """``pattern`` has a group ``file`` or ``folder``. ``base`` starts relative paths ("" for the file's own folder).

    ``switch`` is a pattern without which the setting has no effect; ``off`` says so.
    """

    kind: str
    files: tuple[str, ...]
    pattern: re.Pattern[str]
    used_by: Text
    base: str = ""
    switch: re.Pattern[str] | None = None
    off: Text | None = None
    passwords: tuple[str, ...] = ()
    comment: str = "#"


class Named(Struct, frozen=True):
    """A store that ``setting`` of the configuration file ``by`` names in ``line`` (1-based)."""

    path: str
    is_folder: bool
    setting: Setting
    by: str
    line: int
    note: Text | None = None


def _names(prefix: str, what: str = "file") -> re.Pattern[str]:
    """A setting whose value is a path, quoted or not; an unquoted one ends at white space, ";", "," or a bracket."""
    return re.compile(
        rf"""{prefix}(?P<quote>["']?)(?P<{what}>[^\s;,"'}}\]]+|(?<=["'])[^"'\n]+)(?P=quote)""", re.MULTILINE
    )


_PHP_FILES = (
    # php.ini of every SAPI: Debian, RHEL and its collections, Remi, source builds, Docker images, 宝塔 panel, XAMPP.
    *("/etc/php/*/*/php.ini", "/etc/php/*/*/conf.d/*.ini", "/etc/php5/*/php.ini", "/etc/php.ini", "/etc/php.d/*.ini"),
    *("/etc/opt/remi/php*/php.ini", "/etc/opt/rh/*/php.ini", "/opt/rh/*/root/etc/php.ini", "/etc/php*/php.ini"),
    *("/etc/php*/conf.d/*.ini", "/etc/php/php.ini", "/usr/local/lib/php.ini", "/usr/local/etc/php/php.ini"),
    *("/usr/local/etc/php/conf.d/*.ini", "/usr/local/php*/etc/php.ini", "/usr/local/php*/lib/php.ini"),
    *("/www/server/php/*/etc/php.ini", "/opt/lampp/etc/php.ini", "/etc/php/*/*/pool.d/*.conf", "/etc/php-fpm.d/*.conf"),
)
_PHP_PREFIX = r"^[ \t]*+(?:php_admin_value\[|php_value\[)?{name}\]?[ \t]*+=[ \t]*+"

SETTINGS = (
    # nginx: ngx_http_proxy_module. proxy_ssl_verify is off by default: then the file has no effect.
    Setting(
        "nginx",
        (
            *(
                "/etc/nginx/*.conf",
                "/etc/nginx/*/*.conf",
                "/etc/nginx/sites-enabled/*",
                "/etc/nginx/conf.d/*",
                "/etc/nginx/snippets/*",
                "/usr/local/nginx/conf/*.conf",
                "/usr/local/nginx/conf/*/*.conf",
            ),
            *("/usr/local/openresty/nginx/conf/*.conf", "/usr/local/openresty/nginx/conf/*/*.conf"),
            *("/opt/nginx/conf/*.conf", "/www/server/nginx/conf/*.conf", "/www/server/panel/vhost/nginx/*.conf"),
        ),
        _names(r"^[ \t]*+(?:proxy|grpc|uwsgi)_ssl_trusted_certificate\s+"),
        Text(zh="nginx 反向代理（访问上游时）", en="nginx as a proxy, towards its upstream"),
        switch=re.compile(r"^[ \t]*+(?:proxy|grpc|uwsgi)_ssl_verify\s+on\b", re.MULTILINE),
        off=Text(
            zh="{by} 没有 proxy_ssl_verify on：nginx 默认不校验上游证书，这个文件不起作用",
            en="{by} has no proxy_ssl_verify on: nginx does not verify its upstream by default, the file has no effect",
        ),
    ),
    # HAProxy configuration manual, "ca-file" of server lines; needs "verify required" (the default is not none).
    Setting(
        "haproxy",
        ("/etc/haproxy/*.cfg", "/etc/haproxy/conf.d/*.cfg", "/usr/local/etc/haproxy/*.cfg", "/usr/local/haproxy/*.cfg"),
        _names(r"^[ \t]*+(?:server|default-server|server-template)\s[^\n#]{0,2000}?\bca-file\s+"),
        Text(zh="HAProxy（访问后端时）", en="HAProxy, towards its servers"),
    ),
    # squid.conf: tls_outgoing_options cafile= capath=, older sslproxy_cafile.
    Setting(
        "squid",
        ("/etc/squid/*.conf", "/etc/squid/conf.d/*.conf", "/etc/squid3/*.conf", "/usr/local/squid/etc/*.conf"),
        _names(r"^[ \t]*+(?:tls_outgoing_options\s[^\n#]{0,2000}?\bcafile=|sslproxy_cafile\s+)"),
        Text(zh="squid（访问上游时）", en="squid, towards servers"),
    ),
    Setting(
        "squid",
        ("/etc/squid/*.conf", "/etc/squid/conf.d/*.conf", "/etc/squid3/*.conf", "/usr/local/squid/etc/*.conf"),
        _names(r"^[ \t]*+(?:tls_outgoing_options\s[^\n#]{0,2000}?\bcapath=|sslproxy_capath\s+)", "folder"),
        Text(zh="squid（访问上游时）", en="squid, towards servers"),
    ),
    # stunnel(8): CAfile, CApath; they verify only with verifyChain or verify >= 1.
    Setting(
        "stunnel",
        ("/etc/stunnel/*.conf", "/etc/stunnel/conf.d/*.conf", "/usr/local/etc/stunnel/*.conf"),
        _names(r"(?i)^[ \t]*+CAfile[ \t]*+=[ \t]*+"),
        same("stunnel"),
        switch=re.compile(
            r"(?im)^[ \t]*+(?:verifyChain[ \t]*+=[ \t]*+yes|verifyPeer[ \t]*+=[ \t]*+yes|verify[ \t]*+=[ \t]*+[1-4])"
        ),
        off=Text(
            zh="{by} 没有 verifyChain = yes：stunnel 不校验对方，这个文件不起作用",
            en="{by} has no verifyChain = yes: stunnel does not verify its peer, the file has no effect",
        ),
    ),
    Setting(
        "stunnel",
        ("/etc/stunnel/*.conf", "/etc/stunnel/conf.d/*.conf"),
        _names(r"(?i)^[ \t]*+CApath[ \t]*+=[ \t]*+", "folder"),
        same("stunnel"),
    ),
    # Envoy API v3: CertificateValidationContext.trusted_ca, YAML or JSON.
    Setting(
        "envoy",
        ("/etc/envoy/*.yaml", "/etc/envoy/*.yml", "/etc/envoy/*.json", "/etc/envoy/*/*.yaml", "/opt/envoy/*.yaml"),
        _names(r"""["']?trusted_ca["']?[ \t]*+:\s*+\{?+\s*+(?:#[^\n]*+\n\s*+)?["']?filename["']?[ \t]*+:[ \t]*+"""),
        Text(zh="Envoy（访问上游时）", en="Envoy, towards its upstream"),
    ),
    # Apache mod_ssl: SSLProxyCACertificateFile, SSLProxyCACertificatePath; SSLProxyVerify is none by default.
    Setting(
        "apache",
        (
            *("/etc/apache2/*.conf", "/etc/apache2/*/*.conf", "/etc/httpd/conf/*.conf", "/etc/httpd/conf.d/*.conf"),
            *("/usr/local/apache2/conf/*.conf", "/usr/local/apache2/conf/extra/*.conf"),
        ),
        _names(r"(?i)^[ \t]*+SSLProxyCACertificateFile\s+"),
        Text(zh="Apache 反向代理（访问上游时）", en="Apache as a proxy, towards its upstream"),
        base="/etc/apache2",
        switch=re.compile(r"(?im)^[ \t]*+SSLProxyVerify\s+(?:require|optional)\b"),
        off=Text(
            zh="{by} 没有 SSLProxyVerify require：Apache 默认不校验上游证书，这个文件不起作用",
            en="{by} has no SSLProxyVerify require: Apache does not verify its upstream by default, the file has no effect",
        ),
    ),
    # PHP: openssl.cafile and openssl.capath (streams), curl.cainfo (curl extension): php.net/manual.
    Setting(
        "php",
        _PHP_FILES,
        _names(_PHP_PREFIX.format(name=r"openssl\.cafile")),
        Text(zh="PHP（stream）", en="PHP streams"),
        comment=";",
    ),
    Setting(
        "php",
        _PHP_FILES,
        _names(_PHP_PREFIX.format(name=r"openssl\.capath"), "folder"),
        Text(zh="PHP（stream）", en="PHP streams"),
        comment=";",
    ),
    Setting(
        "php",
        _PHP_FILES,
        _names(_PHP_PREFIX.format(name=r"curl\.cainfo")),
        Text(zh="PHP（curl 扩展）", en="PHP's curl extension"),
        comment=";",
    ),
    # curl(1): cacert and capath of .curlrc; wget(1): ca_certificate, ca_directory of wgetrc.
    Setting(
        "curl",
        ("~/.curlrc", "~/.config/curlrc"),
        _names(r"^[ \t]*+-{0,2}cacert[\s=:]+"),
        Text(zh="curl 命令", en="the curl command"),
    ),
    Setting(
        "curl",
        ("~/.curlrc", "~/.config/curlrc"),
        _names(r"^[ \t]*+-{0,2}capath[\s=:]+", "folder"),
        Text(zh="curl 命令", en="the curl command"),
    ),
    Setting("wget", ("/etc/wgetrc", "~/.wgetrc"), _names(r"(?i)^[ \t]*+ca_?certificate[ \t]*+=[ \t]*+"), same("wget")),
    Setting(
        "wget",
        ("/etc/wgetrc", "~/.wgetrc"),
        _names(r"(?i)^[ \t]*+ca_?directory[ \t]*+=[ \t]*+", "folder"),
        same("wget"),
    ),
    # git-config(1): http.sslCAInfo, http.sslCAPath.
    Setting(
        "git",
        ("/etc/gitconfig", "~/.gitconfig", "~/.config/git/config"),
        _names(r"(?i)^[ \t]*+sslCAInfo[ \t]*+=[ \t]*+"),
        same("git"),
    ),
    Setting(
        "git",
        ("/etc/gitconfig", "~/.gitconfig", "~/.config/git/config"),
        _names(r"(?i)^[ \t]*+sslCAPath[ \t]*+=[ \t]*+", "folder"),
        same("git"),
    ),
    # pip configuration: cert; npm: cafile; conda: ssl_verify with a path.
    Setting(
        "pip",
        ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf"),
        _names(r"^[ \t]*+cert[ \t]*+=[ \t]*+"),
        same("pip"),
    ),
    Setting("npm", ("/etc/npmrc", "~/.npmrc"), _names(r"^[ \t]*+cafile[ \t]*+=[ \t]*+"), same("npm")),
    Setting(
        "conda",
        ("~/.condarc", "/opt/*conda*/.condarc"),
        _names(r"^[ \t]*+ssl_verify[ \t]*+:[ \t]*+(?=/)"),
        same("conda"),
    ),
    # Gradle and Maven: a trust store for the JVM they start.
    Setting(
        "gradle",
        ("~/.gradle/gradle.properties", "~/.mavenrc", "~/.m2/settings.xml", "/etc/mavenrc"),
        _names(r"(?:systemProp\.|-D)javax\.net\.ssl\.trustStore="),
        Text(zh="Gradle、Maven", en="Gradle, Maven"),
    ),
    # WildFly, JBoss EAP: elytron key-store (and legacy truststore) of standalone.xml and domain.xml.
    Setting(
        "wildfly",
        tuple(
            f"{home}/{mode}/configuration/{mode}*.xml"
            for home in (
                "/opt/wildfly*",
                "/opt/jboss*",
                "/usr/share/wildfly*",
                "/opt/rh/*/root/usr/share/wildfly",
                "/opt/EAP*",
            )
            for mode in ("standalone", "domain")
        ),
        re.compile(
            r"""<(?:key-store\s+name="[^"]{0,99}[Tt]rust[^"]{0,99}"[^>]{0,200}>.{0,800}?<file\s[^>]{0,200}?path|truststore\s[^>]{0,200}?path)="(?P<file>[^"]+)\"""",
            re.DOTALL,
        ),
        Text(zh="WildFly、JBoss", en="WildFly, JBoss"),
        comment="",
    ),
    # WebLogic: custom trust of config.xml (Oracle, "Configuring Keystores").
    Setting(
        "weblogic",
        ("/u01/**/domains/*/config/config.xml", "/opt/**/domains/*/config/config.xml"),
        re.compile(r"<(?:\w+:)?custom-trust-key-store-file-name>\s*(?P<file>[^<\s]+)"),
        same("WebLogic"),
        comment="",
    ),
)


def named_stores(fs: FileSystem, homes: tuple[str, ...]) -> Iterator[Named]:
    """Every store that a configuration file of this root names."""
    texts: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for setting in SETTINGS:
        patterns = list(_expanded(setting.files, homes))
        found |= {pattern: fs.glob(pattern) for pattern in patterns if pattern not in found}
        for path in dict.fromkeys(path for pattern in patterns for path in found[pattern]):
            if path not in texts:
                texts[path] = _text(fs, path)
            yield from _named_in(texts[path], path, setting)


def configuration_patterns() -> tuple[str, ...]:
    """The patterns of the files that `named_stores` reads; "~" stands for a home folder."""
    return tuple(dict.fromkeys(pattern for setting in SETTINGS for pattern in setting.files))


def _expanded(patterns: tuple[str, ...], homes: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        if pattern.startswith("~"):
            yield from (home + pattern[1:] for home in homes)
        else:
            yield pattern


def _text(fs: FileSystem, path: str) -> str:
    try:
        return fs.read_bytes(path, MAX_CONFIGURATION_BYTES).decode("utf-8", "replace")
    except CannotRead:
        return ""


def _named_in(text: str, by: str, setting: Setting) -> Iterator[Named]:
    for match in setting.pattern.finditer(text):
        group = "folder" if "folder" in setting.pattern.groupindex else "file"
        value, position = match[group].strip(), match.start(group)
        start = text.rfind("\n", 0, position) + 1
        commented = setting.comment and text[start:position].lstrip().startswith(setting.comment)
        if commented or not _is_path(value):
            continue
        off = setting.off if setting.off and setting.switch and not setting.switch.search(text) else None
        base = by.rpartition("/")[0] if not setting.base else setting.base
        path = value if value.startswith("/") else f"{base}/{value}"
        line = text.count("\n", 0, position) + 1
        yield Named(path, group == "folder", setting, by, line, off.fill(by=by) if off else None)


def _is_path(value: str) -> bool:
    """Not empty, not a variable, not a keyword such as HAProxy's @system-ca."""
    return bool(value) and not any(sign in value for sign in "$%@{\0") and value.lower() not in ("on", "off", "none")
