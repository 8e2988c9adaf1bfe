"""Repairs of pins in code: the guide's two ways, *stop pinning* and *add the new root and keep the old one*.

Source: WeChat Pay's guide, §4 (修正指引). Stopping comes first, because the new root ends too (2029); but only where the store
that takes over trusts every needed root: else that store is repaired first, and adding comes first here.
"""

import re
import shlex

from wxcertcheck.model import Case, Edit, Finding, Fix, Pin, PinKind, Root, Safety, StoreState
from wxcertcheck.rules.holders import failures
from wxcertcheck.text import Text

# What the code looks like without the pin, per language: the guide's own snippets, repaired.
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
_REMOVABLE = re.compile(
    r"\s*(?:\\?curl_(?:easy_)?setopt\s*\(|System\.setProperty\s*\(|[\w.$>\-]+\.set_?opt\s*\(|\w+_ssl_trusted_certificate\s)"
)
"""Statements that do nothing but pin: they can go as a whole."""


def code_fixes(finding: Finding, case: Case) -> tuple[Fix, ...]:
    """The repairs for a finding about a pin, best first."""
    pin = next((subject for subject in finding.subjects if isinstance(subject, Pin)), None)
    if pin is None:
        return ()
    if pin.kind is PinKind.VERIFICATION_OFF:
        return (Fix(_VERIFY, Safety.MANUAL, example=_VERIFYING.get(pin.language, "")),)
    if pin.language == "csharp" and pin.kind is PinKind.FINGERPRINT:
        return (Fix(_INSTALL, Safety.MANUAL, _printing(case)),)
    if pin.kind not in (PinKind.TRUST, PinKind.FINGERPRINT):
        return ()
    store_first = any(True for _ in failures(case))
    stop, add = _stop(pin, store_first), _add(pin, case)
    if pin.kind is PinKind.FINGERPRINT:
        return (stop,)
    return (*add, stop) if store_first else (stop, *add)


def _stop(pin: Pin, store_first: bool) -> Fix:
    notes = (_STORE_FIRST,) if store_first else (_CHECK_STORE,)
    example = _WITHOUT.get(pin.language, "") if pin.kind is PinKind.TRUST else ""
    edits: tuple[Edit, ...] = ()
    alone = pin.statement.strip() and pin.last_line - pin.place.line + 1 == pin.statement.count("\n") + 1
    if alone and _REMOVABLE.match(pin.statement) and pin.kind is PinKind.TRUST:
        edits = (Edit(pin.place.path, pin.place.line, pin.last_line, ""),)
    return Fix(_STOP, Safety.ASK if edits else Safety.MANUAL, edits=edits, example=example, notes=notes)


def _add(pin: Pin, case: Case) -> tuple[Fix, ...]:
    """Commands that add the lacking roots to each file that the pin names."""
    fixes = []
    for store in pin.targets:
        lacking = _lacking(store.trusted, case)
        if store.state is not StoreState.READ or not lacking or store.kind == "directory":
            continue
        commands: list[str] = []
        for root in lacking:
            print_it = f"wxcertcheck rotations pem {case.rotation.id}/{root.key}"
            if store.format in ("jks", "jceks", "pkcs12", "bks"):
                alias = re.sub(r"\W", "", root.name).lower()
                commands += [
                    f"{print_it} > {root.key}.pem",
                    f"keytool -importcert -noprompt -trustcacerts -alias {alias} -file {root.key}.pem -keystore {shlex.quote(store.path)}",
                ]
            elif store.kind != "inline":
                commands.append(f"{print_it} >> {shlex.quote(store.path)}")
            else:
                commands.append(print_it)
        fixes.append(Fix(_ADD, Safety.ASK, tuple(commands), notes=(_KEEP, _UNTIL_2029)))
    return tuple(fixes)


def _lacking(trusted: frozenset[str], case: Case) -> tuple[Root, ...]:
    wanted = {roots[0].fingerprint for o in case.rotation.outages(trusted, case.on) for roots in o.lacking if roots}
    return tuple(root for root in case.rotation.roots if root.fingerprint in wanted)


def _printing(case: Case) -> tuple[str, ...]:
    incoming = [root for root in case.rotation.roots if root.fingerprint in case.rotation.incoming]
    return tuple(f"wxcertcheck rotations pem {case.rotation.id}/{root.key} > {root.key}.pem" for root in incoming)


_STOP = Text(
    zh="方案一：删除指定根证书的代码，改用系统信任库",
    en="First way: remove the code that names CAs and use the system's store",
)
_ADD = Text(
    zh="方案二：把新根证书追加到指定的文件，保留旧根证书",
    en="Second way: add the new root to the file and keep the old one",
)
_VERIFY = Text(zh="恢复证书校验，使用系统信任库", en="Verify again, with the system's store")
_INSTALL = Text(zh="在操作系统中安装新的根证书", en="Install the new root in the operating system")
_KEEP = Text(
    zh="追加，不要替换：切换期间新旧证书并存", en="Add, do not replace: both chains are served during the change"
)
_UNTIL_2029 = Text(
    zh="新根证书到 2029-04-15 不再被 Mozilla 信任，届时还要再改一次",
    en="the new root leaves Mozilla's list on 2029-04-15: this must then be done again",
)
_STORE_FIRST = Text(
    zh="接替的系统信任库也缺少需要的根证书：先修好它，再删除指定根证书的代码",
    en="the store that takes over lacks a needed root too: repair it first, then remove the pin",
)
_CHECK_STORE = Text(
    zh="先用 wxcertcheck stores 在部署的机器上确认系统信任库有新根证书；2029 年不用再改",
    en="check the store of the deployed machine first (wxcertcheck stores); nothing more to do in 2029",
)
