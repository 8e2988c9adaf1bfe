"""Ruby options that tell by their names, whatever the gem: ``kafka_tls_ca_file:``, ``"ssl.truststore.location"``, ``skip_verify:``.

What counts is handing one on: a key of a hash or of a call, an element or attribute assigned, ``put(key, value)``. A declared
option, an instance variable that keeps it and an expectation of a test are nothing by themselves.
"""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind
from wxcertcheck.scan.handed_guards import spoken_for
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.ruby.settings import (
    asked_for,
    asserted,
    beside_source,
    is_server,
    names_around,
    purpose,
    setting_of,
)
from wxcertcheck.scan.telling import means_ca, switched_off_by
from wxcertcheck.scan.values import Kind, Value, is_word

_CA_WORDS = (
    *("ssl-ca", "tls-ca", "'ca-cert", "'ca-file", "'ca-bundle"),
    *("_ca_file", "_ca_path", "_ca_cert", "_ca_bundle", "_cafile", "_cacert", "ssl_ca", "tls_ca", "root_ca", "ca_location"),
    *("truststore", "trust_store", "trusted_certs", "ca_certificates", "ca_certificate", "root_certificates", "caFile"),
    *("CA_FILE", "CA_PATH", "CA_BUNDLE", "CA_CERT", "CACERT", "ROOT_CERT"),
    *("ca_cert_path", "ca_file_path", "ca_path", "ca_file", "ca_cert", "ca_bundle", "caCert"),
)  # fmt: skip
_SWITCH_WORDS = (
    *("'ssl-verif", '"ssl-verif', "'verify-ssl", '"verify-ssl', "'tls-verif", "'skip-verify"),
    *("insecure_ssl", "ssl_insecure", "tls_insecure", "ignore_ssl", "ignore_cert", "validate_cert", "verify_cert"),
    *("verify_tls", "tls_verify", "verify_ssl", "ssl_verif", "skip_verify", "skip_ssl", "skip_tls", "self_signed"),
    *("verify_server_cert", "disable_ssl_verif", "disable_tls_verif", "cert_verif", "certificate_verif", "strict_ssl"),
    *("insecure_skip_verify", "no_verify_ssl", "accept_insecure", "verify_peer", "allow_insecure"),
)  # fmt: skip
_GIVES = re.compile(r"^(?:put|set|store|add|setProperty|set_option|set_property|config|update|\[\]=)$")
_DESCRIBES = re.compile(
    r"(?:^|\.)(?:attribute|attributes|validates?\w*|option|method_option|class_option|config_param|desc|argument|property|newparam|newproperty"
    r"|on|puts|p|print|info|warn|debug|error|raise|log|format|t|translate|require\w*|permit|slice|except|values_at|delegate|alias\w*|expose|field"
    r"|let|let!|context|describe|it|schema|optional|required|params)$"
)
_NO_VALUE = frozenset({"hash", "lambda", "block", "do_block", "integer", "float", "symbol", "simple_symbol"})
_LOOKS_LIKE_FILE = re.compile(r"-----BEGIN|[/\\]|\.(?:pem|crt|cer|der|ca|bundle|jks|p12)$")
_OF_TLS = re.compile(r"(?i)ssl|tls|https://|certificate|insecure")
"""What a statement names in which ``skip_verify`` is about servers, not about new friends or e-mail addresses."""
_OPEN = (Kind.NAME, Kind.UNKNOWN)


def _handed_on(hit: Hit) -> Setting | None:
    setting, call = setting_of(hit), hit.call_around()
    if (
        setting is None
        or setting.value is None
        or setting.value.type in _NO_VALUE
        or asserted(hit)
        or is_server(hit, setting)
    ):
        return None
    if setting.form == "option":
        return setting if call is not None and _GIVES.match(call.name) else None
    if setting.form == "assignment":
        if re.fullmatch(r"@?@?[A-Za-z]\w*", setting.target) and (setting.target[0] == "@" or setting.target.isupper()):
            return setting if beside_source(hit.value(setting.value)) and not _used_here(hit) else None
        given = re.search(r"[.\[]", setting.target) and not setting.target.startswith("self.")
        return setting if given and not _parses(hit) else None
    if setting.form != "pair" or (call is not None and _DESCRIBES.search(call.dotted)):
        return None
    around = hit.source.function_around(hit.node)
    writes_out = around is not None and re.match(r"to_|as_json|inspect|serializ|attributes", hit.source.name_of(around))
    return (
        None
        if writes_out or re.search(r"Server|WEBrick|SPEC|SCHEMA|DEFAULTS?\b", names_around(hit, setting.node))
        else setting
    )


def _used_here(hit: Hit) -> bool:
    """Whether this file says what a constant is used for."""
    from wxcertcheck.scan.languages.ruby.trust import PATTERNS as TRUST

    return spoken_for(hit, TRUST, hit.source.tree.root_node, frozenset({PinKind.TRUST}))


def _parses(hit: Hit) -> bool:
    """Whether it is the block of an option of a command line: ``define('--ssl-verify') { |on| @options[:'ssl-verify'] = on }``."""
    around = [one.parent for one in hit.source.ancestors(hit.node) if one.type in ("block", "do_block")]
    calls = [hit.source.call(one) for one in around if one is not None]
    return any(call is not None and call.name in ("on", "define", "separator") for call in calls)


def _named_ca(hit: Hit) -> Iterator[Find]:
    from wxcertcheck.scan.languages.ruby.trust import KNOWN

    setting = _handed_on(hit) if means_ca(hit.name) and hit.name not in KNOWN else None
    if setting is None or setting.value is None:
        return
    value = hit.value(setting.value)
    if any(_is_place(hit, setting, leaf) for leaf in value.leaves()):
        yield Find(PinKind.TRUST, setting.node, value, purpose=purpose(hit, setting))


def _is_place(hit: Hit, setting: Setting, value: Value) -> bool:
    if value.kind is Kind.TEXT:
        return bool(_LOOKS_LIKE_FILE.search(value.text)) and not is_word(value)
    if value.kind in _OPEN:
        return re.fullmatch(r"@?@?[a-z_][\w.&]*[?!]?(?:\([^()]*\))?(?:\[[^\[\]]+\])*", value.text or "x") is not None
    return value.kind in (Kind.JOIN, Kind.ENVIRONMENT, Kind.SETTING, Kind.PARAMETER)


def _is_of_tls(hit: Hit) -> bool:
    call = hit.call_around()
    around = call.node if call is not None else hit.source.statement_around(hit.node)
    return _OF_TLS.search(hit.source.text(around)[:2000]) is not None


def _named_switch(hit: Hit) -> Iterator[Find]:
    from wxcertcheck.scan.languages.ruby.switches import KNOWN

    off = switched_off_by(hit.name)
    setting = (
        _handed_on(hit) if off and hit.name not in KNOWN and (hit.name != "skip_verify" or _is_of_tls(hit)) else None
    )
    if setting is None or setting.value is None:
        return
    value, values = hit.value(setting.value), frozenset({off, "0" if off == "false" else "1"})
    is_off = value.kind.value == off
    if (value.kind in _OPEN and "VERIFY_" not in value.text) or (is_off and asked_for(hit.source, setting.node)):
        yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose(hit, setting))
    else:
        yield Find(PinKind.VERIFICATION_OFF, setting.node, value, purpose=purpose(hit, setting), off=values)


PATTERNS = (
    Pattern(
        slug="named-ca",
        words=_CA_WORDS,
        match=_named_ca,
        bad=(
            "props.put('ssl.truststore.location', @store)\n# truststore",
            "Bridge.new(host, mqtt_ca_file: options[:ca])",
            "conf['tls_ca'] = File.join(__dir__, 'ca.pem')",
            "CA_BUNDLE = File.expand_path('../certs/bundle.crt', __FILE__)",
        ),
        good=(
            "option :mqtt_ca_file, desc: 'CA file'",
            "validates :mqtt_ca_file, presence: true",
            "{ mqtt_ca_file: { type: String } }",
            "self.mqtt_ca_file = path",
            "CA_FILE = File.expand_path('../ca.pem', __FILE__)\nhttp.ca_file = CA_FILE",
            "def initialize(path)\n  @mqtt_ca_file = path\n  @tls_ca_file = '/etc/x/ca.pem'\nend",
            "def to_h\n  { mqtt_ca_file: @path }\nend",
            "expect(x).to eq(mqtt_ca_file: path)",
        ),
    ),
    Pattern(
        slug="named-switch",
        words=_SWITCH_WORDS,
        match=_named_switch,
        bad=(
            "Client.new('https://host', skip_verify: true)",
            "Client.new(host, insecure_ssl: @insecure)",
            "options[:validate_certs] = false",
            "data = { 'ssl-verify' => false }",
        ),
        good=(
            "Client.new('https://host', skip_verify: false)",
            "contact.add_friend(name, skip_verify: true)",
            "config_param :insecure_ssl, :bool, default: true",
            "option :skip_verify, default: true",
            "define('--[no-]ssl-verify') { |on| @options[:'ssl-verify'] = on }",
        ),
    ),
)
