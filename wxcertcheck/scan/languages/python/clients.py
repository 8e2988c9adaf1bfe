"""Python's HTTP clients: where a CA file or a switch of theirs stands, beside ``verify=``."""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.languages.python.values import GIVEN
from wxcertcheck.scan.languages.python.verify import IMPORTED, settable
from wxcertcheck.scan.matchers import any_of, call_switches_off, switches, trusts
from wxcertcheck.scan.source import Call
from wxcertcheck.scan.values import Kind, Value, is_word

CA_ARGUMENTS = (
    "ca_certs",
    "ca_cert",
    "ca_cert_file",
    "root_certificates",
    "ca_file",
    "cacert",
    "ssl_ca_cert",
    "ca_cert_path",
    "ca_filepath",
    "ca_trust_path",
    "ca_bundle",
    "ca_certificate",
)
_CURL_OFF = (
    "SSL_VERIFYPEER",
    "SSL_VERIFYHOST",
    "PROXY_SSL_VERIFYPEER",
    "PROXY_SSL_VERIFYHOST",
    "CURLOPT_SSL_VERIFYPEER",
    "CURLOPT_SSL_VERIFYHOST",
)
"""The last two are of those who carried a PHP library over to Python."""
OFF_WORDS = ("verify_ssl", "verify_certs", "validate_cert")
OWN_OFF_WORDS = (
    "validate_certs",
    "ssl_verify",
    "verify_ssl_certs",
    "verify_ssl_cert",
    "verify_certificate",
    "cert_check",
    "verify_tls",
    "tls_verify",
    "verify_https",
    "ssl_verification",
    "validate_ssl",
)
OWN_ON_WORDS = (
    "ignore_ssl",
    "ignore_ssl_errors",
    "disable_ssl_verification",
    "skip_ssl_verification",
    "skip_tls_verify",
    "insecure_skip_verify",
    "no_verify_ssl",
)
ON_WORDS = ("disable_ssl_certificate_validation", "disableSslCertValidation")


def argument(hit: Hit, setting: Setting) -> bool:
    """A named argument, or an option in a map (``options["ca_certs"] = …`` too); not a definition of the same name."""
    if setting.form == "assignment":
        return "," not in setting.target and setting.target.endswith("]")
    return setting.form == "pair"


def switch(
    *names: str,
    off: frozenset[str] = frozenset({"false", "0"}),
    purpose: Purpose = Purpose.HTTPS,
    handed_on: bool = True,
) -> Matcher:
    """An argument, an option, or an attribute set to a plain value: ``configuration.verify_ssl = False``.

    ``handed_on``: whether a value that the caller decides is worth showing. Not for names that no library knows: there one's
    own functions pass a flag on, and the place that counts is another.
    """
    settings = switches(*names, off=off, forms=("pair", "assignment", "default"), when=_switched, purpose=purpose)

    def match(hit: Hit) -> Iterator[Find]:
        for find in settings(hit):
            setting, value = hit.setting(), find.value
            if value is not None and setting is not None and setting.value is not None:
                value = settable(hit.source, setting.value, value)
            if value is not None and value.kind is Kind.PARAMETER and value is not find.value and handed_on:
                yield Find(PinKind.CONFIGURABLE, find.node, value, purpose=purpose, off=off)
                continue
            if value is not None and value.kind is Kind.NAME and "." in value.text:  # decided by another object
                value = Value(Kind.SETTING, value.text)
            if handed_on or (value is not None and value.kind in (Kind.TRUE, Kind.FALSE, Kind.NUMBER)):
                kind = PinKind.CONFIGURABLE if value is not find.value else find.kind
                yield Find(kind, find.node, value, purpose=purpose, off=off)

    return match


def _switched(hit: Hit, setting: Setting) -> bool:
    if (
        setting.form == "default"
    ):  # ``def __init__(self, host, verify_ssl=False)`` of an HTTP client: off unless asked for
        off = setting.value is not None and hit.source.text(setting.value) == "False"
        return off and bool(hit.source.mentions(IMPORTED) or b"aiohttp" in hit.source.data)
    if setting.form != "assignment" or argument(hit, setting):
        return True
    plain = setting.value is not None and hit.source.text(setting.value) in ("False", "True", "0")
    return "." in setting.target and plain


def ca(
    *names: str, forms: tuple[str, ...] = ("pair", "assignment", "option"), purpose: Purpose = Purpose.HTTPS
) -> Matcher:
    """An argument or option that names the CA file; ``{"ca_cert": "str"}`` of a generated client is a type."""
    settings = trusts(*names, forms=forms, when=handed, purpose=purpose)

    def match(hit: Hit) -> Iterator[Find]:
        for find in settings(hit):
            if (find.value is None or not is_word(find.value)) and not describes(hit):
                yield opened(hit, find)

    return match


def opened(hit: Hit, find: Find) -> Find:
    """A find whose value a subclass may set: ``ca_certs=self.ca_file`` of a class that says ``ca_file = None``."""
    setting = hit.setting()
    if find.value is None or setting is None or setting.value is None:
        return find
    value = settable(hit.source, setting.value, find.value)
    return find if value is find.value else Find(PinKind.CONFIGURABLE, find.node, value, purpose=find.purpose)


_PUTS = re.compile(r"^_?(?:set|apply|put|update|with)(?:_?\w*(?:param|option|opt|arg|config|setting|default|kw)\w*)?$")


def handed(hit: Hit, setting: Setting) -> bool:
    """Like `client_call`; and what a method puts under a name: ``self._apply_pool_param("ca_certs", path)``."""
    if setting.form != "option":
        return client_call(hit, setting)
    call = hit.call_around()
    first = call.nth(0) if call is not None else None
    if call is None or first is None or call.receiver is None or not _PUTS.match(call.name):
        return False
    return first.start_byte <= hit.node.start_byte < first.end_byte and len(call.arguments) == 2


def describes(hit: Hit) -> bool:
    """Whether the value is a description of an option: ``ca_cert=dict(type="path", aliases=["ssl_ca"])``."""
    setting = hit.setting()
    call = hit.source.call(setting.value) if setting is not None and setting.value is not None else None
    return call is not None and (
        call.dotted == "dict" or call.named("type", "default", "aliases", "help", "required", "description") is not None
    )


def ca_attribute(*names: str) -> Matcher:
    """``configuration.ssl_ca_cert = "ca.pem"``; what an object merely keeps of its parameters is shown at its use."""

    def match(hit: Hit) -> Iterator[Find]:
        setting = hit.setting()
        if setting is None or setting.value is None or setting.form != "assignment" or hit.name not in names:
            return
        value = hit.value(setting.value)
        given = re.search(r"(?i)(?:conn|connection|pool|client)\.ca_certs$", setting.target)  # urllib3's, slixmpp's
        if "." in setting.target and (given or any(leaf.kind in _PATHS for leaf in value.leaves())):
            yield Find(PinKind.TRUST, setting.node, value)

    return match


_PATHS = (Kind.TEXT, Kind.JOIN, Kind.ENVIRONMENT)


def aiohttp_ssl(hit: Hit, setting: Setting) -> bool:
    """Whether ``ssl=`` is an aiohttp request's or connector's."""
    call = hit.call_around()
    return call is not None and bool(
        re.search(r"(?:get|post|put|delete|patch|head|request|Connector|ws_connect)$", call.dotted)
    )


_OPENERS = re.compile(r"^(?:urlopen|URLopener|HTTPSConnection|HTTPSHandler|build_opener)$|(?i:(?:ssl|tls)_?context)")


def opens_url(hit: Hit, setting: Setting) -> bool:
    """Whether an argument is given to the standard library's HTTP client, or to a helper of one's own that makes a context."""
    call = hit.call_around()
    if call is None or not _OPENERS.search(call.name) or re.search(r"Purpose\.CLIENT_AUTH", hit.source.text(call.node)):
        return False
    return not hit.source.functions(call.name) and client_call(hit, setting)  # what one of this file does is seen there


def client_call(hit: Hit, setting: Setting) -> bool:
    """An argument or option, not of a server, and not the CA that signs a certificate."""
    if not argument(hit, setting):
        return False
    around = setting.node.parent
    if around is not None and around.type == "dictionary" and re.search(r"\bca_key[\"']", hit.source.text(around)):
        return False
    for call in _calls_around(hit):
        if re.search(
            r"(?i)(?:server|server_credentials)$|uvicorn|hypercorn|gunicorn|sign|issue|generat|csr|swarm", call.dotted
        ):
            return False
        if call.named("server_side", "ca_key", "signing_key") is not None:
            return False
    return True


def _calls_around(hit: Hit) -> Iterator[Call]:
    for parent in hit.source.ancestors(hit.node):
        call = hit.source.call(parent)
        if call is not None:
            yield call
        if parent.type in hit.source.grammar.functions or parent.type in hit.source.grammar.statements:
            return


_KEYS = ("keyfile", "certfile", "key_file", "cert_file", "ssl_key", "ssl_cert", "verify_certs", "verify_ssl")


def _beside_key(hit: Hit, setting: Setting) -> bool:
    """``connect(host, ca=path, certfile=c, keyfile=k)``: what ``ca`` is, the other arguments tell."""
    call = hit.call_around()
    return call is not None and call.named(*_KEYS) is not None and client_call(hit, setting)


PATTERNS = (
    Pattern(
        slug="ca-beside-key",
        words=(" ca=", "(ca="),
        followed=r"(?!None)",
        beside=_KEYS,
        match=trusts("ca", forms=("pair",), when=_beside_key),
        bad=(
            "client = Zoo(hosts, ca='/opt/wx/ca.pem', certfile=c, keyfile=k)",
            "def f(self):\n    return connect(self.host, ca=self.ca, verify_certs=self.verify)",
        ),
        good=(
            "Zoo(hosts, ca=None, certfile=c, keyfile=k)",
            "TLSServer(ca='clients.pem', certfile=c, keyfile=k)",
            "address(ca='Canada', country=c)  # keyfile",
        ),
    ),
    Pattern(
        slug="cafile-argument",
        words=("cafile",),
        followed=GIVEN,
        match=trusts("cafile", when=opens_url),
        bad=(
            "from wx.tls import make_ssl_context\nc = make_ssl_context(key, cert, cafile=self.ca)",
            'urllib.request.urlopen(url, cafile="rootca.pem")',
            'from aiokafka.helpers import create_ssl_context\ncontext = create_ssl_context(cafile="./ca-cert")',
        ),
        good=(
            'print(cafile="rootca.pem")',
            "c = make_ssl_context(key, cert, cafile=ca, purpose=ssl.Purpose.CLIENT_AUTH)",
            "def make_ssl_context(cafile):\n    pass\nc = make_ssl_context(cafile=settings.ca)",
        ),
    ),
    Pattern(
        slug="ca-argument",
        words=CA_ARGUMENTS,
        followed=GIVEN,
        match=any_of(ca(*CA_ARGUMENTS), ca_attribute(*CA_ARGUMENTS)),
        bad=(
            'urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs="rootca.pem")',
            'configuration.ssl_ca_cert = "rootca.pem"',
            "def cert_verify(self, conn, verify):\n    conn.ca_certs = verify",
            "def f(path):\n    options['ca_certs'] = path",
            "def f(self, path):\n    self.client.ca_certs = path",
            "def f(self, path):\n    self._apply_pool_param('ca_certs', path)",
        ),
        good=(
            "urllib3.PoolManager(ca_certs=certifi.where())",
            "ssl.wrap_socket(s, server_side=True, ca_certs='clients.pem')",
            "HTTPServer(app, ssl_options={'ca_certs': 'clients.pem'})",
            "grpc.ssl_server_credentials(pairs, root_certificates='clients.pem')",
            "spec = dict(ca_cert=dict(type='path', aliases=['ssl_ca']))",
            "types = {'ca_cert': 'str'}\nnames = {'ca_cert': 'caCert'}",
            "issue_certificate(csr, ca_cert='our-ca.pem', ca_key='our-ca.key')",
            "made = {'ca_cert': ca_cert, 'ca_key': ca_key}",
            "class C:\n    def __init__(self, ca_certs=None):\n        self.ca_certs = ca_certs",
        ),
    ),
    Pattern(
        slug="verification-switch",
        words=OWN_OFF_WORDS,
        followed=r"(?:[\"']\s*\]?\s*[=:,]|\s*=(?!=)|\s*:|\s*\()"
        rf"(?!\s*(?:self\.)?(?:True|None|self|{'|'.join(OWN_OFF_WORDS)})\b)",
        match=switch(*OWN_OFF_WORDS, handed_on=False),
        bad=("requests_get(url, validate_certs=False)", "stripe.verify_ssl_certs = False"),
        good=(
            "get(url, validate_certs=True)",
            "def f(validate_certs):\n    return C(validate_certs=validate_certs)",
        ),
    ),
    Pattern(
        slug="verification-argument",
        words=(
            *OFF_WORDS,
            *OWN_ON_WORDS,
            *ON_WORDS,
            "SmartConnectNoSSL",
            "server_cert_validation",
            "connection_verify",
        ),
        followed=GIVEN,
        match=any_of(
            switch(*OFF_WORDS),
            switch(*OWN_ON_WORDS, off=frozenset({"true"}), handed_on=False),
            switch(*ON_WORDS, off=frozenset({"true"})),
            switch("server_cert_validation", off=frozenset({"ignore"})),
            switch("connection_verify", off=frozenset({"false"})),
            call_switches_off("SmartConnectNoSSL"),
        ),
        bad=(
            "aiohttp.TCPConnector(verify_ssl=False)",
            "httplib2.Http(disable_ssl_certificate_validation=True)",
            "configuration.verify_ssl = False",
            "options['verify_ssl'] = False",
            "class C:\n    verify = True\n    def f(self):\n        return Client(self.host, verify_ssl=self.verify)",
            "fetch(url, validate_cert=options.validate_cert)",
            "import requests\nclass C:\n    def __init__(self, host, verify_ssl=False):\n        self.v = verify_ssl",
            "session = XenAPI.Session(url, ignore_ssl=True)",
            "session = winrm.Session(host, server_cert_validation='ignore')",
            "si = SmartConnect(host=h, disableSslCertValidation=True)",
        ),
        good=(
            "aiohttp.TCPConnector(verify_ssl=True)",
            "class C:\n    def __init__(self, verify_ssl=True):\n        self.verify_ssl = verify_ssl",
            "verify_ssl = check()",
            "import requests\ndef get(url, verify_ssl=True):\n    pass",
            "configuration.verify_ssl = True",
            "parser.add_argument('--skip-tls-verify', dest='skip_tls_verify', default=True)",
            "class C:\n    def __init__(self, **kwargs):\n        self.conf.verify_ssl = kwargs.get('verify_ssl', True)",
        ),
    ),
    Pattern(
        slug="aiohttp-ssl-false",
        words=("ssl=False", "ssl = False"),
        followed=r"\b",
        match=switches("ssl", forms=("pair",), when=aiohttp_ssl),
        bad=("session.get(url, ssl=False)",),
        good=("connect(host, ssl=False)",),
    ),
    Pattern(
        slug="pycurl-cainfo",
        words=("CAINFO", "CAPATH", "CAINFO_BLOB"),
        followed=GIVEN,
        match=trusts("CAINFO", "CAPATH", "CAINFO_BLOB", forms=("option",)),
        bad=('c.setopt(pycurl.CAINFO, "rootca.pem")',),
        good=("c.setopt(pycurl.CAINFO, certifi.where())",),
    ),
    Pattern(
        slug="pycurl-verify-off",
        words=_CURL_OFF,
        followed=GIVEN,
        match=switches(
            *_CURL_OFF,
            forms=("option",),
        ),
        bad=(
            "c.setopt(pycurl.SSL_VERIFYPEER, 0)",
            "c.setopt(pycurl.PROXY_SSL_VERIFYPEER, 0)",
            "curl_setopt(c, CURLOPT_SSL_VERIFYPEER, False)",
        ),
        good=("c.setopt(pycurl.SSL_VERIFYPEER, 1)",),
    ),
    Pattern(
        slug="library-setting",
        words=("ca_bundle_path", "CA_CERTS_PATH", "VERIFY_SSL_CERT"),
        followed=GIVEN,
        match=any_of(
            ca_attribute("ca_bundle_path", "CA_CERTS_PATH"),
            switches("VERIFY_SSL_CERT", forms=("assignment",), when=lambda hit, it: "." in it.target),
        ),
        bad=('stripe.ca_bundle_path = "ca.pem"', "libcloud.security.VERIFY_SSL_CERT = False"),
        good=("stripe.ca_bundle_path = None", "VERIFY_SSL_CERT = True", "libcloud.security.VERIFY_SSL_CERT = True"),
    ),
    Pattern(
        slug="trust-root",
        words=("trustRoot=",),
        match=trusts("trustRoot", forms=("pair",), when=argument),
        bad=('o = optionsForClientTLS(host, trustRoot=Certificate.loadPEM(open("ca.pem").read()))',),
        good=("o = CertificateOptions(trustRoot=platformTrust())",),
        source="https://docs.twisted.org/en/stable/core/howto/ssl.html",
    ),
)
