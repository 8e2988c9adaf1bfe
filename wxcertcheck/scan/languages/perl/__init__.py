"""Perl: LWP, IO::Socket::SSL, HTTP::Tiny, Mojo::UserAgent, WWW::Curl, DBI, Net::LDAP. Sources: their POD on metacpan.org.

Perl has no syntax for an option: ``name => value`` is a list. An option's value is what follows its name.
"""

from wxcertcheck.scan.language import Language
from wxcertcheck.scan.languages.perl.clients import PATTERNS as CLIENTS
from wxcertcheck.scan.languages.perl.named import PATTERNS as NAMED
from wxcertcheck.scan.languages.perl.sockets import PATTERNS as SOCKETS
from wxcertcheck.scan.languages.perl.values import CARRIERS, GRAMMAR, call_of, evaluate

LANGUAGE = Language(
    name="perl",
    title="Perl",
    endings=(".pl", ".pm", ".t", ".cgi", ".psgi", ".plx"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    line_comments=("#",),
    evaluate=evaluate,
    call=call_of,
    patterns=(*SOCKETS, *CLIENTS, *NAMED),
)
