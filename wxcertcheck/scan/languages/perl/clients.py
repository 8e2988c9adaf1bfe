"""Perl's clients and the variables that they read: LWP, HTTP::Tiny, WWW::Curl, Mojo::UserAgent, AnyEvent, DBI, Net::LDAP."""

from wxcertcheck.model import Purpose
from wxcertcheck.scan.language import Pattern
from wxcertcheck.scan.languages.perl.options import switched_off, trusts

_FALSE = frozenset({"0", "", "false", "null"})
_ENVIRONMENT = (
    "HTTPS_CA_FILE",
    "HTTPS_CA_DIR",
    "PERL_LWP_SSL_CA_FILE",
    "PERL_LWP_SSL_CA_PATH",
    "SSL_CERT_FILE",
    "MOJO_CA_FILE",
)
_MOJO = r"Mojo"

PATTERNS = (
    Pattern(
        slug="verify-hostname-off",
        words=("verify_hostname", "verify_SSL"),
        match=switched_off(_FALSE, "verify_hostname", "verify_SSL"),
        bad=("$ua->ssl_opts(verify_hostname => 0);", "HTTP::Tiny->new(verify_SSL => 0);"),
        good=("$ua->ssl_opts(verify_hostname => 1);", "$socket->verify_hostname($host, 'http') or die;"),
    ),
    Pattern(
        slug="environment",
        words=_ENVIRONMENT,
        match=trusts(*_ENVIRONMENT),
        bad=("$ENV{HTTPS_CA_FILE} = '/etc/wx/rootca.pem';", "local $ENV{PERL_LWP_SSL_CA_FILE} = $x . '/ca.pem';"),
        good=("my $file = $ENV{HTTPS_CA_FILE};",),
    ),
    Pattern(
        slug="verification-off-variable",
        words=("PERL_LWP_SSL_VERIFY_HOSTNAME",),
        match=switched_off(_FALSE, "PERL_LWP_SSL_VERIFY_HOSTNAME"),
        bad=("$ENV{PERL_LWP_SSL_VERIFY_HOSTNAME} = 0;", "BEGIN { $ENV{'PERL_LWP_SSL_VERIFY_HOSTNAME'} = 0 }"),
        good=("$ENV{PERL_LWP_SSL_VERIFY_HOSTNAME} = 1;",),
    ),
    Pattern(
        slug="curl-ca",
        words=("CURLOPT_CAINFO", "CURLOPT_CAPATH"),
        match=trusts("CURLOPT_CAINFO", "CURLOPT_CAPATH"),
        bad=("$curl->setopt(CURLOPT_CAINFO, 'rootca.pem');",),
        good=("use Net::Curl::Easy qw(CURLOPT_CAINFO);",),
    ),
    Pattern(
        slug="curl-verify-off",
        words=("CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST"),
        match=switched_off(_FALSE, "CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST"),
        bad=("$curl->setopt(CURLOPT_SSL_VERIFYPEER, 0);", "my %o = (CURLOPT_SSL_VERIFYPEER() => 0);"),
        good=("$curl->setopt(CURLOPT_SSL_VERIFYPEER, 1);",),
    ),
    Pattern(
        slug="mojo-ca",
        words=("->ca(", "ca =>", "tls_ca"),
        match=trusts("ca", "tls_ca", needs=_MOJO),
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
        match=switched_off(frozenset({"1", "true"}), "insecure", needs=_MOJO),
        bad=("use Mojo::UserAgent; Mojo::UserAgent->new->insecure(1);",),
        good=("use Mojo::UserAgent; Mojo::UserAgent->new->insecure(0);",),
    ),
    Pattern(
        slug="database-ca",
        words=("mysql_ssl_ca_file", "mysql_ssl_ca_path", "sslrootcert"),
        match=trusts("mysql_ssl_ca_file", "mysql_ssl_ca_path", "sslrootcert", purpose=Purpose.DATABASE),
        bad=("DBI->connect($dsn, $u, $p, { mysql_ssl_ca_file => '/etc/ca.pem' });",),
        good=("DBI->connect($dsn, $u, $p, { mysql_ssl => 1 });",),
    ),
    Pattern(
        slug="anyevent-ca",
        words=("ca_file", "ca_path", "ca_cert"),
        match=trusts("ca_file", "ca_path", "ca_cert", needs=r"AnyEvent|AE::|tls_ctx"),
        bad=("use AnyEvent::HTTP; http_get $url, tls_ctx => { verify => 1, ca_file => 'rootca.pem' }, sub { };",),
        good=("f(ca_file => 'x.pem');",),
        source="https://metacpan.org/pod/AnyEvent::TLS",
    ),
    Pattern(
        slug="ldap-ca",
        words=("cafile", "capath"),
        match=trusts("cafile", "capath", purpose=Purpose.LDAP, needs=r"LDAP"),
        bad=("use Net::LDAP; $ldap->start_tls(verify => 'require', cafile => 'ca.pem');",),
        good=("f(cafile => 'ca.pem');", "# LDAP\nmy %schema = (cafile => { default => 'ca.pem' });"),
    ),
)
