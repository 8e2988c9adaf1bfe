"""Perl: LWP, IO::Socket::SSL, HTTP::Tiny, Mojo::UserAgent, WWW::Curl, DBI, Net::LDAP. Sources: their POD on metacpan.org.

Perl has no syntax for an option: ``name => value`` is a list. An option's value is what follows its name.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wxcertcheck.model import PinKind, Purpose
from wxcertcheck.scan.evaluate import FILE, lookup, value_of
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Carries, Change, Find, Grammar, Language, Matcher, Pattern
from wxcertcheck.scan.source import Argument, Call, Source
from wxcertcheck.scan.telling import means_ca, switched_off_by
from wxcertcheck.scan.values import SOURCE, Kind, Value, join, text

if TYPE_CHECKING:
    from tree_sitter import Node

_CALLS = frozenset({"method_call_expression", "function_call_expression", "ambiguous_function_call_expression"})
GRAMMAR = Grammar(
    module="tree_sitter_perl",
    names=frozenset({"scalar", "bareword"}),
    strings=frozenset({"string_literal", "interpolated_string_literal"}),
    calls=_CALLS | {"func1op_call_expression"},
    arguments=frozenset({"list_expression"}),
    assignments={"assignment_expression": ("left", "right")},
    subscripts=frozenset({"hash_element_expression"}),
    functions=frozenset({"subroutine_declaration_statement", "anonymous_subroutine_expression"}),
    parameters=frozenset({"signature"}),
    statements=frozenset({"expression_statement"}),
    returns=frozenset({"return_expression"}),
    transparent=frozenset({"parenthesized_expression", "refgen_expression", "anonymous_array_expression"}),
    binary=frozenset({"binary_expression"}),
    concat=frozenset({"."}),
    either=frozenset({"||", "//", "or"}),
    conditional=frozenset({"conditional_expression"}),
    null=frozenset({"undef"}),
)
CARRIERS = {
    **dict.fromkeys(("catfile", "catdir", "path"), Carries.JOIN),
    **dict.fromkeys(("rel2abs", "abs_path", "realpath", "canonpath", "read_file", "slurp"), Carries.ARGUMENT),
    "dirname": Carries.DIRECTORY,
    **dict.fromkeys(("Mozilla.CA.SSL_ca_file", "default_ca"), Carries.SYSTEM),
}
_HERE = Value(Kind.TEXT, ".", base=SOURCE)


def _call(source: Source, node: "Node") -> Call | None:
    """Calls: the method or function, the invocant, and the list in the parentheses."""
    if node.type not in GRAMMAR.calls:
        return None
    name = node.child_by_field_name("method") or node.child_by_field_name("function")
    if name is None:
        return None
    listed = node.child_by_field_name("arguments")
    children = [] if listed is None else listed.named_children if listed.type == "list_expression" else [listed]
    arguments = tuple(Argument("", c, c) for c in children if "comment" not in c.type)
    receiver = node.child_by_field_name("invocant")
    callee = source.data[node.start_byte : name.end_byte].decode("utf-8", "replace")
    return Call(node, callee, source.text(name).rpartition("::")[2], receiver, arguments)


def _evaluate(source: Source, node: "Node", depth: int) -> Value | None:
    kind, written = node.type, source.text(node) if node.end_byte - node.start_byte < 200 else ""
    if "__FILE__" in written and written.strip("()") == "__FILE__":
        return Value(Kind.TEXT, FILE)
    if kind in ("interpolated_string_literal", "string_literal"):
        return _string(source, node, depth)
    if kind == "heredoc_token":
        body = next((b for b in source.nodes({"heredoc_content"}) if b.start_byte >= node.end_byte), None)
        return text(source.text(body).rpartition("\n")[0]) if body is not None else text("")
    if kind == "scalar":
        if re.fullmatch(r"\$(?:FindBin::)?(?:Real)?Bin", written):
            return _HERE
        if written == "$0":
            return Value(Kind.TEXT, FILE)
        return _read_only(source, written, depth) or lookup(source, written, node, depth)
    if kind == "hash_element_expression":
        return _element(source, node, depth)
    if kind == "bareword" or (kind == "function_call_expression" and "(" not in written):
        return _constant(source, written, depth)
    if written in ("shift", "@_", "$_[0]", "$_[1]") or kind == "array_element_expression":
        return Value(Kind.PARAMETER, written)
    return None


def _string(source: Source, node: "Node", depth: int) -> Value:
    content = node.child_by_field_name("content")
    if content is None:
        return text("")
    parts, at = [], content.start_byte
    for child in content.named_children if node.type == "interpolated_string_literal" else ():
        parts.append(text(_plain(source.data[at : child.start_byte])))
        parts.append(
            value_of(source, child, depth + 1) if child.type != "escape_sequence" else text(_escape(source.text(child)))
        )
        at = child.end_byte
    return join([*parts, text(_plain(source.data[at : content.end_byte]))])


def _plain(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _escape(written: str) -> str:
    return {"\\n": "\n", "\\t": "\t", "\\r": "\r"}.get(written, written[-1:])


def _element(source: Source, node: "Node", depth: int) -> Value | None:
    """``$ENV{X}``, ``$self->{ca}`` as assigned in this file, ``$args{ca}`` of the caller."""
    key = node.child_by_field_name("key")
    if key is None:
        return None
    name, written = source.text(key).strip("\"'"), source.text(node)
    if written.startswith("$ENV{"):
        return Value(Kind.ENVIRONMENT, name)
    assigned = [
        d for d in source.definitions.get(name, ()) if d.target == written and d.node.start_byte < node.start_byte
    ]
    if assigned:
        return value_of(source, assigned[-1].value, depth + 1)
    holder = re.match(r"\$(\w+)", written)
    for definition in source.definitions.get(holder.group(1), ()) if holder else ():
        given = _in_list(source, definition.value, name)
        if given is not None:
            return value_of(source, given, depth + 1)
    return Value(Kind.SETTING, name)


def _in_list(source: Source, node: "Node", name: str) -> "Node | None":
    """The value under ``name`` in ``(a => 1, b => 2)``."""
    lists = [node] if node.type == "list_expression" else source.nodes({"list_expression"}, node)[:1]
    children = [c for c in lists[0].named_children if "comment" not in c.type] if lists else []
    for number, child in enumerate(children[:-1]):
        if source.text(child).strip("\"'") == name:
            return children[number + 1]
    return None


def _constant(source: Source, written: str, depth: int) -> Value | None:
    """``use constant CA => "x";`` and ``use constant { CA => "x" };``."""
    for statement in source.nodes({"use_statement"}):
        if "constant" in source.text(statement)[:16]:
            given = _in_list(source, statement, written)
            if given is not None:
                return value_of(source, given, depth + 1)
    return None


def _read_only(source: Source, written: str, depth: int) -> Value | None:
    """``Readonly my $X => "x";``."""
    if b"Readonly" not in source.data:
        return None
    for call in source.calls("Readonly")[:200]:
        for node in source.nodes({"list_expression"}, call.node)[:1]:
            children = [c for c in node.named_children if "comment" not in c.type]
            if (
                len(children) == 2
                and source.text(children[0]).removeprefix("my ").removeprefix("our ").strip() == written
            ):
                return value_of(source, children[1], depth + 1)
    return None


# --- options --------------------------------------------------------------------------------------------------------------


def _given(hit: Hit) -> "tuple[str, Node, Node] | None":
    """The option at the hit: its name, the value's node, and the node to report."""
    source, node = hit.source, hit.node
    if node.type == "string_content" and node.parent is not None:
        node = node.parent
    name, parent = source.text(node).strip("\"'"), node.parent
    if parent is None:
        return None
    if (
        parent.type in GRAMMAR.calls and source.text(parent) == f"{name}()"
    ):  # a constant before a fat comma: ``NAME() => 0``
        node, parent = parent, parent.parent
        if parent is None:
            return None
    if parent.type == "hash_element_expression" and parent.parent is not None:
        outer = parent.parent if parent.parent.type != "localization_expression" else parent.parent.parent
        left = outer.child_by_field_name("left") if outer is not None else None
        right = (
            outer.child_by_field_name("right") if outer is not None and outer.type == "assignment_expression" else None
        )
        if right is not None and left is not None and left.start_byte <= node.start_byte < left.end_byte:
            return name, right, outer or node
        return None
    if parent.type == "list_expression":
        after = node.next_named_sibling
        while after is not None and "comment" in after.type:
            after = after.next_named_sibling
        return (name, after, node) if after is not None and _is_key(source, node) else None
    if node.type == "method":
        call = _call(source, parent)
        return (name, call.arguments[0].node, parent) if call is not None and len(call.arguments) == 1 else None
    return None


def _is_key(source: Source, node: "Node") -> bool:
    """Whether a fat comma follows, or a comma where a constant of curl stands first."""
    after = source.data[node.end_byte : node.end_byte + 20].lstrip()
    constant = node.type == "bareword" or node.type in GRAMMAR.calls
    return after.startswith(b"=>") or (constant and after.startswith(b","))


def _is_server(hit: Hit) -> bool:
    around = hit.source.around(hit.node, frozenset({"list_expression"}))
    written = hit.source.text(around)[:2000] if around is not None else ""
    if re.search(r"\bListen\s*=>|SSL_server\s*=>\s*1|\bDaemon\b", written):
        return True
    call = hit.call_around()
    return call is not None and (call.name in ("server", "listen") or "Server" in call.callee)


_NO_PLACE = frozenset({"anonymous_hash_expression", "anonymous_subroutine_expression"})


def _trusts(*names: str, purpose: Purpose = Purpose.HTTPS, needs: str = "") -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        given = _given(hit)
        if given is None or given[0] not in names or _is_server(hit):
            return
        if given[1].type in _NO_PLACE:
            return  # a table that describes the option
        if not needs or re.search(needs.encode(), hit.source.data):
            repair = _left_out(hit.source, given[2], given[1]) if purpose is Purpose.HTTPS else ()
            yield Find(PinKind.TRUST, given[2], hit.value(given[1]), purpose=purpose, repair=repair)

    return match


def _off(off: frozenset[str], *names: str, purpose: Purpose = Purpose.HTTPS, needs: str = "") -> Matcher:
    def match(hit: Hit) -> Iterator[Find]:
        given = _given(hit)
        if given is None or given[0] not in names or _is_server(hit):
            return
        if needs and not re.search(needs.encode(), hit.source.data):
            return
        written = hit.source.text(given[1])
        value = (
            Value(Kind.NAME, written.rpartition("::")[2].removesuffix("()"))
            if "SSL_VERIFY" in written[:60] and not written.startswith("$")
            else hit.value(given[1])
        )
        if re.search(r"SSL_VERIFY_NONE\s*\(\s*\)$", value.text):
            value = Value(Kind.NAME, "SSL_VERIFY_NONE")
        value = Value(Kind.NUMBER, written) if written in off or re.fullmatch(r"0x[0-9a-f]+", written) else value
        handed_on = value.kind in (Kind.UNKNOWN, Kind.NAME) and "VERIFY_" not in value.text
        kind = PinKind.CONFIGURABLE if handed_on else PinKind.VERIFICATION_OFF
        yield Find(kind, given[2], value, purpose=purpose, off=off, repair=_turned(hit.source, given[1]))

    return match


def _without_verification(hit: Hit) -> Iterator[Find]:
    """Net::SSL does not verify; a class that is chosen elsewhere is nothing to look at."""
    off = frozenset({"Net::SSL"})
    for find in _off(off, "PERL_NET_HTTPS_SSL_SOCKET_CLASS")(hit):
        if find.kind is PinKind.VERIFICATION_OFF and find.value is not None and find.value.text in off:
            yield find


def _left_out(source: Source, key: "Node", value: "Node") -> tuple[Change, ...]:
    """A list without ``key => value``; () of anything else."""
    if (
        key.parent is None
        or key.parent.type != "list_expression"
        or b"=>" not in source.data[key.end_byte : value.start_byte]
    ):
        return ()
    after, before = value.next_named_sibling, key.prev_named_sibling
    if after is not None:
        return (Change(key.start_byte, after.start_byte),)
    return (Change(before.end_byte if before is not None else key.start_byte, value.end_byte),)


def _turned(source: Source, value: "Node") -> tuple[Change, ...]:
    """The value that switches verification on, in place of the one that switches it off."""
    written = source.text(value)
    if re.fullmatch(r"0|0x0+|'0'|\"0\"|''|\"\"", written):
        return (Change(value.start_byte, value.end_byte, "1"),)
    at = written.find("SSL_VERIFY_NONE")
    start = value.start_byte + at
    return (Change(start, start + len("SSL_VERIFY_NONE"), "SSL_VERIFY_PEER"),) if at >= 0 and written.isascii() else ()


def _callback(hit: Hit) -> Iterator[Find]:
    """``SSL_verify_callback => sub { 1 }`` accepts everything."""
    given = _given(hit)
    if given is None or given[0] != "SSL_verify_callback" or given[1].type != "anonymous_subroutine_expression":
        return
    body = re.sub(r"^sub\s*\{|\}$|return|;|\s", "", hit.source.text(given[1]))
    if body in ("1", "!!1"):
        yield Find(PinKind.VERIFICATION_OFF, given[2], repair=_left_out(hit.source, given[2], given[1]))


def _fingerprint(hit: Hit) -> Iterator[Find]:
    given = _given(hit)
    if given is not None and given[0] == "SSL_fingerprint":
        yield Find(PinKind.FINGERPRINT, given[2], hit.value(given[1]))


def _socket_defaults(hit: Hit) -> Iterator[Find]:
    """``IO::Socket::SSL::set_ctx_defaults(ca_file => $file, verify_mode => 0)``: names without their prefix too."""
    call = hit.call()
    if call is None or call.name not in hit.name or "IO::Socket::SSL" not in call.callee:
        return
    source = hit.source
    for node in source.nodes({"list_expression"}, call.node)[:1]:
        children = [c for c in node.named_children if "comment" not in c.type]
        for key, value in zip(children[::2], children[1::2], strict=False):
            name = source.text(key).strip("\"'").removeprefix("SSL_").removeprefix("ssl_")
            if source.text(key).startswith("SSL_"):
                continue  # a pattern of its own
            if name in ("ca_file", "ca_path", "ca"):
                yield Find(PinKind.TRUST, call.node, hit.value(value))
            elif name == "fingerprint":
                yield Find(PinKind.FINGERPRINT, call.node, hit.value(value))
            elif name == "verify_mode" and re.search(r"VERIFY_NONE|^0(?:x0+)?$", source.text(value)):
                yield Find(PinKind.VERIFICATION_OFF, call.node)


def _ssleay(hit: Hit) -> Iterator[Find]:
    """``Net::SSLeay::CTX_load_verify_locations($ctx, $file, $folder)``, ``CTX_set_verify($ctx, VERIFY_NONE, …)``."""
    call = hit.call()
    data = hit.source.data
    serves = b"SSLeay::accept" in data or (b"accept" in data and b"SSLeay::connect" not in data)
    if call is None or call.nth(1) is None or (serves and b"SSLeay::connect" not in data):
        return
    if call.name == "CTX_load_verify_locations":
        values = [hit.value(a.node) for a in call.arguments[1:3]]
        given = [value for value in values if not (value.kind is Kind.TEXT and not value.text)]
        if given:
            yield Find(PinKind.TRUST, call.node, given[0])
    elif call.name in ("CTX_set_verify", "set_verify") and "VERIFY_NONE" in hit.source.text(call.arguments[1].node):
        chosen = "?" in hit.source.text(call.arguments[1].node)
        yield Find(PinKind.CONFIGURABLE if chosen else PinKind.VERIFICATION_OFF, call.node)


def _named_ca(hit: Hit) -> Iterator[Find]:
    """A CA file under a telling name: ``tls_ca_file => $conf->{ca}``, ``$opts{ca_cert} = …``."""
    given = _given(hit)
    if given is None or given[0] in _KNOWN or not means_ca(given[0]) or _is_server(hit) or given[1].type in _NO_PLACE:
        return
    call, value = hit.call_around(), hit.value(given[1])
    if (
        _kept(hit)
        or (call is not None and _DESCRIBES.search(call.name))
        or not re.search(rb"\b(?:https?|SSL|TLS|LWP|ssl|tls)\b", hit.source.data)
    ):
        return
    if value.kind is Kind.TEXT and not re.search(r"-----BEGIN|[/\\]|\.(?:pem|crt|cer|ca|bundle)$", value.text):
        return
    if value.kind not in (Kind.UNKNOWN, Kind.NAME, Kind.NUMBER):
        yield Find(PinKind.TRUST, given[2], value)


def _kept(hit: Hit) -> bool:
    """Whether an object merely keeps it: ``my $self = { ca_file => … };``, ``bless { … }, $class``, ``$self->{ca_file} = …``."""
    around = hit.source.around(hit.node, frozenset({"assignment_expression"}))
    if around is not None and re.match(r"(?:my\s+)?\$(?:self|this|class)\b", hit.source.text(around)[:40]):
        return True
    call = hit.call_around()
    return call is not None and call.name == "bless"


def _named_switch(hit: Hit) -> Iterator[Find]:
    """A switch under a telling name: ``ssl_verify => 0``, ``insecure_ssl => 1``."""
    given = _given(hit)
    off = switched_off_by(given[0]) if given is not None else ""
    if given is None or not off or given[0] in _KNOWN or _is_server(hit) or given[1].type in _NO_PLACE:
        return
    call, value = hit.call_around(), hit.value(given[1])
    if (
        (call is None or not _DESCRIBES.search(call.name))
        and not _kept(hit)
        and value.kind not in (Kind.UNKNOWN, Kind.NAME)
    ):
        offs = frozenset({off, "0" if off == "false" else "1"})
        yield Find(PinKind.VERIFICATION_OFF, given[2], value, off=offs)


_DESCRIBES = re.compile(
    r"^(?:GetOptions|has|print\w*|say|log\w*|warn|die|croak|confess|Dumper|is|ok|is_deeply|param|option|describe_options)$"
)
_KNOWN = frozenset({
    *("SSL_ca_file", "SSL_ca_path", "SSL_ca", "ssl_ca_file", "ssl_ca_path", "verify_hostname", "verify_SSL", "tls_ca", "ca"),
    *("SSL_verify_mode", "SSL_verifycn_scheme", "mysql_ssl_ca_file", "mysql_ssl_ca_path", "sslrootcert", "insecure", "SSL_CERT_FILE"),
})  # fmt: skip
"""Names with a pattern of their own."""
_FALSE = frozenset({"0", "", "false", "null"})
_NONE = frozenset({"0", "0x00", "0x0", "SSL_VERIFY_NONE", "none"})
_CA = ("SSL_ca_file", "SSL_ca_path", "SSL_ca", "ssl_ca_file", "ssl_ca_path")
_ENVIRONMENT = (
    "HTTPS_CA_FILE",
    "HTTPS_CA_DIR",
    "PERL_LWP_SSL_CA_FILE",
    "PERL_LWP_SSL_CA_PATH",
    "SSL_CERT_FILE",
    "MOJO_CA_FILE",
)
_MOJO = r"Mojo"

LANGUAGE = Language(
    name="perl",
    title="Perl",
    endings=(".pl", ".pm", ".t", ".cgi", ".psgi", ".plx"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    line_comments=("#",),
    evaluate=_evaluate,
    call=_call,
    patterns=(
        Pattern(
            slug="ca-file",
            words=_CA,
            match=_trusts(*_CA),
            bad=(
                'LWP::UserAgent->new(ssl_opts => { SSL_ca_file => "rootca.pem" });',
                "$ua->ssl_opts(SSL_ca_file => dirname(__FILE__) . '/rootca.pem');",
                "$ssl->{SSL_ca_path} = '/etc/wx/certs';",
            ),
            good=(
                "LWP::UserAgent->new(ssl_opts => { SSL_ca_file => Mozilla::CA::SSL_ca_file() });",
                "IO::Socket::SSL->new(Listen => 5, SSL_ca_file => 'clients.pem');",
                "# SSL_ca_file => 'rootca.pem'",
            ),
            source="https://metacpan.org/pod/LWP::UserAgent#ssl_opts",
        ),
        Pattern(
            slug="verify-hostname-off",
            words=("verify_hostname", "verify_SSL"),
            match=_off(_FALSE, "verify_hostname", "verify_SSL"),
            bad=("$ua->ssl_opts(verify_hostname => 0);", "HTTP::Tiny->new(verify_SSL => 0);"),
            good=("$ua->ssl_opts(verify_hostname => 1);", "$socket->verify_hostname($host, 'http') or die;"),
        ),
        Pattern(
            slug="verify-none",
            words=("SSL_verify_mode", "SSL_verifycn_scheme"),
            match=_off(_NONE, "SSL_verify_mode", "SSL_verifycn_scheme"),
            bad=(
                "IO::Socket::SSL->new(PeerHost => $h, SSL_verify_mode => SSL_VERIFY_NONE);",
                "$ua->ssl_opts(SSL_verify_mode => 0x00);",
                "$o{SSL_verify_mode} = IO::Socket::SSL::SSL_VERIFY_NONE;",
                "Furl->new(ssl_opts => { SSL_verify_mode => SSL_VERIFY_NONE() });",
                "Readonly $POLICY => IO::Socket::SSL::SSL_VERIFY_NONE();\nIO::Socket::SSL->new(PeerHost => $h, SSL_verify_mode => $POLICY);",
                "Readonly my $POLICY => 0;\nIO::Socket::SSL->new(PeerHost => $h, SSL_verify_mode => $POLICY);",
            ),
            good=(
                "IO::Socket::SSL->new(PeerHost => $h, SSL_verify_mode => SSL_VERIFY_PEER);",
                "IO::Socket::SSL->new(PeerHost => $h, SSL_verify_mode => 0x01);",
                "IO::Socket::SSL->new(Listen => 5, SSL_verify_mode => SSL_VERIFY_NONE);",
            ),
            source="https://metacpan.org/pod/IO::Socket::SSL",
        ),
        Pattern(
            slug="verify-callback",
            words=("SSL_verify_callback",),
            match=_callback,
            bad=("IO::Socket::SSL->new(SSL_verify_callback => sub { return 1; }, PeerHost => $h);",),
            good=("IO::Socket::SSL->new(SSL_verify_callback => sub { my ($ok) = @_; return $ok }, PeerHost => $h);",),
        ),
        Pattern(
            slug="fingerprint",
            words=("SSL_fingerprint",),
            match=_fingerprint,
            bad=("IO::Socket::SSL->new(PeerHost => $h, SSL_fingerprint => 'sha256$cb3ccb');",),
            good=("# SSL_fingerprint => 'x'",),
        ),
        Pattern(
            slug="environment",
            words=_ENVIRONMENT,
            match=_trusts(*_ENVIRONMENT),
            bad=("$ENV{HTTPS_CA_FILE} = '/etc/wx/rootca.pem';", "local $ENV{PERL_LWP_SSL_CA_FILE} = $x . '/ca.pem';"),
            good=("my $file = $ENV{HTTPS_CA_FILE};",),
        ),
        Pattern(
            slug="verification-off-variable",
            words=("PERL_LWP_SSL_VERIFY_HOSTNAME",),
            match=_off(_FALSE, "PERL_LWP_SSL_VERIFY_HOSTNAME"),
            bad=("$ENV{PERL_LWP_SSL_VERIFY_HOSTNAME} = 0;", "BEGIN { $ENV{'PERL_LWP_SSL_VERIFY_HOSTNAME'} = 0 }"),
            good=("$ENV{PERL_LWP_SSL_VERIFY_HOSTNAME} = 1;",),
        ),
        Pattern(
            slug="curl-ca",
            words=("CURLOPT_CAINFO", "CURLOPT_CAPATH"),
            match=_trusts("CURLOPT_CAINFO", "CURLOPT_CAPATH"),
            bad=("$curl->setopt(CURLOPT_CAINFO, 'rootca.pem');",),
            good=("use Net::Curl::Easy qw(CURLOPT_CAINFO);",),
        ),
        Pattern(
            slug="curl-verify-off",
            words=("CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST"),
            match=_off(_FALSE, "CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST"),
            bad=("$curl->setopt(CURLOPT_SSL_VERIFYPEER, 0);", "my %o = (CURLOPT_SSL_VERIFYPEER() => 0);"),
            good=("$curl->setopt(CURLOPT_SSL_VERIFYPEER, 1);",),
        ),
        Pattern(
            slug="mojo-ca",
            words=("->ca(", "ca =>", "tls_ca"),
            match=_trusts("ca", "tls_ca", needs=_MOJO),
            bad=(
                "use Mojo::UserAgent; my $ua = Mojo::UserAgent->new(ca => 'rootca.pem');",
                "# Mojo\n$ua->ca('rootca.pem');",
            ),
            good=(
                "use Mojo::IOLoop; Mojo::IOLoop->server(port => 1, tls_ca => 'clients.pem' => sub { });",
                "my %names = (ca => 'Catalan');",
                "use Mojo::UserAgent; $ua->get($url);",
            ),
            source="https://metacpan.org/pod/Mojo::UserAgent#ca",
        ),
        Pattern(
            slug="mojo-insecure",
            words=("insecure",),
            match=_off(frozenset({"1", "true"}), "insecure", needs=_MOJO),
            bad=("use Mojo::UserAgent; Mojo::UserAgent->new->insecure(1);",),
            good=("use Mojo::UserAgent; Mojo::UserAgent->new->insecure(0);",),
        ),
        Pattern(
            slug="database-ca",
            words=("mysql_ssl_ca_file", "mysql_ssl_ca_path", "sslrootcert"),
            match=_trusts("mysql_ssl_ca_file", "mysql_ssl_ca_path", "sslrootcert", purpose=Purpose.DATABASE),
            bad=("DBI->connect($dsn, $u, $p, { mysql_ssl_ca_file => '/etc/ca.pem' });",),
            good=("DBI->connect($dsn, $u, $p, { mysql_ssl => 1 });",),
        ),
        Pattern(
            slug="ssleay",
            words=("CTX_load_verify_locations", "CTX_set_verify"),
            match=_ssleay,
            bad=(
                "Net::SSLeay::CTX_load_verify_locations($ctx, 'rootca.pem', '');",
                "Net::SSLeay::CTX_set_verify($ctx, &Net::SSLeay::VERIFY_NONE, 0);",
                "Net::SSLeay::CTX_set_verify($ctx, $v ? &Net::SSLeay::VERIFY_PEER : &Net::SSLeay::VERIFY_NONE, 0);",
            ),
            good=("Net::SSLeay::CTX_set_verify($ctx, &Net::SSLeay::VERIFY_PEER, 0);",),
            source="https://metacpan.org/pod/Net::SSLeay",
        ),
        Pattern(
            slug="anyevent-ca",
            words=("ca_file", "ca_path", "ca_cert"),
            match=_trusts("ca_file", "ca_path", "ca_cert", needs=r"AnyEvent|AE::|tls_ctx"),
            bad=("use AnyEvent::HTTP; http_get $url, tls_ctx => { verify => 1, ca_file => 'rootca.pem' }, sub { };",),
            good=("f(ca_file => 'x.pem');",),
            source="https://metacpan.org/pod/AnyEvent::TLS",
        ),
        Pattern(
            slug="crypt-ssleay",
            words=("PERL_NET_HTTPS_SSL_SOCKET_CLASS", "Net::SSL"),
            match=_without_verification,
            bad=('$ENV{PERL_NET_HTTPS_SSL_SOCKET_CLASS} = "Net::SSL";',),
            good=(
                '$ENV{PERL_NET_HTTPS_SSL_SOCKET_CLASS} = "IO::Socket::SSL";',
                "local $ENV{PERL_NET_HTTPS_SSL_SOCKET_CLASS} = $default_class;",
            ),
            source="https://metacpan.org/pod/Net::SSL",
        ),
        Pattern(
            slug="ldap-ca",
            words=("cafile", "capath"),
            match=_trusts("cafile", "capath", purpose=Purpose.LDAP, needs=r"LDAP"),
            bad=("use Net::LDAP; $ldap->start_tls(verify => 'require', cafile => 'ca.pem');",),
            good=("f(cafile => 'ca.pem');", "# LDAP\nmy %schema = (cafile => { default => 'ca.pem' });"),
        ),
        Pattern(
            slug="named-ca",
            words=("ca_file", "ca_cert", "cacert", "cafile", "ssl_ca", "tls_ca", "root_ca", "ca_bundle", "CAfile"),
            match=_named_ca,
            bad=(
                "my $c = Api->new(url => 'https://h', tls_ca_file => $conf->{ca});",
                "# TLS\n$options{ca_cert_file} = '/etc/wx/ca.pem';",
            ),
            good=(
                "GetOptions('tls_ca_file=s' => \\$ca); # TLS",
                "my %text = (ca_cert => 'The CA'); # TLS",
                "my %t = (tls_ca_file => { default => 'x.pem' }); # TLS",
            ),
        ),
        Pattern(
            slug="named-switch",
            words=(
                "ssl_verify",
                "verify_ssl",
                "tls_verify",
                "verify_cert",
                "insecure_ssl",
                "ssl_insecure",
                "skip_verify",
                "verify_peer",
            ),
            match=_named_switch,
            bad=("my $c = Api->new(ssl_verify => 0);", "my $c = Api->new(ssl_verify => $conf->{verify});"),
            good=(
                "my $c = Api->new(ssl_verify => 1);",
                "has ssl_verify => 0;",
                "my $self = { ssl_verify => $args->{v} || 0 };",
                "bless { ssl_verify => 0 }, $class;",
            ),
        ),
        Pattern(
            slug="socket-defaults",
            words=("set_ctx_defaults", "set_client_defaults", "set_defaults"),
            match=_socket_defaults,
            bad=(
                "IO::Socket::SSL::set_ctx_defaults(ca_file => 'rootca.pem');",
                "IO::Socket::SSL::set_ctx_defaults(verify_mode => Net::SSLeay->VERIFY_NONE());",
            ),
            good=(
                "IO::Socket::SSL::set_ctx_defaults(verify_mode => 1);",
                "$form->set_defaults(ca_file => 'rootca.pem');",
            ),
            source="https://metacpan.org/pod/IO::Socket::SSL",
        ),
    ),
)
