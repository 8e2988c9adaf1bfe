"""Repairs of code: the two ways of WeChat Pay's guide (§4), as the exact line where it can be told, and as an example.

*Stop pinning* comes first only if the store that takes over has every needed root; else that store is updated first.
*Add the new root* always keeps the old one. C# has the guide's one way: install the new root.
"""

import re
import shlex
from collections.abc import Mapping

from msgspec.structs import replace

from wxcertcheck.fixes.jvm import default_managers
from wxcertcheck.fixes.removal import removal
from wxcertcheck.fixes.statement import DEVICE, OFF_BY_DEFAULT
from wxcertcheck.fixes.stores import repair_of, store_fix
from wxcertcheck.fixes.switched_on import NEEDS_MORE, switched_on
from wxcertcheck.fixes.system_bundle import with_system_bundle
from wxcertcheck.model import Case, Edit, Finding, Fix, PackageUse, Pin, Root, Runtime, Safety
from wxcertcheck.rules.run_by import runs
from wxcertcheck.rules.wording import day
from wxcertcheck.text import Text

_JVM_STORE = re.compile(r"javax\.net\.ssl\.trustStore\b")


_GIVE_DEFAULTS = ("create_default_context(", "load_default_certs(")
"""A context that a repair gives the system's store takes a named CA file on top of it."""


def pin_fixes(finding: Finding, case: Case, pin: Pin) -> tuple[Fix, ...]:
    """The repairs of a pin that lacks a root, or whose file holds nothing."""
    roots = _lacking(finding, case)
    add = _add_root(pin, case, roots)
    if pin.language == "csharp":
        return (_install(case, roots), *add)
    stop = _stop_pinning(pin, case)
    behind = [runtime for runtime in _takers(pin, case) if case.rotation.outages(runtime.trusted, case.on)]
    return (*add, stop) if behind else (stop, *add)


def verification_fix(pin: Pin, case: Case) -> Fix:
    """Verify again: the line without the switch. A pin that the switch made idle decides again from then on."""
    dead = [other for other in case.each(Pin) if other.dead_by == pin.place]
    failing = [other for other in dead if case.rotation.outages(other.trusted, case.on)]
    added = any(call in edit.replacement for edit in pin.repair for call in _GIVE_DEFAULTS)
    idle = tuple(_IDLE.fill(place=other.place) for other in failing[:1] if not added)
    edit = None if NEEDS_MORE.search(pin.value) else default_managers(pin) or switched_on(pin) or removal(pin)
    return _changed(pin, pin.repair or _edits(edit), _VERIFY, (*idle, _VERIFY_NOTE), _VERIFYING)


def fingerprint_fix(pin: Pin, case: Case) -> Fix:
    """Stop comparing, or accept the new root's fingerprint as well."""
    incoming = [root for root in case.rotation.roots if root.fingerprint in case.rotation.incoming]
    lines = [f"{root.name}  SHA-256 {root.fingerprint}  SPKI sha256/{_pin_of(root)}" for root in incoming]
    return Fix(_FINGERPRINT, Safety.MANUAL, example="\n".join(lines))


def package_fix(package: PackageUse) -> Fix:
    """Upgrade the package by its own manager."""
    command = _UPGRADE.get(package.ecosystem, "")
    return Fix(_PACKAGE, Safety.ASK, (command.format(name=shlex.quote(package.name)),) if command else ())


def _stop_pinning(pin: Pin, case: Case) -> Fix:
    takers = _takers(pin, case)
    stores = list(dict.fromkeys(source.store.path for runtime in takers for source in runtime.sources))
    bundle = with_system_bundle(pin)
    edits = pin.repair or _edits(bundle or default_managers(pin) or removal(pin))
    title = _BUNDLE_OF_SYSTEM if bundle and not pin.repair else _STOP
    notes = (_DEBIAN_PATH,) if title is _BUNDLE_OF_SYSTEM else (_PASSWORD_TOO,) if _JVM_STORE.search(pin.value) else ()
    if not takers:
        return _changed(pin, edits, title, (*notes, _MAKE_SURE), _WITHOUT)
    behind = any(case.rotation.outages(runtime.trusted, case.on) for runtime in takers)
    note = (_UPDATE_FIRST if behind else _TAKES_OVER).fill(store=stores[0] if stores else takers[0].name)
    return _changed(pin, edits, title, (*notes, note), _WITHOUT)


def _takers(pin: Pin, case: Case) -> list[Runtime]:
    languages = frozenset({pin.language})
    return [runtime for runtime in case.each(Runtime) if runtime.in_use and runs(runtime.kind, languages)]


def _edits(edit: Edit | None) -> tuple[Edit, ...]:
    return (edit,) if edit else ()


def _changed(
    pin: Pin, edits: tuple[Edit, ...], title: Text, notes: tuple[Text, ...], examples: Mapping[str, str]
) -> Fix:
    if not edits:
        return Fix(title, Safety.MANUAL, example=_example(pin, examples), notes=notes)
    lines = [
        line
        for edit in edits
        for sign, text in (("-", edit.replaced), ("+", edit.replacement))
        for line in (f"{sign} {one}" for one in text.splitlines())
    ]
    return Fix(title, Safety.ASK, edits=edits, example="\n".join(lines), notes=notes)


def _example(pin: Pin, examples: Mapping[str, str]) -> str:
    if DEVICE.search(pin.value):
        return _BUNDLE
    if needs := NEEDS_MORE.search(pin.value):
        return _NGINX.format(module=needs["module"]) if needs["module"] else _APACHE
    if _NAME_CHECK.search(f"{pin.pattern} {pin.value}") and pin.language in _NAMES_CHECKED:
        return _NAMES_CHECKED[pin.language]
    if OFF_BY_DEFAULT.search(pin.value):
        return _FROM_NOTHING.get(pin.language) or examples.get(pin.language, "")
    return examples.get(pin.language, "")


def _add_root(pin: Pin, case: Case, roots: tuple[Root, ...]) -> tuple[Fix, ...]:
    store = next((store for store in pin.targets if store.certificates or store.path), None)
    if store is None or not roots:
        return ()
    if store.kind in ("inline", "mounted") or store.path == pin.place.path:
        commands = tuple(
            f"wxcertcheck rotations pem {shlex.quote(f'{case.rotation.reference}/{r.key}')}" for r in roots
        )
        title = _ADD_ENTRY.fill(manifest=store.path) if store.kind == "mounted" else _ADD_LITERAL
        return (Fix(title, Safety.MANUAL, commands),)
    fix = store_fix(repair_of(store, None, roots, case))
    return (replace(fix, notes=(*fix.notes, *_again(roots, case))),)


def _again(roots: tuple[Root, ...], case: Case) -> tuple[Text, ...]:
    """When this must be done again: the first day on which Mozilla drops one of the added roots."""
    days = [d.date for root in roots for d in root.distrust if d.programme == "mozilla" and d.date > case.on]
    return (_AGAIN.fill(day=day(min(days))),) if days else ()


def _install(case: Case, roots: tuple[Root, ...]) -> Fix:
    commands = []
    for root in roots:
        pem = f"wxcertcheck rotations pem {shlex.quote(f'{case.rotation.reference}/{root.key}')}"
        commands += [f"{pem} --der > {root.key}.crt", f"certutil -addstore -f Root {root.key}.crt"]
    return Fix(_INSTALL, Safety.ASK, tuple(commands), notes=(_INSTALL_LINUX,))


def _lacking(finding: Finding, case: Case) -> tuple[Root, ...]:
    wanted = {roots[0].fingerprint for outage in finding.outages for roots in outage.lacking if roots}
    wanted = wanted or set(case.rotation.incoming)
    return tuple(root for root in case.rotation.roots if root.fingerprint in wanted)


def _pin_of(root: Root) -> str:
    from base64 import b64encode

    return b64encode(bytes.fromhex(root.spki_fingerprint)).decode()


_WITHOUT = {
    "java": 'System.clearProperty("javax.net.ssl.trustStore");',
    "kotlin": "val client = OkHttpClient.Builder().build()",
    "scala": "val context = SSLContext.getDefault",
    "groovy": 'System.clearProperty("javax.net.ssl.trustStore")',
    "c": "/* no CURLOPT_CAINFO: libcurl uses the system's store */\nCURL *curl = curl_easy_init();",
    "cpp": "// no CURLOPT_CAINFO: libcurl uses the system's store\nCURL *curl = curl_easy_init();",
    "php": "$ch = curl_init($url); // no CURLOPT_CAINFO",
    "python": 'requests.post(url, data=body, cert=("apiclient_cert.pem", "apiclient_key.pem"))  # no verify=',
    "go": "client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{}}} // no RootCAs",
    "ruby": "RestClient::Resource.new(url, verify_ssl: OpenSSL::SSL::VERIFY_PEER) # no ssl_ca_file, no cert_store",
    "javascript": "const options = { hostname, pfx }; // no ca",
    "typescript": "const options: https.RequestOptions = { hostname, pfx }; // no ca",
    "rust": "let client = reqwest::Client::new(); // no add_root_certificate",
    "swift": "let session = URLSession(configuration: .default)",
    "dart": "final client = HttpClient(); // no SecurityContext",
    "perl": "my $ua = LWP::UserAgent->new; # no SSL_ca_file",
    "lua": "-- no lua_ssl_trusted_certificate of its own: name the system's bundle",
    "shell": "curl https://… # no --cacert",
}
"""Per language: the same without naming a CA; the guide's own snippets, repaired."""

_OPENSSL = (
    "SSL_CTX_set_default_verify_paths(ctx);\nSSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);\nSSL_set1_host(ssl, host);"
)
_NGINX = (
    "{module}_ssl_verify on;\n{module}_ssl_server_name on;\n"
    "{module}_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;"
)
_APACHE = "SSLProxyVerify require\nSSLProxyCACertificateFile /etc/ssl/certs/ca-certificates.crt"
_FROM_NOTHING = {
    "c": _OPENSSL,
    "cpp": _OPENSSL,
    "python": "context = ssl.create_default_context()\nsock = context.wrap_socket(sock, server_hostname=host)",
    "lua": 'verify = "peer", cafile = "/etc/ssl/certs/ca-certificates.crt"',
}
"""Where a library verifies nothing by itself, and has no CAs of its own."""
_BUNDLE = (
    "config.crt_bundle_attach = esp_crt_bundle_attach; /* ESP-IDF: the firmware's bundle; there is no system store */"
)

_VERIFYING = {
    **dict.fromkeys(
        ("java", "kotlin", "scala", "groovy"),
        "context.init(keyManagers, null, null) // null: the JVM's own trust managers; a client certificate stays",
    ),
    "php": "curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, true);\ncurl_setopt($ch, CURLOPT_SSL_VERIFYHOST, 2);",
    "c": "curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);\ncurl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);",
    "cpp": "curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);\ncurl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);",
    "csharp": "var client = new HttpClient(); // no ServerCertificateCustomValidationCallback",
    "python": "requests.post(url, data=body)  # verify stays True",
    "go": "tr := &http.Transport{TLSClientConfig: &tls.Config{}} // no InsecureSkipVerify",
    "ruby": "http.verify_mode = OpenSSL::SSL::VERIFY_PEER",
    "javascript": "const agent = new https.Agent(); // no rejectUnauthorized: false",
    "typescript": "const agent = new https.Agent(); // no rejectUnauthorized: false",
    "shell": "curl https://… # no -k",
}
"""Per language: verification as it should be."""

_NAME_CHECK = re.compile(r"(?i)host_?-?name_?-?verif|check_?server_?identity|no-hostname")
_NAMES_CHECKED = dict.fromkeys(
    ("java", "kotlin", "scala", "groovy"), "// no HostnameVerifier: the client's own compares the certificate's names"
) | dict.fromkeys(("javascript", "typescript", "tsx"), "// no checkServerIdentity: Node's own compares the names")
"""Where a callback switches the comparison of host names off: leave it out."""

_UPGRADE = {
    "npm": "npm update {name}",
    "pypi": "pip install --upgrade {name}",
    "composer": "composer update {name}",
    "rubygems": "bundle update {name}",
    "go": "go get -u {name}",
    "cargo": "cargo update -p {name}",
    "nuget": "dotnet add package {name}",
}

_AGAIN = Text(
    zh="{day} 起 Mozilla 不再信任它：指定根证书的程序届时还要再改一次。",
    en="It leaves Mozilla's list on {day}: a program that names its roots must then change again.",
)
_STOP = Text(
    zh="不再指定 CA，改用系统信任库（2029 年不用再改）",
    en="Stop pinning: name no CA and use the system's store",
)
_BUNDLE_OF_SYSTEM = Text(
    zh="改为指向系统的 CA 文件（这个程序没有默认的信任库）",
    en="Name the system's own bundle (this program has no default store)",
)
_DEBIAN_PATH = Text(
    zh="这是 Debian、Ubuntu、Alpine 的路径；RHEL、CentOS 上是 /etc/pki/tls/certs/ca-bundle.crt。",
    en="The path is Debian's, Ubuntu's and Alpine's; on RHEL and CentOS it is /etc/pki/tls/certs/ca-bundle.crt.",
)
_PASSWORD_TOO = Text(
    zh="trustStorePassword 和 trustStoreType 要一并去掉：它们会作用于 JVM 自己的 cacerts，密码不对就打不开。",
    en="Drop trustStorePassword and trustStoreType with it: they would apply to the JVM's own cacerts, which a wrong"
    " password does not open.",
)
_VERIFY = Text(zh="恢复证书校验", en="Verify the server again")
_IDLE = Text(
    zh="同时要修 {place}：校验一恢复，那里指定的 CA 就会生效，而它缺少所需的根证书。",
    en="Repair {place} as well: the CAs named there count again once verification is on, and they lack a needed root.",
)
_VERIFY_NOTE = Text(
    zh="握手失败时更新信任库，不要关校验。",
    en="If the handshake then fails, update the trust store; never switch this off.",
)
_TAKES_OVER = Text(
    zh="接手的信任库 {store} 已有所需的根证书。", en="The store that takes over, {store}, has every needed root."
)
_UPDATE_FIRST = Text(
    zh="接手的信任库 {store} 还缺根证书：先更新它，再改代码。",
    en="The store that takes over, {store}, lacks a root: update it first.",
)
_MAKE_SURE = Text(
    zh="先在运行它的机器上执行 wxcertcheck check，确认系统信任库有新根证书。",
    en="First run wxcertcheck check where the program runs: its system's store must have the new root.",
)
_ADD_LITERAL = Text(
    zh="把打印出的 PEM 追加到代码里的证书文本后面（旧的保留）",
    en="Append the printed PEM to the text in the code (the old one stays)",
)
_ADD_ENTRY = Text(
    zh="把打印出的 PEM 追加到 {manifest} 里挂载的那一项（旧的保留；密钥库则用 keytool 导入），再重新部署",
    en="Append the printed PEM to the mounted entry in {manifest} (the old one stays; a keystore takes it by keytool), deploy again",
)
_INSTALL = Text(
    zh="把新根证书安装到操作系统（指引给 C# 的办法）",
    en="Install the new root in the operating system (the guide's way for C#)",
)
_INSTALL_LINUX = Text(
    zh="以上是 Windows 的命令；Linux 上按系统信任库处理（wxcertcheck check）。",
    en="These are for Windows; on Linux repair the system's store (wxcertcheck check).",
)
_FINGERPRINT = Text(
    zh="去掉指纹比较，改用系统校验；确需保留时把新根证书的指纹也加进去",
    en="Drop the comparison and verify by the system's store; if it must stay, accept the new root as well",
)
_PACKAGE = Text(zh="升级这个依赖包", en="Upgrade the package")
