"""Perl's TLS sockets: IO::Socket::SSL (LWP's ``ssl_opts`` are its options), Net::SSLeay, Net::SSL."""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.perl.options import given_at, left_out, switched_off, trusts
from wxcertcheck.scan.values import Kind

_NONE = frozenset({"0", "0x00", "0x0", "SSL_VERIFY_NONE", "none"})
_CA = ("SSL_ca_file", "SSL_ca_path", "SSL_ca", "ssl_ca_file", "ssl_ca_path")


def _without_verification(hit: Hit) -> Iterator[Find]:
    """Net::SSL does not verify; a class that is chosen elsewhere is nothing to look at."""
    off = frozenset({"Net::SSL"})
    for find in switched_off(off, "PERL_NET_HTTPS_SSL_SOCKET_CLASS")(hit):
        if find.kind is PinKind.VERIFICATION_OFF and find.value is not None and find.value.text in off:
            yield find


def _callback(hit: Hit) -> Iterator[Find]:
    """``SSL_verify_callback => sub { 1 }`` accepts everything."""
    given = given_at(hit)
    if given is None or given[0] != "SSL_verify_callback" or given[1].type != "anonymous_subroutine_expression":
        return
    body = re.sub(r"^sub\s*\{|\}$|return|;|\s", "", hit.source.text(given[1]))
    if body in ("1", "!!1"):
        yield Find(PinKind.VERIFICATION_OFF, given[2], repair=left_out(hit.source, given[2], given[1]))


def _fingerprint(hit: Hit) -> Iterator[Find]:
    given = given_at(hit)
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


PATTERNS = (
    Pattern(
        slug="ca-file",
        words=_CA,
        match=trusts(*_CA),
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
        slug="verify-none",
        words=("SSL_verify_mode", "SSL_verifycn_scheme"),
        match=switched_off(_NONE, "SSL_verify_mode", "SSL_verifycn_scheme"),
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
)
