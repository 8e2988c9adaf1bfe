"""Python options that tell by their names, whatever the library: ``tls_ca_file=``, ``"rootCAPath":``, ``ignore_https_errors=``.

What counts is handing one on: a named argument, an option in a dictionary. An attribute that keeps it, a parameter that takes
it and a table that describes it are nothing by themselves.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Matcher, Pattern
from wxcertcheck.scan.languages.python.clients import (
    CA_ARGUMENTS,
    OFF_WORDS,
    ON_WORDS,
    OWN_OFF_WORDS,
    OWN_ON_WORDS,
    argument,
    client_call,
)
from wxcertcheck.scan.languages.python.connections import DATABASE, QUEUE
from wxcertcheck.scan.languages.python.environment import ENVIRONMENT
from wxcertcheck.scan.source import Call
from wxcertcheck.scan.telling import means_ca, switched_off_by
from wxcertcheck.scan.values import Kind, Value, is_word

if TYPE_CHECKING:
    from tree_sitter import Node

_CA_ENDS = (
    *("ca_file", "ca_path", "ca_cert", "ca_bundle", "ca_pem", "ca_dir", "ca_cert_dir", "ca_certs_dir", "ca_location", "ca_certificate"),
    *("ca_certificates", "ca_cert_path", "ca_cert_file", "ca_certs_path", "ca_certs_file", "ca_bundle_path", "ca_pem_path"),
    *("ca_bundle_file", "ca_certificate_path", "ca_certificate_file", "ca_data", "ca_chain", "ca_store"),
    *("_cafile", "_cacerts", "cacert_path", "cacert_file", "_cabundle", "ssl_ca", "tls_ca", "root_ca"),
    *("root_cert", "root_certs", "root_cert_path", "root_cert_file", "root_certificate", "root_certificates", "root_ca_path"),
    *("_tls_ca", "root_ca_file", "root_ca_cert", "trusted_certs", "trusted_ca", "trust_store", "truststore_path"),
    *("truststore_location", "ssl_trustfile", "certificate_authority", "caCert", ),
    *("caFile", "caCertPath", "caBundle", "rootCA", "CAFile"),
)  # fmt: skip
_SWITCH_ENDS = (
    *("verify_ssl", "tls_verify", "verify_tls", "verify_cert", "verify_certs", "verify_certificates"),
    *("verify_certificate", "ssl_verification", "tls_verification", "cert_verification", "certificate_verification"),
    *("validate_ssl", "ssl_validate", "cert_validation"),
    *("skip_verify", "verify_peer", "ignore_ssl", "ignore_ssl_errors", "ignore_https_errors", "ignore_cert", ),
    *("ignore_certificate_errors", "accept_insecure_certs", "acceptInsecureCerts", "allow_self_signed", "ssl_insecure"),
    *("tls_insecure", "strict_ssl", "sslVerify", "verifySsl", "verifySSL", "ssl_no_verify", "no_verify_ssl", "verify_host"),
    *("disable_ssl_verify", "disable_tls_verification", "verify_hostname", "verify_server_cert", "ssl_verify_cert"),
)  # fmt: skip


def _given(*ends: str) -> tuple[str, ...]:
    """How a name with such an end is given as a named argument or as a key: ``end=``, ``end"``, ``end'``."""
    return tuple(end + sign for end in ends for sign in ("=", '"', "'"))


DEFAULT_WORDS = tuple(
    f"{name}{default}"
    for name in ("verify_tls", "tls_verify", "ssl_verify", "verify_certs", "verify_cert", "verify_ssl", "validate_cert")
    for default in (": bool = False", "=False")
)
_SPEAKS = re.compile(
    rb"(?m)^[ \t]*(?:import|from)\s+(?:requests|httpx|aiohttp|urllib3|urllib|ssl|http|niquests|tornado|websockets?)\b"
)
_VARIABLES = ("CA_BUNDLE", "CA_CERT", "CA_FILE", "CA_PATH", "CACERT", "SSL_CA", "CA_CERTS", "SSLROOTCERT", "SSL_CAINFO")
CA_WORDS, SWITCH_WORDS = _given(*_CA_ENDS), _given(*_SWITCH_ENDS)
CA_WORDS += tuple(name + end for name in _VARIABLES for end in ('"] =', "'] ="))
"""Variables of the environment, or settings, under such names: ``os.environ["PULP_CA_BUNDLE"] = path``."""
_DESCRIBES = re.compile(
    r"(?:^|\.)(?:add_argument|add_option|add_parser|option|argument|[A-Z]\w*Opt|Option|Argument|\w*[Ff]ield|Param(?:eter)?|define|Column|namedtuple"
    r"|print|debug|info|warn(?:ing)?|error|exception|critical|format|render\w*|assert\w*|mock\w*|patch\w*|Mock|MagicMock|fail_json|exit_json"
    r"|Input|Switch|register\w*|\w*Schema|Prompt|prompt|ask|Selector|replace|sub|getattr|hasattr|deprecat\w*|raises?|\w*Error)$"
)
"""Calls whose arguments describe an option, tell of it or check it."""
_SENT = re.compile(
    r"^(?:json|data|body|payload|params|headers|labels|manifest|spec|metadata|schema|properties|choices|kwargs_to_\w+)$"
)
_WRITES_OUT = re.compile(r"(?i)^(?:to_|as_|get_)?(?:dict|json|yaml|repr|schema|payload|serialize\w*|dump\w*|export\w*|model_dump|attributes|metadata|info|state|diagnostics)\w*$|__repr__|__str__")  # fmt: skip
_PLAIN = frozenset({"identifier", "attribute", "subscript", "string", "boolean_operator", "conditional_expression", "call", "binary_operator", "concatenated_string"})  # fmt: skip
_OF_TLS = re.compile(r"(?i)ssl|tls|https://|certificate|insecure")
"""What a statement names in which ``skip_verify`` is about servers, not about new friends or e-mail addresses."""
_LOOKS_LIKE_FILE = re.compile(r"-----BEGIN|[/\\]|\.(?:pem|crt|cer|der|ca|bundle|jks|p12|pfx)$")


def named_ca(*known: str) -> Matcher:
    """A CA file under a telling name that is none of ``known`` (they have patterns of their own)."""

    def match(hit: Hit) -> Iterator[Find]:
        if hit.name in known or not means_ca(hit.name):
            return
        setting = _handed_on(hit)
        if setting is None or setting.value is None or not client_call(hit, setting) or _of_signatures(hit, setting):
            return
        value = hit.value(setting.value)
        if any(_is_place(hit, setting.value, leaf) for leaf in value.leaves()):
            yield Find(PinKind.TRUST, setting.node, value, purpose=_purpose(hit))

    return match


def _is_place(hit: Hit, node: "Node", value: Value) -> bool:
    """Whether a value may be a path or PEM: not a word, a number, a type's name, or what some call made."""
    if value.kind is Kind.TEXT:
        return bool(_LOOKS_LIKE_FILE.search(value.text)) and not is_word(value)
    if value.kind in (Kind.UNKNOWN, Kind.NAME):
        written = value.text or hit.source.text(node)
        return re.fullmatch(r"[\w.]+(?:\[[^\[\]]+\])*", written) is not None and not written[:1].isupper()
    return value.kind in (Kind.JOIN, Kind.ENVIRONMENT, Kind.SETTING, Kind.PARAMETER)


def named_switch(*known: str, decided: tuple[str, ...] = ()) -> Matcher:
    """A switch under a telling name: off by a plain value, or decided by what the program was given.

    ``known`` names have a pattern of their own; those of ``decided`` have one for plain values.
    """

    def match(hit: Hit) -> Iterator[Find]:
        off = switched_off_by(hit.name)
        if hit.name in known or not off:
            return
        if hit.name == "skip_verify" and not _OF_TLS.search(
            hit.source.text(hit.source.statement_around(hit.node))[:2000]
        ):
            return
        setting = hit.setting()
        if setting is not None and setting.value is not None and setting.form == "default":
            # ``def get(url, verify_tls: bool = False)`` of an HTTP client: off unless asked for
            if hit.source.text(setting.value).lower() == off and hit.source.mentions(_SPEAKS):
                yield Find(PinKind.VERIFICATION_OFF, setting.node, purpose=_purpose(hit))
            return
        setting = _handed_on(hit)
        if setting is None or setting.value is None or not client_call(hit, setting):
            return
        value = hit.value(setting.value)
        values = frozenset({off, "0" if off == "false" else "1"})
        if value.kind is Kind.NAME and "." in value.text and not value.text[:1].isupper():
            value = Value(Kind.SETTING, value.text)
        if value.kind is Kind.PARAMETER and _is_own_function(hit, hit.call_around()):
            return  # counted where that function uses it
        if hit.name in decided:
            if value.kind in (Kind.TRUE, Kind.FALSE, Kind.NUMBER) or not _decides(hit, setting.value):
                return
            if value.kind in (Kind.NAME, Kind.UNKNOWN):
                value = Value(Kind.SETTING, hit.source.text(setting.value)[:80])
        yield Find(PinKind.VERIFICATION_OFF, setting.node, value, purpose=_purpose(hit), off=values)

    return match


def _decides(hit: Hit, node: "Node") -> bool:
    """Whether an expression reads what the program was given: an attribute, an entry, a call, a name of another module."""
    if node.type == "identifier":
        name = re.escape(hit.source.text(node).encode())
        return (
            re.search(rb"(?m)^[ \t]*from[ \t]+[\w.]+[ \t]+import\b[^\n]*\b" + name + rb"\b", hit.source.data)
            is not None
        )
    return node.type in ("attribute", "subscript", "call", "boolean_operator")


def _handed_on(hit: Hit) -> Setting | None:
    """A named argument or a dictionary's option that goes somewhere; not a description, a message, or data sent out."""
    setting, source = hit.setting(), hit.source
    if setting is not None and re.match(r"(?:params|payload|data|body|request_body)\[", setting.target):
        return None  # sent to a program that checks others
    if (
        setting is None
        or setting.value is None
        or not argument(hit, setting)
        or setting.value.type not in (*_PLAIN, "true", "false", "integer")
    ):
        return None
    call = hit.call_around()
    if call is not None and _DESCRIBES.search(call.dotted):
        return None
    if call is not None and setting.value.type == "identifier" and _is_own_function(hit, call):
        return None
    function = source.function_around(hit.node)
    if setting.node.type == "pair" and function is not None and _WRITES_OUT.search(source.name_of(function)):
        return None
    around = source.around(setting.node, frozenset({"keyword_argument"}))
    if setting.node.type == "pair" and around is not None:
        key, _ = source.pair(around)
        if key is not None and _SENT.match(source.text(key)):
            return None
    return setting


def _is_own_function(hit: Hit, call: "Call | None") -> bool:
    """Whether a call is of a function or class of this file: what it does with the value is seen there."""
    if call is None:
        return False
    if hit.source.functions(call.name) and call.dotted in (call.name, f"self.{call.name}", f"cls.{call.name}"):
        return True
    return (
        call.dotted == call.name
        and re.search(rb"(?m)^[ \t]*class\s+" + re.escape(call.name.encode()) + rb"\b", hit.source.data) is not None
    )


def _of_signatures(hit: Hit, setting: Setting) -> bool:
    """Alipay's and UnionPay's ``root_cert`` verifies messages."""
    return "root" in hit.name.lower() and re.search(rb"(?i)alipay|unionpay", hit.source.data) is not None


def _purpose(hit: Hit) -> Purpose:
    call = hit.call_around()
    words = f"{hit.name} {call.dotted if call is not None else ''}".lower()
    for expression, purpose in (
        (r"mqtt|kafka|amqp|rabbit|pulsar|nats|broker|queue|celery", Purpose.QUEUE),
        (
            r"mysql|postgres|psycopg|mongo|redis|database|(?:^|[._ ])db|engine|cassandra|clickhouse|elastic|opensearch|influx",
            Purpose.DATABASE,
        ),
        (r"ldap", Purpose.LDAP),
        (r"smtp|imap|mail", Purpose.MAIL),
    ):
        if re.search(expression, words):
            return purpose
    return Purpose.HTTPS


_SETS = re.compile(
    r"^(?:set|with|use|override|configure)_?(?=ca(?:_|[A-Z]|file|path|cert)|CA|(?:tls|ssl|root|trust|default|server|Tls|TLS|Ssl|SSL|Root|Trust))"
)
_SET_NAMES = ("ca_", "ca(", "cacert", "cafile", "tls_ca", "ssl_ca", "root_c", "trust_s", "truststore", "trusted_c")
SETTER_WORDS = (
    *(verb + name for verb in ("set_", "with_", "use_") for name in _SET_NAMES),
    *("override_default_trust_store", "setCaCert", "setCACert", "setCaFile", "setCAFile", "setTrustStore", "setRootCA"),
)
_BY_THE_WAY = re.compile(r"_default(?=_)|_from(?=_)")


def named_setter(hit: Hit) -> Iterator[Find]:
    """``options.set_ca_cert(path)``, ``override_default_trust_store_from_path(folder, path)``: whatever it is called on."""
    call = hit.call()
    if call is None or call.name != hit.name or call.receiver is None or not _SETS.match(call.name):
        return
    if not means_ca(_BY_THE_WAY.sub("", call.name)) or _is_own_function(hit, call) or _DESCRIBES.search(call.dotted):
        return
    for argument_given in call.arguments:
        value = hit.value(argument_given.node)
        written = hit.source.text(argument_given.node)
        unknown = any(leaf.kind in (Kind.NAME, Kind.UNKNOWN) for leaf in value.leaves())
        if (value.kind is Kind.NAME and "." in value.text) or (unknown and means_ca(written)):
            value = Value(Kind.SETTING, written)
        if any(_is_place(hit, argument_given.node, leaf) for leaf in value.leaves()):
            yield Find(PinKind.TRUST, call.node, value, purpose=_purpose(hit))
            return


_OPTION = re.compile(r"[frbu]*[\"']--?(?P<name>[A-Za-z][\w\-]*)(?:[= ](?P<value>.*))?[\"']", re.DOTALL)
OPTION_WORDS = (
    *("--cacert", "--ca-cert", "--cafile", "--ca-file", "--ssl-ca", "--tls-ca", "--tlsCAFile", "--root-ca", "--capath"),
    *("--ca-bundle", "--ca-certificate", "--certificate-authority", "--tls-trust", "--sslCAFile", "--ca-path", "-CAfile"),
)  # fmt: skip


def command_option(hit: Hit) -> Iterator[Find]:
    """An option of a command line that is put together: ``cmd.append("--ssl-ca=%s" % path)``, ``add(cmd, "--tlsCAFile", path)``,
    ``["--cacert", path]``. An option declared, shown or asked for is none.
    """
    source = hit.source
    node = hit.node if hit.node.type == "string" else source.around(hit.node, frozenset({"string"}))
    found = _OPTION.fullmatch(source.text(node)) if node is not None and node.end_byte - node.start_byte < 300 else None
    if node is None or found is None or not (means_ca(found["name"]) or found["name"] in ("cacert", "CAfile")):
        return
    call = hit.call_around()
    if call is not None and (
        _DESCRIBES.search(call.dotted) or "rgument" in call.dotted or _OPTION_GIVEN.search(call.name) is None
    ):
        return
    if call is not None and call.name in ("append", "extend", "insert") and not _COMMAND.search(call.callee):
        return
    if call is None and source.around(node, frozenset({"list", "assignment", "augmented_assignment"})) is None:
        return
    written = found["value"]
    after = node.next_named_sibling
    if written is None and (
        after is None
        or after.type not in _PLAIN
        or node.parent is None
        or node.parent.type not in ("list", "argument_list")
    ):
        return
    if written is None and after is not None:
        if node.parent is not None and node.parent.type == "list" and _RUNS_OTHER.match(source.text(node.parent)):
            return  # curl has a pattern of its own; ``openssl verify`` looks at a file
        value = hit.value(after)
        if value.kind is Kind.UNKNOWN or (value.kind is Kind.NAME and "." in value.text):
            value = Value(Kind.SETTING, source.text(after)[:80])
        if any(_is_place(hit, after, leaf) for leaf in value.leaves()):
            yield Find(PinKind.TRUST, node, value, purpose=Purpose.TOOL)
    elif re.search(r"%s|\{[^{}]*\}", written or ""):
        yield Find(PinKind.CONFIGURABLE, node, purpose=Purpose.TOOL)


_COMMAND = re.compile(r"(?i)cmd|command|arg|opt|flag|call|param")
_OPTION_GIVEN = re.compile(
    r"^(?:append|extend|insert|add\w*|\w*command\w*|\w*cmd\w*|run\w*|call|check_\w+|Popen|\w*exec\w*|\w*args?\w*|join|system)$"
)


_RUNS_OTHER = re.compile(r"\[\s*[\"'](?:\S*/)?(?:curl[\"']|wget[\"']|openssl[\"'],\s*[\"'](?!s_client))")


PATTERNS = (
    Pattern(
        slug="named-ca",
        words=CA_WORDS,
        match=named_ca(*CA_ARGUMENTS, *ENVIRONMENT, *DATABASE, *QUEUE, "cafile", "capath", "ca_certs_file"),
        bad=(
            "client = Client(host, mqtt_tls_ca=settings.WX_CA)",
            "connect(host, **{'kafka_ssl_cafile': conf['ca']})",
            "Producer({'tls_trust_store': '/etc/wx/ca.pem'})",
            "def f(path):\n    return Bridge(mqtt_ca_cert=path)",
            "def f(path):\n    os.environ['PULP_CA_BUNDLE'] = path",
        ),
        good=(
            "parser.add_argument('--tls-ca', dest='tls_ca_file', default=None)",
            "spec = {'tls_ca_file': dict(type='path')}",
            "tls_ca_file = Field(default=None)\nC(tls_ca_file=None)",
            "def to_dict(self):\n    return {'tls_ca_file': self.tls_ca_file}",
            "log.info('x', extra_ca_file=path)",
            "def g(ssl_ca_path):\n    pass\ndef f(path):\n    g(ssl_ca_path=path)",
            "issue_certificate(csr, root_ca_cert=path, ca_key=key)",
            "from alipay import AliPay\nAliPay(app_id, alipay_root_cert=path, root_cert=path)",
        ),
    ),
    Pattern(
        slug="named-setter",
        words=SETTER_WORDS,
        followed=r"\w*\((?!\s*(?:self|cls)\b|\s*None\s*\))",
        within=True,
        match=named_setter,
        bad=(
            "options.set_ca_cert('/etc/wx/ca.pem')",
            "def f(o, path):\n    o.override_default_trust_store_from_path(None, path)",
            "builder.with_root_ca(conf.ca).build()",
        ),
        good=(
            "options.set_ca_cert(None)",
            "class C:\n    def set_ca_cert(self, path):\n        self.ca = path",
            "class C:\n    def set_ca_cert(self, p):\n        pass\n    def f(self, p):\n        self.set_ca_cert(p)",
            "order.set_ca_tax_rate(rate)",
            "issuer.set_ca_key(path)",
        ),
    ),
    Pattern(
        slug="named-switch",
        words=(
            *SWITCH_WORDS,
            *DEFAULT_WORDS,
            "ignore_ssl_errors=",
            *(
                f"{name}={holder}"
                for name in (*OWN_OFF_WORDS, *OWN_ON_WORDS)
                for holder in ("self.", "args.", f"{name})")
            ),
            "disable_ssl_verification=",
            "skip_ssl_verification=",
            "skip_tls_verify=",
        ),
        match=named_switch(
            *OFF_WORDS, *ON_WORDS, "ssl_verify_cert", "verify_hostname", decided=(*OWN_OFF_WORDS, *OWN_ON_WORDS)
        ),
        bad=(
            "context = browser.new_context(ignore_https_errors=True)",
            "client = Client(host, mqtt_tls_insecure=True)",
            "api = Api(url, skip_verify=args.insecure)",
            "options = {'kafka_verify_certs': False}",
            "api = Api(url, ignore_ssl_errors=self.options.insecure)",
            "def f(self):\n    return HTTPHandler(url, ssl_verify=self.ssl_verify)",
            "from wx import verify_ssl_certs\nclient = Client(verify_ssl_certs=verify_ssl_certs)",
            "import requests\ndef get(url, verify_tls: bool = False):\n    return requests.get(url, verify=verify_tls)",
        ),
        good=(
            "context = browser.new_context(ignore_https_errors=False)",
            "parser.add_argument('--skip-verify', dest='skip_verify', default=True)",
            "def g(skip_verify):\n    pass\ndef f(skip_verify):\n    g(skip_verify=skip_verify)",
            "client = Client(host, kafka_verify_certs=True)",
            "params['verify_peer'] = 0",
            "def get(url, verify_tls: bool = False):\n    pass",
        ),
    ),
    Pattern(
        slug="command-option",
        words=OPTION_WORDS,
        match=command_option,
        bad=(
            "def f(ca):\n    cmd.append('--ssl-ca=%s' % quote(ca))",
            "args = add_arg_to_cmd(args, '--tlsCAFile', module.params['ssl_ca_certs'])",
            "def f(ca):\n    subprocess.run(['mysqldump', '--ssl-ca', ca])",
            "cmd += ['--cacert', self.ca_path]",
        ),
        good=(
            "parser.add_argument('--ssl-ca', default=None)",
            "parser.add_argument('--ssl-ca', '--cacert')",
            "def f(ca, cert):\n    run(['openssl', 'verify', '-CAfile', ca, cert])",
            "print('--ssl-ca=%s' % ca)",
            "shown.append('--cacert %s' % ca)",
            "def f(ca):\n    subprocess.run(['mysqldump', '--ssl-cert', ca])",
            "@click.option('--tls-ca', 'tls_ca_file')\ndef main(tls_ca_file): pass",
        ),
    ),
)
