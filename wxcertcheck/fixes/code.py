"""Repairs of code: the two ways of WeChat Pay's guide (§4), as the exact line where it can be told, and as an example.

*Stop pinning* comes first only if the store that takes over has every needed root; else that store is updated first.
*Add the new root* always keeps the old one. C# has the guide's one way: install the new root.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace

from wxcertcheck.fixes.stores import repair_of, store_fix
from wxcertcheck.model import Case, Edit, Finding, Fix, PackageUse, Pin, Root, Runtime, Safety
from wxcertcheck.rules.run_by import runs
from wxcertcheck.rules.wording import day
from wxcertcheck.text import Text

_PAIR = re.compile(r"""^[:"'@]?[\w.\-\[\]"']+["']?\s*(?:=>|=|:)""")
_OPENS = ("(", "{", "[", ",")
_TEXT_FORMATS = frozenset(
    {"batch", "curlrc", "dockerfile", "json", "makefile", "powershell", "settings", "xml", "yaml"}
)
_WHOLE_LINE = re.compile(r"""\s*(?:(?:export|set|ENV|ARG)\s+|-\s+(?:name:\s+)?|Environment=)?["']?(?:-D)?""")
"""What may stand before the only setting of a line."""
_BEFORE_OPTION = re.compile(r"""(?<=[\s"'=])(?:-D)?\Z""")
_OPTION = re.compile(r"""["']?(?:-|[\w.\-]+=)""")
_COMMAND = re.compile(r"(?P<kept>\S*\b(?:curl|wget)(?:\.exe)?\b.* )(?P<switch>-\S+)")
_DEFINES = re.compile(
    r"\s*(?:(?:public|private|protected|static|async|export|default)\s+)*(?:def|function|fun|func|fn)\b"
)
_DECLARES = re.compile(r"(?:[\w<>\[\],.?]+[\s*&]+)*[$*&]?\w+\s*:?=(?!=)")
_BODY = re.compile(r"[^(={]*\([^{=]*\)[^;{=]*\{.*\}", re.DOTALL)
_LOADS = re.compile(
    r"\.init\(|load_verify|\badd_(?:file|path|cert)\b|setTrustedCertificates|handshake\(|conf_ca_chain|CTX_load|X509_STORE_|x509_trust"
)
"""Calls that fill a store of the program's own: without them it stays empty, or was never set up."""
_OFF_BY_DEFAULT = re.compile(
    r"SSL_(?:CTX_)?set_verify|CTX_set_verify|set_verify_(?:mode|callback)|conf_authmode"
    r"|certificate_set_verify_function|\bverify\s*=\s*[\"']none"
)
"""TLS libraries that verify nothing unless told to (OpenSSL, Boost.Asio, GnuTLS, Mbed TLS, LuaSec): leaving out is not enough."""
_NO_TRAILING_COMMA = frozenset({"java", "scala", "groovy", "c", "cpp", "csharp", "objective_c", "swift", "lua"})
_DEVICE = re.compile(
    r"setCACert|setTrustAnchors|setInsecure|cert_pem|verification\.certificate|ESP_TLS|skip_cert_common"
)
"""Clients of microcontrollers: there is no system's store that could take over."""


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
    idle = tuple(_IDLE.fill(place=other.place) for other in failing[:1])
    return _without(pin, _VERIFY, (*idle, _VERIFY_NOTE), _VERIFYING)


def fingerprint_fix(pin: Pin, case: Case) -> Fix:
    """Stop comparing, or accept the new root's fingerprint as well."""
    incoming = [root for root in case.rotation.roots if root.fingerprint in case.rotation.incoming]
    lines = [f"{root.name}  SHA-256 {root.fingerprint}  SPKI sha256/{_pin_of(root)}" for root in incoming]
    return Fix(_FINGERPRINT, Safety.MANUAL, example="\n".join(lines))


def package_fix(package: PackageUse) -> Fix:
    """Upgrade the package by its own manager."""
    command = _UPGRADE.get(package.ecosystem, "")
    return Fix(_PACKAGE, Safety.ASK, (command.format(name=shlex.quote(package.name)),) if command else ())


def removal(pin: Pin) -> Edit | None:
    """The lines that hold the pinned value, without it; None where that takes a programmer."""
    if not pin.value or pin.statement.count(pin.value) != 1:
        return None
    at = pin.statement.find(pin.value)
    start = pin.statement.rfind("\n", 0, at) + 1
    end = pin.statement.find("\n", at + len(pin.value))
    old = pin.statement[start : end if end >= 0 else len(pin.statement)]
    before, after = old[: at - start], old[at - start + len(pin.value) :]
    new = (_without_setting if pin.language in _TEXT_FORMATS else _without_argument)(pin, before, after)
    if new is None:
        return None
    if pin.only_statement and not new and old.strip() == pin.statement.strip():
        if pin.language != "python":
            return None
        new = before + "pass"
    first = pin.statement_line + pin.statement.count("\n", 0, start)
    return Edit(pin.place.path, first, first + old.count("\n"), new, old)


def _without_argument(pin: Pin, before: str, after: str) -> str | None:
    """A line of code without one argument or statement."""
    whole = pin.statement.strip().rstrip(";").rstrip() == pin.value.rstrip(";").rstrip()
    if (whole and _DECLARES.match(pin.value)) or _BODY.fullmatch(pin.value):
        return None  # what is left would lack a name, or a method that an interface asks for
    if _DEFINES.match(pin.statement) or any(p.search(pin.value) for p in (_LOADS, _DEVICE, _OFF_BY_DEFAULT)):
        return None
    if not before.strip() and after.strip() in ("", ",", ";"):
        return "" if _stands_alone(pin) else None
    if not _PAIR.match(pin.value) or not before.rstrip().endswith(_OPENS):
        return None
    if after.lstrip().startswith(","):
        return before + after.lstrip()[1:].lstrip()
    return before.rstrip().removesuffix(",").rstrip() + after


def _stands_alone(pin: Pin) -> bool:
    """Whether the lines of the value are an argument or a statement: not the beginning, nor the end, of an expression."""
    head, _, tail = (part.strip() for part in pin.statement.partition(pin.value))
    if tail.startswith(")") and head.endswith(",") and pin.language in _NO_TRAILING_COMMA:
        return False
    return (not head or head.endswith((*_OPENS, ";", "}"))) and (not tail or tail.startswith((",", ";", ")", "]", "}")))


def _without_setting(pin: Pin, before: str, after: str) -> str | None:
    """A line of configuration without one setting: the whole line, if it makes no other, or without one of its options."""
    if pin.language == "json":
        alone = not before.strip() and after.strip() == ","  # the last of an object would leave a comma behind
        return "" if alone else None
    if pin.value.count("{") != pin.value.count("}"):
        return None
    if command := _COMMAND.fullmatch(pin.value):
        switch = command["switch"]
        left = "" if switch.startswith("--") else switch.replace("k", "", 1)
        return before + command["kept"] + (left + after if left.strip("-") else after.lstrip(" \t"))
    if _WHOLE_LINE.fullmatch(before) and after.strip() in ("", ";", '"', "'"):
        return ""
    option = _BEFORE_OPTION.search(before)
    if (
        option is None
        or "\n" in pin.value
        or not _OPTION.match(pin.value)
        or (after and not after.startswith((" ", "\t", '"', "'")))
    ):
        return None
    head = before[: option.start()]
    return head + after.lstrip(" \t") if after[:1].isspace() else head.rstrip(" \t") + after


def _stop_pinning(pin: Pin, case: Case) -> Fix:
    takers = _takers(pin, case)
    stores = list(dict.fromkeys(source.store.path for runtime in takers for source in runtime.sources))
    if not takers:
        return _without(pin, _STOP, (_MAKE_SURE,), _WITHOUT)
    behind = any(case.rotation.outages(runtime.trusted, case.on) for runtime in takers)
    note = (_UPDATE_FIRST if behind else _TAKES_OVER).fill(store=stores[0] if stores else takers[0].name)
    return _without(pin, _STOP, (note,), _WITHOUT)


def _takers(pin: Pin, case: Case) -> list[Runtime]:
    languages = frozenset({pin.language})
    return [runtime for runtime in case.each(Runtime) if runtime.in_use and runs(runtime.kind, languages)]


def _without(pin: Pin, title: Text, notes: tuple[Text, ...], examples: Mapping[str, str]) -> Fix:
    edit = removal(pin)
    if edit is None:
        example = examples.get(pin.language, "")
        if _DEVICE.search(pin.value):
            example = _BUNDLE
        elif pin.language in ("c", "cpp") and _OFF_BY_DEFAULT.search(pin.value):
            example = _OPENSSL
        return Fix(title, Safety.MANUAL, example=example, notes=notes)
    lines = [
        *(f"- {line}" for line in edit.replaced.splitlines()),
        *(f"+ {line}" for line in edit.replacement.splitlines()),
    ]
    return Fix(title, Safety.ASK, edits=(edit,), example="\n".join(lines), notes=notes)


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
_BUNDLE = (
    "config.crt_bundle_attach = esp_crt_bundle_attach; /* ESP-IDF: the firmware's bundle; there is no system store */"
)

_VERIFYING = {
    "java": "SSLContext context = SSLContext.getDefault();",
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
