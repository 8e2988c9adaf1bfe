"""Perl's options that tell by their names, whatever the library: ``tls_ca_file =>``, ``ssl_verify =>``."""

import re
from collections.abc import Iterator

from wxcertcheck.model import PinKind
from wxcertcheck.scan.hit import Hit
from wxcertcheck.scan.language import Find, Pattern
from wxcertcheck.scan.languages.perl.options import NO_PLACE, given_at, is_server
from wxcertcheck.scan.telling import means_ca, switched_off_by
from wxcertcheck.scan.values import Kind

_DESCRIBES = re.compile(
    r"^(?:GetOptions|has|print\w*|say|log\w*|warn|die|croak|confess|Dumper|is|ok|is_deeply|param|option|describe_options)$"
)
_KNOWN = frozenset({
    *("SSL_ca_file", "SSL_ca_path", "SSL_ca", "ssl_ca_file", "ssl_ca_path", "verify_hostname", "verify_SSL", "tls_ca", "ca"),
    *("SSL_verify_mode", "SSL_verifycn_scheme", "mysql_ssl_ca_file", "mysql_ssl_ca_path", "sslrootcert", "insecure", "SSL_CERT_FILE"),
})  # fmt: skip
"""Names with a pattern of their own."""


def _named_ca(hit: Hit) -> Iterator[Find]:
    """A CA file under a telling name: ``tls_ca_file => $conf->{ca}``, ``$opts{ca_cert} = …``."""
    given = given_at(hit)
    if given is None or given[0] in _KNOWN or not means_ca(given[0]) or is_server(hit) or given[1].type in NO_PLACE:
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
    given = given_at(hit)
    off = switched_off_by(given[0]) if given is not None else ""
    if given is None or not off or given[0] in _KNOWN or is_server(hit) or given[1].type in NO_PLACE:
        return
    call, value = hit.call_around(), hit.value(given[1])
    if (
        (call is None or not _DESCRIBES.search(call.name))
        and not _kept(hit)
        and value.kind not in (Kind.UNKNOWN, Kind.NAME)
    ):
        offs = frozenset({off, "0" if off == "false" else "1"})
        yield Find(PinKind.VERIFICATION_OFF, given[2], value, off=offs)


PATTERNS = (
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
)
