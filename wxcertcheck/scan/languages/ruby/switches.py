"""Ruby: verification switched off, host names not checked, fingerprints compared. Callback bodies are read."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.embedded import COMMAND_WORDS, command_line
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Change, Find, Matcher, Pattern
from wxcertcheck.scan.languages.ruby.settings import (
    asked_for,
    asserted,
    bare_context,
    is_server,
    names_around,
    purpose,
    setting_of,
)
from wxcertcheck.scan.matchers import decided_around
from wxcertcheck.scan.source import Source
from wxcertcheck.scan.values import Kind, Value

if TYPE_CHECKING:
    from tree_sitter import Node

_NONE = frozenset({"VERIFY_NONE", "OpenSSL::SSL::VERIFY_NONE", "none", "verify_none", "0", "false"})
_MODES = ("verify_mode", "ssl_verify_mode", "openssl_verify_mode", "verify_ssl", "ssl_verify", "VERIFY_PEER")
_PEERS = (
    *("ssl_verify_peer", "ssl_verifypeer", "ssl_verifyhost", "verify_peer", "ssl_verify_host", "ssl_verify_peer_host"),
    *("verify_ssl_certs", "verify_certificates", "ssl_certificate_verify", "verify_host", "ssl_strict"),
    *("ssl_verify_hostname", "enable.ssl.certificate.verification"),
)
_INSECURE = (
    *("tls_insecure", "tls_allow_invalid_certificates", "tls_allow_invalid_hostnames", "no_ssl_peer_verification"),
)
_HOST = ("verify_hostname", "check_hostname")
KNOWN = frozenset({*_MODES, *_PEERS, *_INSECURE, *_HOST, "verify"})
"""Names with a pattern of their own."""


def _switch(names: tuple[str, ...], off: frozenset[str]) -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        setting = setting_of(hit)
        if setting is None or setting.value is None or setting.name not in names or not _is_given(hit, setting):
            return
        value = hit.value(setting.value)
        if _is_open(value, hit.source.text(setting.value)) or (
            _is_off(value, off) and asked_for(hit.source, setting.node)
        ):
            yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose(hit, setting))
        else:
            repair = _verified(hit, setting)
            yield Find(
                PinKind.VERIFICATION_OFF, setting.node, value, purpose=purpose(hit, setting), off=off, repair=repair
            )

    return match


def _verified(hit: Hit, setting: Setting) -> tuple[Change, ...]:
    """A context of one's own verifies with the system's store once ``set_params`` was called."""
    holder = bare_context(hit.source, setting) if setting.name == "verify_mode" else ""
    called = f"{holder}.set_params(verify_mode: OpenSSL::SSL::VERIFY_PEER)"
    return (Change(setting.node.start_byte, setting.node.end_byte, called),) if holder else ()


def _is_given(hit: Hit, setting: Setting) -> bool:
    """Given to a client: an attribute, a key or a constant; a local variable counts where it is used."""
    if setting.form not in ("pair", "assignment", "setter") or asserted(hit) or is_server(hit, setting):
        return False
    if setting.form == "assignment":
        given = bool(re.search(r"[.\[:]", setting.target)) or setting.target.isupper()
        return given or (setting.target.startswith("@") and "VERIFY_NONE" in hit.source.text(setting.node))
    if setting.form == "setter":
        return setting.name in ("ssl_verify_mode", "verify_mode", "verify_ssl", "ssl_verify")
    return True


def _is_open(value: Value, written: str) -> bool:
    """Whether the value is handed on from elsewhere (``net.verify_mode = verify_ssl``); constants of OpenSSL are known."""
    if re.search(r"\bVERIFY_(?:PEER|FAIL|CLIENT)", written) and "VERIFY_NONE" not in written:
        return False
    return any(leaf.kind in (Kind.NAME, Kind.UNKNOWN) and "VERIFY_" not in leaf.text for leaf in value.leaves())


def _is_off(value: Value, off: frozenset[str]) -> bool:
    return bool({value.kind.value, value.text, value.text.rpartition(".")[2]} & off)


_VERIFY_CALL = re.compile(
    r"(?:^|\.)(?:get|post|put|patch|delete|head|options|request|new|update|merge!?|start|build|fetch|default_options|connection)$"
    r"|HTTParty|Faraday|HTTP|http|ssl|request|fetch"
)


def _verify(hit: Hit) -> Iterator[Find]:
    """``verify: false`` of Faraday's ``ssl`` hash and of HTTParty; ``conn.ssl.verify = false``."""
    setting = setting_of(hit)
    if setting is None or setting.value is None or setting.name != "verify" or hit.name != "verify" or asserted(hit):
        return
    names = names_around(hit, setting.node)
    if re.search(r"JWT|JWS|jwt|decode|token|signature", names):
        return
    written = hit.source.text(setting.value)
    manticore = re.search(r":(?:strict|disable)\b", written) is not None
    if (
        setting.form == "assignment"
        and not manticore
        and not re.search(r"ssl|default_options|http", setting.target, re.IGNORECASE)
    ):
        return
    if setting.form == "pair":
        call = hit.call_around()
        ssl = re.search(r"\bssl\b|ssl_options|ssl_opts|\bhttp", names, re.IGNORECASE)
        if not ssl and not (call is not None and _VERIFY_CALL.search(call.dotted) and _speaks_http(hit.source)):
            return
    if setting.form in ("pair", "assignment"):
        value = hit.value(setting.value)
        if _is_open(value, written) and re.search(r"\bssl\b|ssl_op|_ssl", f"{names} {setting.target} {written}"):
            yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose(hit, setting))
            return
        off = frozenset({"false", "disable"})  # ``:disable``: Manticore
        if decided_around(hit.source, setting.node) and _is_off(value, off):
            yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose(hit, setting))
            return
        yield Find(PinKind.VERIFICATION_OFF, setting.node, value, purpose=purpose(hit, setting), off=off)


def _speaks_http(source: Source) -> bool:
    return re.search(rb"HTTParty|Faraday|HTTPX|Savon|Typhoeus|https?://", source.data) is not None


def _callback(hit: Hit) -> Iterator[Find]:
    """``verify_callback = proc { true }`` accepts everything; one that compares a digest is a pin."""
    setting = setting_of(hit)
    if setting is None or setting.value is None or setting.name not in ("verify_callback", "ssl_verify_callback"):
        return
    if setting.form not in ("pair", "assignment"):
        return
    source = hit.source
    if is_server(hit, setting) or asserted(hit) or source.text(setting.value) == "nil":
        return
    body = _body(setting.value) or _method_named(source, setting.value)
    if body is not None and body.named_child_count == 1:
        inner = source.call(body.named_children[0])
        own = source.functions(inner.name) if inner is not None else []
        body = (own[0].child_by_field_name("body") or body) if own else body
    if body is None:
        handed_on = setting.value.type in ("identifier", "instance_variable", "element_reference", "call")
        if (
            handed_on
            and "." in setting.target
            and not source.text(setting.value).startswith(("proc", "lambda", "Proc", "method"))
        ):
            yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose(hit, setting))
        return
    compared = list(_comparisons(source, body))
    for node, value in compared:
        yield Find(PinKind.FINGERPRINT, node, value)
    last = [c for c in body.named_children if "comment" not in c.type]
    always = bool(last) and source.text(last[-1]).strip() in ("true", "return true")
    if always and not compared and not re.search(r"\b(?:preverify_ok|verify_ok)\b", source.text(body)):
        yield Find(PinKind.VERIFICATION_OFF, setting.node)


def _body(function: "Node") -> "Node | None":
    """The statements of ``lambda { … }``, ``proc do … end``, ``-> { … }``."""
    block = function.child_by_field_name("block") or function.child_by_field_name("body")
    while block is not None and block.type in ("block", "do_block"):
        block = block.child_by_field_name("body") or (block.named_children[-1] if block.named_children else None)
    return block


def _method_named(source: Source, written: "Node") -> "Node | None":
    """The body of ``method(:check)``, where this file defines it."""
    found = re.fullmatch(r"method\(?\s*:(\w+[?!]?)\s*\)?", source.text(written)[:100])
    for method in source.nodes({"method", "singleton_method"}) if found else ():
        name = method.child_by_field_name("name")
        if found and name is not None and source.text(name) == found[1]:
            return method.child_by_field_name("body")
    return None


def _set_by_name(hit: Hit) -> Iterator[Find]:
    """``const_set(:VERIFY_PEER, VERIFY_NONE)``, ``instance_variable_set(:@verify_mode, VERIFY_NONE)``."""
    found = hit.argument()
    if found is not None and found[0].name == "enable_ssl":
        yield Find(PinKind.VERIFICATION_OFF, found[0].node, purpose=Purpose.MAIL)
        return
    if found is None or found[0].name not in ("const_set", "instance_variable_set", "send") or found[1] != 1:
        return
    if re.search(r"verify", hit.source.text(found[0].arguments[0].node), re.IGNORECASE):
        yield Find(PinKind.VERIFICATION_OFF, found[0].node)


def _patron(hit: Hit) -> Iterator[Find]:
    """``session.insecure = true`` of Patron."""
    setting = setting_of(hit)
    if setting is not None and setting.form == "assignment" and re.search(r"\.insecure$", setting.target):
        yield Find(PinKind.VERIFICATION_OFF, setting.node, hit.value(setting.value), off=frozenset({"true"}))


_DIGEST = re.compile(r"hexdigest|digest|fingerprint|to_der|public_key|serial", re.IGNORECASE)


def _comparisons(source: Source, body: "Node") -> "Iterator[tuple[Node, Value]]":
    from wxcertcheck.scan.evaluate import evaluate

    for node in source.nodes({"binary"}, body):
        operator = node.child_by_field_name("operator")
        if operator is None or source.text(operator) not in ("==", "!=") or not _DIGEST.search(source.text(node)):
            continue
        values = [evaluate(source, c) for c in node.named_children[:2]]
        fixed = [v for v in values if v.kind is Kind.TEXT and len(v.text) >= 16]
        named = [v for v in values if v.kind in (Kind.ENVIRONMENT, Kind.SETTING, Kind.PARAMETER)]
        if fixed or named:
            yield node, (fixed or named)[0]
        elif re.search(r"fingerprint", source.text(node), re.IGNORECASE) and len(values) == 2:
            yield node, Value(Kind.SETTING, values[-1].text[:80])
    for call in source.calls("include?", "key?", within=body):
        if call.receiver is not None and re.search(r"pin|finger|digest|hash", source.text(call.node), re.IGNORECASE):
            yield call.node, evaluate(source, call.receiver)


def _peer_certificate(hit: Hit) -> Iterator[Find]:
    """A comparison with the digest of ``peer_cert``."""
    source = hit.source
    function = source.function_around(hit.node) or source.tree.root_node
    if hit.name != "peer_cert" or not _DIGEST.search(source.text(function)):
        return
    for node, value in _comparisons(source, function):
        yield Find(PinKind.FINGERPRINT, node, value)


PATTERNS = (
    Pattern(
        slug="command-line",
        words=COMMAND_WORDS,
        match=command_line,
        bad=(
            "system('curl -k https://example.com')",
            "out = `curl --cacert /opt/ca.pem https://example.com`",
            "upload_cmd = \"#{CURL} -Ss --insecure '#{url}'\"",
        ),
        good=("system('curl -s https://example.com')", "puts 'try curl -k https://example.com'"),
    ),
    Pattern(
        slug="verify-none",
        words=_MODES,
        match=_switch(_MODES, _NONE),
        bad=(
            "http.verify_mode = OpenSSL::SSL::VERIFY_NONE",
            "Net::HTTP.start(h, 443, use_ssl: true, verify_mode: OpenSSL::SSL::VERIFY_NONE) { |c| c.get('/') }",
            "RestClient::Request.execute(method: :post, url: u, verify_ssl: false)",
            "OpenSSL::SSL::VERIFY_PEER = OpenSSL::SSL::VERIFY_NONE",
            "http.verify_mode = verify ? OpenSSL::SSL::VERIFY_PEER : OpenSSL::SSL::VERIFY_NONE",
            "Savon.client { ssl_verify_mode :none }",
            "net.verify_mode = verify_ssl",
            "class Net::HTTP\n  def use_ssl=(flag)\n    @verify_mode = OpenSSL::SSL::VERIFY_NONE\n  end\nend",
            "HTTPX.with(ssl: { verify_mode: OpenSSL::SSL::VERIFY_NONE }).get(u)",
            "ssl_verify_mode :verify_none",
        ),
        good=(
            "http.verify_mode = OpenSSL::SSL::VERIFY_PEER",
            "http.verify_mode = OpenSSL::SSL::VERIFY_PEER | OpenSSL::SSL::VERIFY_FAIL_IF_NO_PEER_CERT",
            "expect(subject.verify_mode).to eq(OpenSSL::SSL::VERIFY_NONE)",
            "expect(Net::HTTP).to receive(:start).with(verify_mode: OpenSSL::SSL::VERIFY_NONE)",
            "ssl_bind '0.0.0.0', '9292', key: k, cert: c, verify_mode: 'none'",
            "context.verify_mode = OpenSSL::SSL::VERIFY_NONE\nOpenSSL::SSL::SSLServer.new(tcp, context)",
            "{ :SSLVerifyClient => OpenSSL::SSL::VERIFY_NONE }",
            "def f(conf)\n  if conf.client_cert_auth\n    a = 1\n  else\n    ctx.verify_mode = OpenSSL::SSL::VERIFY_NONE\n  end\nend",
            "# http.verify_mode = OpenSSL::SSL::VERIFY_NONE",
        ),
    ),
    Pattern(
        slug="verify-peer-off",
        words=_PEERS,
        match=_switch(_PEERS, frozenset({"false", "0"})),
        bad=("Excon.defaults[:ssl_verify_peer] = false", "Typhoeus.get(u, ssl_verifypeer: false)"),
        good=("Excon.defaults[:ssl_verify_peer] = true",),
    ),
    Pattern(
        slug="verification-switch",
        words=_INSECURE,
        match=_switch(_INSECURE, frozenset({"true", "1"})),
        bad=("Mongo::Client.new(h, tls: true, tls_insecure: true)",),
        good=("Mongo::Client.new(h, tls: true, tls_insecure: false)",),
    ),
    Pattern(
        slug="verify-none-by-name",
        words=("VERIFY_NONE",),
        match=_set_by_name,
        bad=(
            "OpenSSL::SSL.const_set(:VERIFY_PEER, OpenSSL::SSL::VERIFY_NONE)",
            "http.instance_variable_set(:@verify_mode, OpenSSL::SSL::VERIFY_NONE)",
            "http.send(:verify_mode=, OpenSSL::SSL::VERIFY_NONE)",
            "pop3.enable_ssl(OpenSSL::SSL::VERIFY_NONE)",
        ),
        good=("log(:verify, OpenSSL::SSL::VERIFY_NONE)",),
    ),
    Pattern(
        slug="patron-insecure",
        words=(".insecure",),
        beside=("Patron",),
        match=_patron,
        bad=("session = Patron::Session.new\nsession.insecure = true",),
        good=("puts session.insecure",),
    ),
    Pattern(
        slug="verify-hostname-off",
        words=_HOST,
        match=_switch(_HOST, frozenset({"false"})),
        bad=("http.verify_hostname = false", "Faraday.new(u, ssl: { verify_hostname: false })"),
        good=("http.verify_hostname = true",),
    ),
    Pattern(
        slug="verify-false",
        words=("verify",),
        match=_verify,
        bad=(
            "Faraday.new(u, ssl: { verify: false })",
            "HTTParty.get('https://api.mch.weixin.qq.com', verify: false)",
            "Faraday.new(u) { |c| c.ssl.verify = false }",
            "expect(HTTParty.get('https://a', verify: false).code).to eq(200)",
            "Faraday.new(u, ssl: { verify: Rails.env.production? })",
            "RedfishClient.new('https://host/', verify: @redfish_verify_ssl)",
            "options[:verify] = @ssl_verification_mode == 'full' ? :strict : :disable",
            "case ssl_verification_mode\nwhen 'none'\n  ssl_options[:verify] = :disable\nend",
        ),
        good=(
            "JWT.decode(token, nil, verify: false)",
            "Faraday.new(u, ssl: { verify: true })",
            "key.verify(digest, signature, data)",
            "validates :code, verify: false",
        ),
    ),
    Pattern(
        slug="verify-callback",
        words=("verify_callback",),
        match=_callback,
        bad=(
            "http.verify_callback = proc { |ok, store| true }",
            "http.verify_callback = method(:check)\ndef check(ok, store)\n  true\nend",
            "connection.verify_callback = @verify_callback if @verify_callback",
            (
                "o = { verify_callback: lambda { |*a| check(*a) } }\ndef check(ok, store)\n"
                "  fingerprint = OpenSSL::Digest::SHA256.new(store.current_cert.to_der).to_s\n  fingerprint == Conf.fingerprint\nend"
            ),
            (
                "http.verify_callback = lambda do |ok, store|\n  Digest::SHA256.hexdigest(store.current_cert.to_der) == '"
                "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f'\nend"
            ),
        ),
        good=(
            "http.verify_callback = lambda { |*a| check(*a) }\ndef check(ok, store)\n  ok\nend",
            "http.verify_callback = proc { |ok, store| ok }",
            "http.verify_callback = nil",
            "Payments::Client.verify_callback(body, signature)",
            "http.verify_callback = method(:check)\ndef check(ok, store)\n  ok\nend",
        ),
    ),
    Pattern(
        slug="peer-fingerprint",
        words=("peer_cert",),
        match=_peer_certificate,
        bad=("fail if Digest::SHA1.hexdigest(http.peer_cert.to_der) != 'df3c24f9bfd666761b268073fe06d1cc8d4f82a4'",),
        good=("puts http.peer_cert.subject",),
    ),
)
