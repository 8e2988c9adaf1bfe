"""Lua: LuaSec, lua-resty-http and OpenResty's sockets, Lua-cURL, luaossl. Sources: their documentation."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.evaluate import value_of
from wxcertcheck.scan.hit import Hit, Setting
from wxcertcheck.scan.language import Carries, Find, Grammar, Language, Matcher, Pattern
from wxcertcheck.scan.matchers import switches, trusts
from wxcertcheck.scan.source import Call, Source
from wxcertcheck.scan.telling import means_ca, switched_off_by
from wxcertcheck.scan.values import RESOURCE, Kind, Value, choice

if TYPE_CHECKING:
    from tree_sitter import Node

GRAMMAR = Grammar(
    module="tree_sitter_lua",
    strings=frozenset({"string"}),
    calls=frozenset({"function_call"}),
    arguments=frozenset({"arguments"}),
    pairs={"field": ("name", "value")},
    assignments={"assignment_statement": ("", "")},
    members=frozenset({"dot_index_expression"}),
    subscripts=frozenset({"bracket_index_expression"}),
    functions=frozenset({"function_declaration", "function_definition"}),
    parameters=frozenset({"parameters"}),
    statements=frozenset({"variable_declaration", "assignment_statement", "return_statement"}),
    returns=frozenset({"return_statement"}),
    transparent=frozenset({"parenthesized_expression", "expression_list"}),
    binary=frozenset({"binary_expression"}),
    concat=frozenset({".."}),
    either=frozenset({"or"}),
    conditional=frozenset(),
)
CARRIERS = {
    **dict.fromkeys(
        ("io.open", "tostring", "ngx.decode_base64", "cjson.decode", "x509.new", "assert"), Carries.ARGUMENT
    ),
    **dict.fromkeys(("read_file", "readfile", "file.read", "pl_file.read", "string.gsub"), Carries.ARGUMENT),
    **dict.fromkeys(("read", "gsub", "lower"), Carries.RECEIVER),
    **dict.fromkeys(("path.join", "pl_path.join"), Carries.JOIN),
    "os.getenv": Carries.ENVIRONMENT,
}


def _evaluate(source: Source, node: "Node", depth: int) -> Value | None:
    """``[[long strings]]``, ``a and b``, ``{ x }``, ``ngx.config.prefix() .. path``."""
    if node.type == "string":
        content = next((c for c in node.named_children if c.type == "string_content"), None)
        written = source.text(node)
        if written.startswith("["):
            from wxcertcheck.scan.values import text

            return text(source.text(content).lstrip("\n") if content is not None else "")
        return None
    if node.type == "binary_expression" and len(node.children) > 2 and source.text(node.children[1]) == "and":
        return value_of(source, node.named_children[-1], depth + 1)
    if node.type == "table_constructor":
        items = [c.child_by_field_name("value") for c in node.named_children if c.child_by_field_name("name") is None]
        return choice(value_of(source, item, depth + 1) for item in items[:20] if item is not None) if items else None
    if node.type == "function_call" and source.text(node).replace(" ", "") == "ngx.config.prefix()":
        from wxcertcheck.scan.values import text

        return text("").on_base(RESOURCE)
    return None


def _siblings(hit: Hit, node: "Node") -> dict[str, str]:
    """The other fields of the table: name -> value as written."""
    table, source = node.parent, hit.source
    fields: dict[str, str] = {}
    for child in table.named_children if table is not None and table.type == "table_constructor" else ():
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if name is not None and value is not None:
            fields[source.text(name).strip("\"'")] = source.text(value).strip("\"'")
    return fields


def _client(hit: Hit, setting: Setting) -> bool:
    """Not a server's context (``mode = "server"``), a schema's field, or a test's expectation."""
    if setting.value is None or setting.value.type in ("table_constructor", "function_definition"):
        return False
    if setting.form == "assignment" and not re.search(r"[.\[]", setting.target):
        return False
    if _siblings(hit, setting.node).get("mode") == "server":
        return False
    call = hit.call_around()
    return call is None or not re.match(r"assert\.|assert_|describe|it$|luaunit|lu\.", call.dotted)


def _luasec(hit: Hit, setting: Setting) -> bool:
    """``verify = "none"`` of LuaSec: beside its other settings, or in a file that loads it."""
    fields = _siblings(hit, setting.node)
    known = {"mode", "protocol", "cafile", "capath", "certificate", "options"} & set(fields)
    loads = re.search(rb"""require\s*\(?\s*["'](?:ssl|ssl\.https)["']""", hit.source.data) is not None
    return _client(hit, setting) and (bool(known) or loads)


def _verify_switch(*names: str) -> Matcher:
    """``ssl_verify = false`` and kin; what a setting decides is configurable, also behind ``==`` and ``~=``."""
    plain = switches(*names, off=frozenset({"false", "0", "no"}), forms=("pair", "assignment"), when=_client)

    def match(hit: Hit) -> Iterator[Find]:
        for find in plain(hit):
            compared = find.value is not None and find.value.kind in (Kind.UNKNOWN, Kind.NAME)
            setting = hit.setting()
            given = hit.source.text(setting.value) if setting is not None and setting.value is not None else ""
            compared = compared or re.fullmatch(r"\w+(?:\.\w+)*\[[^\]]+\]", given) is not None
            yield replace(find, kind=PinKind.CONFIGURABLE) if compared else find

    return match


def _handshake(hit: Hit) -> Iterator[Find]:
    """``sock:sslhandshake(session, name, verify)``: the third argument says whether the server is verified."""
    call = hit.call()
    if call is not None and call.name in ("set_ssl_verify", "ssl_verify") and call.nth(0) is not None:
        yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(call.nth(0)), off=frozenset({"false"}))
    if call is None or call.name not in ("sslhandshake", "ssl_handshake", "tls_handshake") or call.nth(2) is None:
        return
    value = hit.value(call.nth(2))
    if value.kind is Kind.NAME and "." in value.text:  # ``self.config.ssl_verify``: what its holder was given
        value = Value(Kind.SETTING, value.text)
    yield Find(PinKind.VERIFICATION_OFF, call.node, value, off=frozenset({"false"}))


def _option(call: Call, source: Source, *names: str) -> "Node | None":
    """The value in ``c:setopt(curl.OPT_X, value)`` or ``c:setopt_x(value)``."""
    if call.name in ("setopt", "setopt_str") and len(call.arguments) > 1:
        key = source.text(call.arguments[0].node).rpartition(".")[2]
        return call.arguments[1].node if key.removeprefix("CURL").removeprefix("OPT_") in names else None
    if call.name.removeprefix("setopt_").upper() in names and call.arguments:
        return call.arguments[0].node
    return None


def _curl(*names: str, off: frozenset[str] = frozenset()) -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        call = hit.call_around() or hit.call()
        node = _option(call, hit.source, *names) if call is not None else None
        if call is None or node is None:
            return
        if off:
            yield Find(PinKind.VERIFICATION_OFF, call.node, hit.value(node), off=off)
        else:
            yield Find(PinKind.TRUST, call.node, hit.value(node))

    return match


def _set_verify(hit: Hit) -> Iterator[Find]:
    """luaossl: ``ctx:setVerify(ctx.VERIFY_NONE)``."""
    call = hit.call()
    if call is not None and call.name == "setVerify" and "VERIFY_NONE" in hit.source.text(call.node):
        yield Find(PinKind.VERIFICATION_OFF, call.node)


def _named_ca(hit: Hit) -> Iterator[Find]:
    """A CA file under a telling name: ``tls_ca_cert = conf.ca``; ``tls.set_upstream_ca_cert(store)``."""
    if hit.name in _FILES or not means_ca(hit.name):
        return
    setting, call = hit.setting(), hit.call()
    if (
        call is not None
        and call.name == hit.name
        and hit.name.startswith(("set", "use", "load"))
        and call.nth(0) is not None
    ):
        value = hit.value(call.nth(0))
        kind = PinKind.CONFIGURABLE if value.kind in (Kind.NAME, Kind.UNKNOWN) else PinKind.TRUST
        yield Find(kind, call.node, value)
    elif (
        setting is not None
        and setting.value is not None
        and setting.form in ("pair", "assignment")
        and _client(hit, setting)
    ):
        value = hit.value(setting.value)
        if value.kind in (Kind.NAME, Kind.UNKNOWN):
            if not re.fullmatch(r"\w+(?:\.\w+)+", hit.source.text(setting.value)):
                return  # certificates read before, which some other place reads
            value = Value(Kind.SETTING, value.text)
        if value.kind is not Kind.TEXT or re.search(r"-----BEGIN|[/\\]|\.(?:pem|crt|cer|ca)$", value.text):
            yield Find(PinKind.TRUST, setting.node, value)


_TLS_TABLE = re.compile(r"(?i)(?:ssl|tls|https)(?:_?(?:opts|options|params|config))?$")


def _nested_verify(hit: Hit) -> Iterator[Find]:
    """``ssl = { verify = false }``: of a table under a key called ssl or tls; what else decides is configurable."""
    setting, source = hit.setting(), hit.source
    if (
        setting is None
        or setting.value is None
        or setting.form != "pair"
        or hit.name != "verify"
        or not _client(hit, setting)
    ):
        return
    table = setting.node.parent
    around = source.around(table, frozenset({"field"})) if table is not None else None
    key, value = source.pair(around) if around is not None else (None, None)
    if key is None or value is None or table is None or value.id != table.id or not _TLS_TABLE.search(source.text(key)):
        return
    given = hit.value(setting.value)
    decided = given.kind in (Kind.NAME, Kind.UNKNOWN) and source.text(setting.value) not in ('"peer"', "'peer'")
    yield Find(
        PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, setting.node, given, off=frozenset({"false"})
    )


def _named_switch(hit: Hit) -> Iterator[Find]:
    """A switch under a telling name: ``tls_skip_verify = true``, ``verify_server_cert = conf.verify``."""
    setting, off = hit.setting(), switched_off_by(hit.name)
    if not off or hit.name in _SWITCHES or setting is None or setting.value is None or not _client(hit, setting):
        return
    if setting.form not in ("pair", "assignment"):
        return
    value = hit.value(setting.value)
    decided = (
        value.kind in (Kind.NAME, Kind.UNKNOWN) and re.fullmatch(r"[\w.]+", hit.source.text(setting.value)) is not None
    )
    yield Find(PinKind.CONFIGURABLE if decided else PinKind.VERIFICATION_OFF, setting.node, value, off=frozenset({off}))


_FILES = ("cafile", "capath", "ca_file", "ca_path", "cainfo", "ssl_ca")
_SWITCHES = ("ssl_verify", "ssl_verifypeer", "ssl_verifyhost", "tls_verify")

LANGUAGE = Language(
    name="lua",
    title="Lua",
    endings=(".lua", ".rockspec", ".nse", ".luau"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    line_comments=("--",),
    evaluate=_evaluate,
    patterns=(
        Pattern(
            slug="ca-file",
            words=("cafile", "capath", "ca_file", "ca_path", "cainfo"),
            match=trusts(
                "cafile", "capath", "ca_file", "ca_path", "cainfo", forms=("pair", "assignment"), when=_client
            ),
            bad=(
                'ssl.wrap(c, { mode = "client", verify = "peer", cafile = "rootca.pem" })',
                'params.cafile = os.getenv("WX_CA") or "rootca.pem"',
            ),
            good=(
                'ssl.wrap(c, { mode = "server", cafile = "clients.pem" })',
                '-- cafile = "rootca.pem"',
                'local cafile = "x.pem"',
            ),
            source="https://github.com/lunarmodules/luasec/wiki",
        ),
        Pattern(
            slug="verify-none",
            words=("verify",),
            match=switches("verify", off=frozenset({"none"}), forms=("pair", "assignment"), when=_luasec),
            bad=('https.request{ url = u, protocol = "any", verify = "none" }',),
            good=('f{ verify = "none" }', 'ssl.wrap(c, { mode = "client", verify = "peer" })'),
        ),
        Pattern(
            slug="ssl-verify-off",
            words=("ssl_verify", "ssl_verifypeer", "ssl_verifyhost", "tls_verify"),
            match=_verify_switch("ssl_verify", "ssl_verifypeer", "ssl_verifyhost", "tls_verify"),
            bad=(
                'httpc:request_uri("https://a", { method = "POST", ssl_verify = false })',
                "o = { ssl_verify = verify == true }",
                'if conf["V"] == "false" then conf["V"] = false else conf["V"] = true end\nr(u, { ssl_verify = conf["V"] })',
            ),
            good=(
                'httpc:request_uri("https://a", { ssl_verify = true })',
                'return { ssl_verify = { type = "boolean", default = false } }',
            ),
            source="https://github.com/ledgetech/lua-resty-http#request_uri",
        ),
        Pattern(
            slug="handshake-unverified",
            words=("sslhandshake", "ssl_handshake", "tls_handshake", "set_ssl_verify"),
            match=_handshake,
            bad=(
                "sock:sslhandshake(nil, host, false)",
                "client:set_ssl_verify(false)",
                "function _M.connect(self) return sock:sslhandshake(false, self.host, self.config.ssl_verify) end",
            ),
            good=("sock:sslhandshake(nil, host, true)", "httpc:ssl_handshake(nil, host, verify)"),
            source="https://github.com/openresty/lua-nginx-module#tcpsocksslhandshake",
        ),
        Pattern(
            slug="curl-ca",
            words=("CAINFO", "CAPATH", "setopt_cainfo", "setopt_capath"),
            match=_curl("CAINFO", "CAPATH"),
            bad=('c:setopt(curl.OPT_CAINFO, "rootca.pem")', 'c:setopt_cainfo("rootca.pem")'),
            good=('print(curl.OPT_CAINFO, "x")',),
        ),
        Pattern(
            slug="curl-verify-off",
            words=("SSL_VERIFYPEER", "SSL_VERIFYHOST", "setopt_ssl_verifypeer", "setopt_ssl_verifyhost"),
            match=_curl("SSL_VERIFYPEER", "SSL_VERIFYHOST", off=frozenset({"false", "0"})),
            bad=("c:setopt(curl.OPT_SSL_VERIFYPEER, 0)", "c:setopt_ssl_verifypeer(false)"),
            good=("c:setopt(curl.OPT_SSL_VERIFYPEER, 1)",),
        ),
        Pattern(
            slug="context-verify-none",
            words=("setVerify",),
            match=_set_verify,
            bad=("ctx:setVerify(ctx.VERIFY_NONE)",),
            good=("ctx:setVerify(ctx.VERIFY_PEER)",),
        ),
        Pattern(
            slug="named-ca",
            words=(
                "ca_cert",
                "cacert",
                "tls_ca",
                "root_ca",
                "ca_bundle",
                "_cafile",
                "_ca_file",
                "_ca_path",
                "truststore",
                "trusted_ca",
                "trusted_cert",
                "ca_pem",
            ),
            match=_named_ca,
            bad=(
                "local ok = tls.set_upstream_ca_cert(context.store)",
                'client:connect({ tls_ca = "/etc/ca.pem" })',
                "etcd_conf.trusted_ca = conf.ssl.ssl_trusted_certificate",
                "function M.new(conf) return kafka:new({ kafka_ca_file = conf.ca }) end",
            ),
            good=(
                "local ca_cert = conf.ca",
                "for i, c in ipairs(t) do cacerts[i] = c end",
                'return { tls_ca = { type = "string" } }',
                'local fields = { tls_ca = "string" }',
                "function _M.set_upstream_ca_cert(store) end",
            ),
        ),
        Pattern(
            slug="nested-verify",
            words=("verify",),
            match=_nested_verify,
            bad=("f({ ssl = { verify = false } })", "f({ ssl = { verify = env.enabled('VERIFY') } })"),
            good=(
                "f({ ssl = { verify = true } })",
                'f({ ssl = { verify = "peer" } })',
                "f({ jwt = { verify = false } })",
            ),
        ),
        Pattern(
            slug="named-switch",
            words=(
                "skip_verify",
                "verify_server",
                "verify_ssl",
                "verify_cert",
                "verify_tls",
                "insecure",
                "ssl_verif",
                "tls_verif",
            ),
            match=_named_switch,
            bad=("f({ tls_skip_verify = true })", "f({ verify_server_cert = conf.verify })"),
            good=(
                "f({ tls_skip_verify = false })",
                "local verify_ssl = false",
                'f({ verify_ssl = { type = "boolean" } })',
            ),
        ),
        Pattern(
            slug="database-ca",
            words=("ssl_ca",),
            match=trusts("ssl_ca", forms=("pair", "assignment"), when=_client, purpose=Purpose.DATABASE),
            bad=('mysql.connect({ host = "db", ssl_ca = "ca.pem" })',),
            good=('mysql.connect({ host = "db" })',),
        ),
    ),
)
