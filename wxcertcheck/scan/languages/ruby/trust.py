"""Ruby: code that chooses the trusted CAs. Sources: Net::HTTP and OpenSSL of the standard library, each gem's README."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, PinMode, Purpose
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Change, Find, Matcher, Pattern
from wxcertcheck.scan.languages.ruby.settings import (
    asserted,
    bare_context,
    beside_source,
    is_server,
    names_around,
    optional,
    purpose,
    setting_of,
)
from wxcertcheck.scan.source import Call, holds
from wxcertcheck.scan.values import Kind, Value, choice

if TYPE_CHECKING:
    from tree_sitter import Node

_FILES = (
    *("ca_file", "ca_path", "ssl_ca_file", "ssl_ca_path", "ssl_ca_cert", "ssl_ca_cert_file", "ca_cert_file", "cainfo"),
    *("cacert", "ca_cert", "ssl_ca_cert_path", "ssl_ca_path", "ca_bundle_path", "ca_bundle", "ssl_ca_certs", "capath"),
    *("ssl_ca_file_path", "ca_certificate_file"),
)
_DSL = frozenset(
    {"ssl_ca_file", "ssl_ca_path", "ssl_ca_cert_file", "ssl_ca_cert", "ssl_ca_cert_path", "ssl_cert_store"}
)
_STORES = ("cert_store", "ssl_cert_store")
_DATABASE = ("sslca", "sslrootcert", "ssl_ca_certs")
_QUEUE = ("tls_ca_certificates", "ssl_ca_certificates", "ssl_ca_cert_file_path", "ssl.ca.location")
KNOWN = frozenset({*_FILES, *_STORES, *_DATABASE, *_QUEUE})
"""Names with a pattern of their own."""
_DEFAULTS = ("set_default_paths", "set_default_store")
_NO_VALUE = frozenset({"hash", "lambda", "block", "integer", "do_block", "float"})


def _applies(hit: Hit, setting: Setting | None, names: tuple[str, ...]) -> "Node | None":
    """The value's node where the setting is one of ``names`` and given a value that may be a file or store."""
    if setting is None or setting.value is None or setting.name not in names or setting.name != hit.name.rstrip("="):
        return None
    if setting.form not in ("pair", "assignment", "setter") or (setting.form == "setter" and setting.name not in _DSL):
        return None
    if setting.value.type in _NO_VALUE or asserted(hit) or is_server(hit, setting):
        return None
    return setting.value


def _file(*names: str, fixed: Purpose | None = None) -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        setting = setting_of(hit)
        node = _applies(hit, setting, names)
        if setting is None or node is None or not _is_tls(hit, setting):
            return
        value = hit.value(node)
        if _is_place(value):
            kind = PinKind.CONFIGURABLE if optional(hit.source, setting.node, node, value) else PinKind.TRUST
            yield Find(
                kind, setting.node, value, purpose=fixed or purpose(hit, setting), repair=_with_defaults(hit, setting)
            )

    return match


def _with_defaults(hit: Hit, setting: Setting) -> tuple[Change, ...]:
    """A context of one's own trusts nobody without its CA file, unless it is given the defaults."""
    holder = bare_context(hit.source, setting)
    return (Change(setting.node.start_byte, setting.node.end_byte, f"{holder}.set_params"),) if holder else ()


_AMBIGUOUS = frozenset({"capath", "cacert", "ca_cert", "ca_bundle"})
_SPEAKS = re.compile(
    r"http|curl|typhoeus|ssl|tls|conn|client|request|agent|fetch|\bget|post|easy|\bnew\b|conf|opt|default|hydra|ldap|mqtt",
    re.IGNORECASE,
)


def _is_tls(hit: Hit, setting: Setting) -> bool:
    """A local variable called ``ca_file`` counts where it is used; an attribute, a key or an instance variable counts itself."""
    if setting.form != "assignment":
        hash_node = setting.node.parent
        formatted = hash_node is not None and hash_node.parent is not None and hash_node.parent.type == "binary"
        known = setting.name not in _AMBIGUOUS or _SPEAKS.search(names_around(hit, setting.node)) is not None
        return known and not formatted
    target = setting.target
    if target.startswith("@") and not re.search(r"[.\[]", target):
        named = setting.name in ("ca_bundle_path", "ca_bundle") and setting.node.type == "assignment"
        return named or (setting.value is not None and beside_source(hit.value(setting.value)))
    return bool(re.search(r"[.\[]", target))


def _is_place(value: Value) -> bool:
    """Text that looks like a path or PEM, or anything that only the run time knows."""
    if value.kind is Kind.TEXT:
        return bool(re.search(r"-----BEGIN|[/\\]|\.\w{2,7}$|certs?", value.text)) and not value.text.startswith("http")
    return value.kind is not Kind.NUMBER


def _store(hit: Hit) -> Iterator[Find]:
    """``cert_store = store``: what was put into the store. A store with the defaults alone is no pin."""
    setting = setting_of(hit)
    node = _applies(hit, setting, _STORES)
    if setting is None or node is None or (setting.form == "assignment" and not re.search(r"[.\[]", setting.target)):
        return
    value, mode = _content(hit, node)
    if value.kind is Kind.TEXT and not _is_place(value):
        return  # a text about it
    kind = PinKind.CONFIGURABLE if optional(hit.source, setting.node, node, value) else PinKind.TRUST
    value_given = None if kind is PinKind.CONFIGURABLE else value
    yield Find(kind, setting.node, value_given, mode, purpose(hit, setting), repair=_with_defaults(hit, setting))


_EMPTY = re.compile(r"^(?:::)?OpenSSL::X509::Store\.new\b")


def _content(hit: Hit, node: "Node", depth: int = 0) -> tuple[Value, PinMode]:
    """What the store expression holds, and whether on top of the defaults."""
    source, written = hit.source, hit.source.text(node)
    if depth > 4:
        return hit.value(node), PinMode.REPLACES
    if node.type == "call" and _EMPTY.match(written):
        added = [c for c in source.calls("add_file", "add_path", "add_cert", within=node) if c.arguments]
        defaults = bool(source.calls(*_DEFAULTS, within=node))
        return _put(hit, added, defaults)
    if node.type in ("if", "conditional", "unless"):
        return _branches(hit, node, depth)
    variable = any(d.target == written for d in source.definitions.get(written, ()))
    if node.type == "call" or (node.type == "identifier" and not variable):
        body = _method_body(hit, node, written)
        if body is not None:
            inner = body.named_children[-1] if body.named_children else body
            added = [c for c in source.calls("add_file", "add_path", "add_cert", within=body) if c.arguments]
            if added or source.calls(*_DEFAULTS, within=body):
                return _put(hit, added, bool(source.calls(*_DEFAULTS, within=body)))
            return _content(hit, inner, depth + 1)
        return hit.value(node), PinMode.REPLACES
    if node.type in ("identifier", "instance_variable", "constant", "class_variable", "global_variable"):
        return _named_content(hit, node, written, depth)
    if node.type in ("operator_assignment", "assignment"):
        right = node.child_by_field_name("right")
        return _content(hit, right, depth + 1) if right is not None else (hit.value(node), PinMode.REPLACES)
    return hit.value(node), PinMode.REPLACES


def _branches(hit: Hit, node: "Node", depth: int) -> tuple[Value, PinMode]:
    """``if @store then @store else … end``: each branch's last expression."""
    parts = [child for child in node.named_children if child.type in ("then", "else")]
    ends = [part.named_children[-1] for part in parts if part.named_children] or node.named_children[1:]
    found = [_content(hit, end, depth + 1) for end in ends[:4]]
    kept = [(value, mode) for value, mode in found if value.kind is not Kind.SYSTEM]
    if not kept:
        return Value(Kind.SYSTEM, "OpenSSL::X509::Store"), PinMode.REPLACES
    value = choice(value for value, _ in kept)
    if len(kept) < len(found) and value.kind is Kind.NAME:
        value = Value(Kind.SETTING, value.text)  # what was given, else the defaults
    return value, PinMode.ADDS if all(mode is PinMode.ADDS for _, mode in kept) else PinMode.REPLACES


def _named_content(hit: Hit, node: "Node", written: str, depth: int) -> tuple[Value, PinMode]:
    source = hit.source
    scope = source.function_around(node) if node.type == "identifier" else None
    added = [c for c in source.calls("add_file", "add_path", "add_cert", within=scope, receiver=written) if c.arguments]
    defaults = bool(source.calls(*_DEFAULTS, within=scope, receiver=written))
    if added or defaults:
        return _put(hit, added, defaults)
    if scope is not None and _filled_elsewhere(hit, scope, written):
        return Value(Kind.SETTING, written), PinMode.REPLACES
    if scope is not None and any(written == name for name, _ in source.parameters(scope)):
        return hit.value(node), PinMode.REPLACES
    made = [d for d in source.definitions.get(written.lstrip("@$"), ()) if d.target == written]
    values = [d.value for d in made if scope is None or d.function is None or d.function.id == scope.id]
    if values and values[-1].id != node.id:
        return _content(hit, values[-1], depth + 1)
    return hit.value(node), PinMode.REPLACES


def _filled_elsewhere(hit: Hit, scope: "Node", written: str) -> bool:
    """Whether a method of this file gets the store: ``populate(cluster, store)``."""
    source = hit.source
    return any(
        call.receiver is None
        and source.functions(call.name)
        and any(source.text(argument.node) == written for argument in call.arguments)
        for call in source.calls(within=scope)[:200]
    )


def _put(hit: Hit, added: list[Call], defaults: bool) -> tuple[Value, PinMode]:
    """An empty store counts where something is put into it (``store-add``)."""
    if not added:
        return Value(Kind.SYSTEM, "OpenSSL::X509::Store"), PinMode.REPLACES
    value = choice(hit.value(call.arguments[0].node) for call in added)
    return value, PinMode.ADDS if defaults else PinMode.REPLACES


def _method_body(hit: Hit, node: "Node", written: str) -> "Node | None":
    name = written.rpartition(".")[2]
    if node.type == "call" and not re.fullmatch(r"(?:self\.(?:class\.)?)?\w+", written):
        return None
    for method in hit.source.nodes({"method", "singleton_method"}):
        named = method.child_by_field_name("name")
        if named is not None and hit.source.text(named) == name and not holds(method, node):
            return method.child_by_field_name("body")
    return None


def _added(hit: Hit) -> Iterator[Find]:
    """``store.add_file(path)``: on top of the defaults where the same store also gets ``set_default_paths``."""
    call = hit.call()
    if call is None or call.name != hit.name or call.receiver is None or not call.arguments:
        return
    source, receiver = hit.source, hit.source.text(call.receiver)
    if call.name in ("add_trust_ca", "set_trust_ca"):
        scope = source.function_around(call.node) or source.tree.root_node
        adds = call.name == "add_trust_ca" and bool(source.calls("set_default_paths", within=scope))
        yield Find(PinKind.TRUST, call.node, hit.value(call.nth(0)), PinMode.ADDS if adds else PinMode.REPLACES)
        return
    if not _is_store(hit, call, receiver):
        return
    scope = source.function_around(call.node) or source.tree.root_node
    within = scope if re.fullmatch(r"[a-z_]\w*", receiver) else source.tree.root_node
    defaults = any(
        c.receiver is None or source.text(c.receiver) == receiver for c in source.calls(*_DEFAULTS, within=within)
    )
    if "Server" in names_around(hit, call.node):
        return
    defaults = defaults or _default_of(hit, scope, receiver).endswith("CERT_STORE")
    yield Find(PinKind.TRUST, call.node, hit.value(call.nth(0)), PinMode.ADDS if defaults else PinMode.REPLACES)


def _default_of(hit: Hit, function: "Node", name: str) -> str:
    """What a parameter stands for where its caller gives nothing: ``def apply(store = DEFAULT_CERT_STORE)``."""
    defaults = (default for parameter, default in hit.source.parameters(function) if parameter == name)
    return next((hit.source.text(default) for default in defaults if default is not None), "")


def _is_store(hit: Hit, call: Call, receiver: str) -> bool:
    source = hit.source
    if "cert_store" in receiver or "X509::Store" in receiver or re.search(r"(?:cert|ca|trust|x509)_?store$", receiver):
        return True
    made = [d for d in source.definitions.get(receiver.lstrip("@$").rpartition(".")[2], ()) if d.target == receiver]
    if any("X509::Store" in source.text(d.value)[:400] for d in made):
        return True
    given = source.function_around(call.node)
    if given is not None and _default_of(hit, given, receiver).endswith("CERT_STORE"):
        return True
    around = [p.parent for p in source.ancestors(call.node) if p.type in ("block", "do_block") and p.parent is not None]
    if any("X509::Store" in source.text(one)[:200] for one in around[:4]):
        return True
    return call.name == "add_cert" and "Certificate" in source.text(call.arguments[0].node)


def _grpc(hit: Hit) -> Iterator[Find]:
    call = hit.call()
    if call is not None and "ChannelCredentials" in call.callee and call.name == "new" and call.nth(0) is not None:
        yield Find(PinKind.TRUST, call.node, hit.value(call.nth(0)))


def _strategy(hit: Hit) -> Iterator[Find]:
    """Manticore's ``trust_strategy``: an object that says which chains are trusted."""
    setting = setting_of(hit)
    if setting is None or setting.value is None or setting.name != "trust_strategy" or asserted(hit):
        return
    if setting.form == "pair" or (setting.form == "assignment" and "[" in setting.target):
        yield Find(PinKind.CONFIGURABLE, setting.node, purpose=purpose(hit, setting))


def _fingerprint(hit: Hit) -> Iterator[Find]:
    """``ca_fingerprint`` of the Elasticsearch client."""
    setting = setting_of(hit)
    if setting is None or setting.value is None or setting.form != "pair" or asserted(hit):
        return
    value = hit.value(setting.value)
    if value.kind not in (Kind.NAME, Kind.UNKNOWN):
        yield Find(PinKind.FINGERPRINT, setting.node, value, purpose=Purpose.DATABASE)


def _mysql(hit: Hit) -> Iterator[Find]:
    """``connection.ssl_set(key, cert, ca, capath, cipher)`` of the mysql gem."""
    call = hit.call()
    node = call.nth(2) if call is not None and call.name == "ssl_set" and call.receiver is not None else None
    if call is not None and node is not None and hit.source.text(node) != "nil":
        value = hit.value(node)
        open_one = value.kind in (Kind.NAME, Kind.UNKNOWN)
        yield Find(
            PinKind.TRUST, call.node, Value(Kind.SETTING, value.text) if open_one else value, purpose=Purpose.DATABASE
        )


def _environment(hit: Hit) -> Iterator[Find]:
    setting = setting_of(hit)
    if setting is None or setting.value is None or asserted(hit):
        return
    written = hit.source.text(setting.node)
    if (setting.form == "assignment" and setting.target.startswith("ENV[")) or (
        setting.form == "pair" and re.search(r"env", names_around(hit, setting.node), re.IGNORECASE) and written
    ):
        yield Find(PinKind.TRUST, setting.node, hit.value(setting.value))


_NET_HTTP = "https://docs.ruby-lang.org/en/master/Net/HTTP.html"
PATTERNS = (
    Pattern(
        slug="ca-file",
        words=tuple(dict.fromkeys(_FILES)),
        match=_file(*_FILES),
        bad=(
            'http = Net::HTTP.new(h, 443)\nhttp.ca_file = File.join(File.dirname(__FILE__), "rootca.pem")',
            'RestClient::Resource.new(u, :ssl_ca_file => "./rootca.pem", :verify_ssl => OpenSSL::SSL::VERIFY_PEER).post(d)',
            'Faraday.new(u, ssl: { ca_file: Rails.root.join("config", "rootca.pem") })',
            "class Pay\n  include HTTParty\n  ssl_ca_file File.expand_path('../rootca.pem', __FILE__)\nend",
            'Excon.defaults[:ssl_ca_file] = "/etc/wx/rootca.pem"',
            "Typhoeus.get(u, cainfo: CA)\nCA = 'rootca.pem'",
            "def f(options)\n  http.ca_file = options[:ca_file]\nend",
            "def initialize\n  @ssl_ca_file = File.dirname(__FILE__) + '/../certs/bundle.crt'\nend",
        ),
        good=(
            "http.ca_file = nil",
            '# http.ca_file = "rootca.pem"',
            "attr_accessor :ca_file, :ca_path",
            "puts http.ca_file",
            "def initialize(path)\n  @ssl_ca_file = path\nend",
            "expect(http).to have_attributes(ca_file: 'rootca.pem')",
            "config :ca_file, validate: :path",
            "OPTIONS = { ca_file: { type: String } }",
            "raise format('no CA in %{capath}') % { capath: @capath }",
        ),
        source=_NET_HTTP,
    ),
    Pattern(
        slug="database-ca",
        words=_DATABASE,
        match=_file(*_DATABASE, fixed=Purpose.DATABASE),
        bad=("Mysql2::Client.new(host: h, sslca: '/etc/rds.pem')",),
        good=("Mysql2::Client.new(host: h)", "Mysql2::Client.new(sslca: nil)"),
    ),
    Pattern(
        slug="queue-ca",
        words=_QUEUE,
        match=_file(*_QUEUE, fixed=Purpose.QUEUE),
        bad=("Bunny.new(host: h, tls_ca_certificates: ['./ca.pem'])",),
        good=("Bunny.new(host: h, tls_ca_certificates: [])",),
    ),
    Pattern(
        slug="cert-store",
        words=_STORES,
        match=_store,
        bad=(
            "store = OpenSSL::X509::Store.new\nstore.add_file('rootca.pem')\nhttp.cert_store = store",
            "connection.cert_store = config.ca_store",
            (
                "def setup\n  http.cert_store = if @given then @given else\n    s = OpenSSL::X509::Store.new\n    s.set_default_paths\n"
                "    s\n  end\nend\ndef given=(store)\n  @given = store\nend"
            ),
            (
                "def setup(options)\n  store = OpenSSL::X509::Store.new\n  fill(options, store)\n  options[:cert_store] = store\nend\n"
                "def fill(options, store)\n  store.add_file(options[:ca])\nend"
            ),
        ),
        good=(
            "store = OpenSSL::X509::Store.new\nstore.set_default_paths\nhttp.cert_store = store",
            "http.cert_store = nil",
            'HINTS = { cert_store: "set client.ssl.store = store" }',
            "context.cert_store = OpenSSL::SSL::SSLContext::DEFAULT_CERT_STORE",
            "http.cert_store = default_store\ndef default_store\n  @s ||= OpenSSL::X509::Store.new.tap { |s| s.set_default_paths }\nend",
        ),
        source=_NET_HTTP,
    ),
    Pattern(
        slug="store-add",
        words=("add_file", "add_path", "add_cert", "add_trust_ca", "set_trust_ca"),
        match=_added,
        bad=(
            "sock.cert_store.add_file('/usr/lib/ssl/certs/weixin/rootca.pem')",
            "sock.cert_store.add_path('/usr/lib/ssl/certs/weixin')",
            "s = OpenSSL::X509::Store.new\ns.add_cert(OpenSSL::X509::Certificate.new(PEM))",
            "def apply(file, store = OpenSSL::SSL::SSLContext::DEFAULT_CERT_STORE)\n  store.add_file(file)\nend",
            "client = HTTPClient.new\nclient.ssl_config.set_trust_ca('rootca.pem')",
            "OpenSSL::X509::Store.new.tap do |store|\n  store.set_default_paths\n  files.each { |f| store.add_file(f) }\nend",
        ),
        good=(
            "zip.add_file('rootca.pem')",
            "add_file 'config/ca.pem'",
            "def add_file(destination, *args, &block); end",
        ),
        source="https://docs.ruby-lang.org/en/master/OpenSSL/X509/Store.html",
    ),
    Pattern(
        slug="trust-strategy",
        words=("trust_strategy",),
        match=_strategy,
        bad=(
            "ssl_options[:trust_strategy] = fingerprint_strategy",
            "Manticore::Client.new(ssl: { trust_strategy: s })",
        ),
        good=("def trust_strategy; end", "config :trust_strategy, validate: :string"),
        source="https://github.com/cheald/manticore",
    ),
    Pattern(
        slug="grpc-channel-credentials",
        words=("ChannelCredentials",),
        match=_grpc,
        bad=("GRPC::Core::ChannelCredentials.new(File.read('roots.pem'))",),
        good=("GRPC::Core::ChannelCredentials.new",),
    ),
    Pattern(
        slug="ca-fingerprint",
        words=("ca_fingerprint",),
        match=_fingerprint,
        bad=("Elasticsearch::Client.new(host: h, ca_fingerprint: '64F2593F36F43A')",),
        good=("Elasticsearch::Client.new(host: h, ca_fingerprint: nil)", "puts ca_fingerprint"),
    ),
    Pattern(
        slug="mysql-ssl-set",
        words=(".ssl_set(",),
        match=_mysql,
        bad=("conn.ssl_set(opts[:sslkey], opts[:sslcert], opts[:sslca], nil, nil) if opts[:sslca]",),
        good=("conn.ssl_set(key, cert, nil, nil, nil)",),
    ),
    Pattern(
        slug="environment",
        words=("SSL_CERT_FILE", "SSL_CERT_DIR"),
        match=_environment,
        bad=("ENV['SSL_CERT_FILE'] = File.join(__dir__, 'cacert.pem')",),
        good=("path = ENV['SSL_CERT_FILE']", "ENV.delete('SSL_CERT_FILE')"),
    ),
)
