"""Python. Sources: the ssl module's documentation, requests, httpx, aiohttp, urllib3, pycurl, tornado documentation."""

from wxcertcheck.scan.embedded import COMMAND_WORDS, command_line
from wxcertcheck.scan.evaluate import FILE
from wxcertcheck.scan.language import Language, Pattern
from wxcertcheck.scan.languages.python.clients import (
    OPENERS,
    aiohttp_ssl,
    argument,
    assert_fingerprint,
    ca_attribute,
    client_call,
    emptied_bundle,
    opens_url,
    replaced_bundle,
    switch,
    verify,
    writes_environment,
)
from wxcertcheck.scan.languages.python.connections import CALLED, CONNECTIONS, GIVEN
from wxcertcheck.scan.languages.python.contexts import (
    bare_context,
    default_context,
    locations,
    set_verify,
    unverified,
    unverified_socket,
    verify_none,
)
from wxcertcheck.scan.languages.python.fingerprints import compared_certificate
from wxcertcheck.scan.languages.python.values import CARRIERS, GRAMMAR, evaluate_python
from wxcertcheck.scan.matchers import any_of, call_switches_off, fingerprints, switches, trusts
from wxcertcheck.scan.values import Kind, Value

_REQUESTS = "https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification"
_SSL = "https://docs.python.org/3/library/ssl.html#ssl.create_default_context"
_ENVIRONMENT = (
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "WEBSOCKET_CLIENT_CA_BUNDLE",
    "AWS_CA_BUNDLE",
)
_CA_ARGUMENTS = (
    "ca_certs",
    "ca_cert",
    "ca_cert_file",
    "root_certificates",
    "ca_file",
    "cacert",
    "ssl_ca_cert",
    "ca_cert_path",
    "ca_bundle",
    "ca_certificate",
)
_OFF_WORDS = ("verify_ssl", "verify_certs", "validate_cert")
_OWN_OFF_WORDS = (
    "validate_certs",
    "ssl_verify",
    "verify_ssl_certs",
    "verify_ssl_cert",
    "verify_certificate",
    "cert_check",
)
_ON_WORDS = ("disable_ssl_certificate_validation", "disableSslCertValidation")


LANGUAGE = Language(
    name="python",
    title="Python",
    endings=(".py", ".pyw", ".pyi", ".wsgi"),
    file_names=("wscript", "SConstruct"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants={
        "__file__": Value(Kind.TEXT, FILE),
        "os.sep": Value(Kind.TEXT, "/"),
        "os.path.sep": Value(Kind.TEXT, "/"),
        "requests.certs.where": Value(Kind.SYSTEM, "certifi"),
        "DEFAULT_CA_BUNDLE_PATH": Value(Kind.SYSTEM, "certifi"),
    },
    line_comments=("#",),
    evaluate=evaluate_python,
    patterns=(
        Pattern(
            slug="verify",
            words=("verify=", "verify =", '"verify"', "'verify'", "verify: "),
            followed=r"(?<==)(?!=|\s*True\b)|(?<=: )[^,)\n]*=|(?<=[\"'])\s*(?::|\]\s*=|,\s*(?:False|self\.))",
            match=verify,
            bad=(
                'requests.post(url, data=d, verify="./rootca.pem")',
                "requests.get(url, verify=False)",
                'import requests\nkwargs["verify"] = CA\nCA = "rootca.pem"',
                "session = requests.Session()\nsession.verify = '/etc/wx/ca.pem'",
                "import httpx\nclient = httpx.Client(verify=False)",
                "s3 = boto3.resource('s3', verify=False)",
                "import requests\nimport consul\nc = consul.Consul(host=h, verify=False)",
                "import requests\nr = getattr(requests, method)(url, verify=False)",
                "import requests\nkwargs.setdefault('verify', False)",
                "class Api(requests.Session):\n    def __init__(self):\n        self.verify = False",
                "requests.get(url, verify=0)",
                "def get(o):\n    return requests.get(o.url, verify=o.pop('verify'))",
                "args = parser.parse_args()\nrequests.get(url, verify=args.ca)",
                "class A:\n    CA = None\n    def get(self):\n        return requests.get(self.url, verify=self.CA)",
            ),
            good=(
                "requests.get(url, verify=True)",
                "jwt.decode(token, key, verify=False)",
                "# requests.get(url, verify=False)",
                "requests.get(url, verify=certifi.where())",
                "requests.get(url, verify=1)",
                "import requests\nimage.save(path, verify=False)",
                "class Form:\n    def __init__(self):\n        self.verify = False",
                'URL = "https://example.com/doc?verify=1"',
                "user.verify(password)",
            ),
            source=_REQUESTS,
        ),
        Pattern(
            slug="default-context",
            words=("create_default_context", "create_urllib3_context"),
            followed=CALLED,
            beside=("cafile", "capath", "cadata"),
            match=default_context,
            bad=('ssl.create_default_context(cafile="rootca.pem")',),
            good=(
                "ssl.create_default_context()",
                'ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile="clients.pem")',
                "ssl.create_default_context(cafile=certifi.where())",
            ),
            source=_SSL,
        ),
        Pattern(
            slug="load-verify-locations",
            words=("load_verify_locations",),
            followed=CALLED,
            match=locations,
            bad=('c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nc.load_verify_locations("rootca.pem")',),
            good=('c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\nc.load_verify_locations("clients.pem")',),
            source=_SSL,
        ),
        Pattern(
            slug="cafile-argument",
            words=("cafile",),
            followed=GIVEN,
            beside=OPENERS,
            match=trusts("cafile", when=opens_url),
            bad=('urllib.request.urlopen(url, cafile="rootca.pem")',),
            good=('print(cafile="rootca.pem")',),
        ),
        Pattern(
            slug="ca-argument",
            words=_CA_ARGUMENTS,
            followed=GIVEN,
            match=any_of(
                trusts(*_CA_ARGUMENTS, forms=("pair", "assignment"), when=client_call), ca_attribute(*_CA_ARGUMENTS)
            ),
            bad=(
                'urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs="rootca.pem")',
                'configuration.ssl_ca_cert = "rootca.pem"',
                "def f(path):\n    options['ca_certs'] = path",
            ),
            good=(
                "urllib3.PoolManager(ca_certs=certifi.where())",
                "ssl.wrap_socket(s, server_side=True, ca_certs='clients.pem')",
                "HTTPServer(app, ssl_options={'ca_certs': 'clients.pem'})",
                "grpc.ssl_server_credentials(pairs, root_certificates='clients.pem')",
                "issue_certificate(csr, ca_cert='our-ca.pem', ca_key='our-ca.key')",
                "class C:\n    def __init__(self, ca_certs=None):\n        self.ca_certs = ca_certs",
            ),
        ),
        *CONNECTIONS,
        Pattern(
            slug="verify-none",
            words=("verify_mode", "cert_reqs"),
            followed=GIVEN,
            match=verify_none,
            bad=("context.verify_mode = ssl.CERT_NONE", 'urllib3.PoolManager(cert_reqs="CERT_NONE")'),
            good=("context.verify_mode = ssl.CERT_REQUIRED",),
        ),
        Pattern(
            slug="unverified-context",
            words=("_create_unverified_context",),
            match=unverified,
            bad=(
                "ssl._create_default_https_context = ssl._create_unverified_context",
                "c = ssl._create_unverified_context()",
            ),
            good=("# ssl._create_unverified_context()",),
        ),
        Pattern(
            slug="verification-switch",
            words=(*_OFF_WORDS, *_OWN_OFF_WORDS, *_ON_WORDS, "SmartConnectNoSSL"),
            followed=GIVEN,
            match=any_of(
                switch(*_OFF_WORDS),
                switch(*_OWN_OFF_WORDS, handed_on=False),
                switch(*_ON_WORDS, off=frozenset({"true"})),
                call_switches_off("SmartConnectNoSSL"),
            ),
            bad=(
                "aiohttp.TCPConnector(verify_ssl=False)",
                "httplib2.Http(disable_ssl_certificate_validation=True)",
                "configuration.verify_ssl = False",
                "options['verify_ssl'] = False",
                "fetch(url, validate_cert=options.validate_cert)",
                "stripe.verify_ssl_certs = False",
                "si = SmartConnect(host=h, disableSslCertValidation=True)",
            ),
            good=(
                "aiohttp.TCPConnector(verify_ssl=True)",
                "class C:\n    def __init__(self, verify_ssl=True):\n        self.verify_ssl = verify_ssl",
                "verify_ssl = check()",
                "configuration.verify_ssl = True",
                "def f(verify_ssl_certs):\n    return Client(verify_ssl_certs=verify_ssl_certs)",
                "class C:\n    def __init__(self, **kwargs):\n        self.conf.verify_ssl = kwargs.get('verify_ssl', True)",
            ),
        ),
        Pattern(
            slug="aiohttp-ssl-false",
            words=("ssl=False", "ssl = False"),
            followed=r"\b",
            match=switches("ssl", forms=("pair",), when=aiohttp_ssl),
            bad=("session.get(url, ssl=False)",),
            good=("connect(host, ssl=False)",),
        ),
        Pattern(
            slug="pycurl-cainfo",
            words=("CAINFO", "CAPATH", "CAINFO_BLOB"),
            followed=GIVEN,
            match=trusts("CAINFO", "CAPATH", "CAINFO_BLOB", forms=("option",)),
            bad=('c.setopt(pycurl.CAINFO, "rootca.pem")',),
            good=("c.setopt(pycurl.CAINFO, certifi.where())",),
        ),
        Pattern(
            slug="pycurl-verify-off",
            words=("SSL_VERIFYPEER", "SSL_VERIFYHOST"),
            followed=GIVEN,
            match=switches("SSL_VERIFYPEER", "SSL_VERIFYHOST", forms=("option",)),
            bad=("c.setopt(pycurl.SSL_VERIFYPEER, 0)",),
            good=("c.setopt(pycurl.SSL_VERIFYPEER, 1)",),
        ),
        Pattern(
            slug="environment",
            words=_ENVIRONMENT,
            followed=GIVEN,
            match=any_of(
                emptied_bundle,
                trusts(*_ENVIRONMENT, forms=("assignment", "option", "pair"), when=writes_environment),
            ),
            bad=(
                'os.environ["REQUESTS_CA_BUNDLE"] = "/opt/wx/ca.pem"',
                'os.environ.update({"SSL_CERT_FILE": "/opt/wx/ca.pem"})',
                'os.environ["CURL_CA_BUNDLE"] = ""',
            ),
            good=(
                'bundle = os.environ["REQUESTS_CA_BUNDLE"]',
                'bundle = os.environ.get("SSL_CERT_FILE", "x")',
                'os.environ["SSL_CERT_FILE"] = certifi.where()',
                'os.environ["SSL_CERT_FILE"] = ""',
            ),
        ),
        Pattern(
            slug="environment-off",
            words=("PYTHONHTTPSVERIFY",),
            followed=GIVEN,
            match=switches("PYTHONHTTPSVERIFY", forms=("assignment", "option", "pair"), when=writes_environment),
            bad=('os.environ["PYTHONHTTPSVERIFY"] = "0"',),
            good=('os.environ["PYTHONHTTPSVERIFY"] = "1"', 'if os.environ.get("PYTHONHTTPSVERIFY") == "0": pass'),
            source="https://peps.python.org/pep-0493/",
        ),
        Pattern(
            slug="replaced-bundle",
            words=("certifi.where =", "certifi.core.where =", "certs.where =", "DEFAULT_CA_BUNDLE_PATH ="),
            match=replaced_bundle,
            bad=('certifi.where = lambda: "/opt/wx/ca.pem"', 'requests.utils.DEFAULT_CA_BUNDLE_PATH = "ca.pem"'),
            good=("where = certifi.where()", "DEFAULT_CA_BUNDLE_PATH = certifi.where()"),
        ),
        Pattern(
            slug="library-setting",
            words=("ca_bundle_path", "CA_CERTS_PATH", "VERIFY_SSL_CERT"),
            followed=GIVEN,
            match=any_of(
                ca_attribute("ca_bundle_path", "CA_CERTS_PATH"),
                switches("VERIFY_SSL_CERT", forms=("assignment",), when=lambda hit, it: "." in it.target),
            ),
            bad=('stripe.ca_bundle_path = "ca.pem"', "libcloud.security.VERIFY_SSL_CERT = False"),
            good=("stripe.ca_bundle_path = None", "VERIFY_SSL_CERT = True", "libcloud.security.VERIFY_SSL_CERT = True"),
        ),
        Pattern(
            slug="set-verify",
            words=("set_verify",),
            followed=CALLED,
            match=set_verify,
            bad=(
                "context.set_verify(SSL.VERIFY_NONE, callback)",
                "context.set_verify(SSL.VERIFY_PEER, lambda *arguments: True)",
                "client.set_verify(False)",
            ),
            good=(
                "context.set_verify(SSL.VERIFY_PEER, callback)",
                "context.set_verify(SSL.VERIFY_PEER, lambda c, x, e, d, ok: ok)",
                "def set_verify(self, verify): pass",
            ),
            source="https://www.pyopenssl.org/en/stable/api/ssl.html#OpenSSL.SSL.Context.set_verify",
        ),
        Pattern(
            slug="bare-context",
            words=("SSLContext",),
            followed=CALLED,
            beside=("context=", "context ="),
            match=bare_context,
            bad=(
                "urlopen(url, context=ssl.SSLContext(ssl.PROTOCOL_TLSv1))",
                "context = ssl.SSLContext(ssl.PROTOCOL_SSLv23)\nurlopen(url, context=context)",
            ),
            good=(
                "urlopen(url, context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))",
                "c = ssl.SSLContext(ssl.PROTOCOL_TLS)\nc.verify_mode = ssl.CERT_REQUIRED\nurlopen(url, context=c)",
            ),
            source="https://docs.python.org/3/library/ssl.html#ssl.SSLContext.verify_mode",
        ),
        Pattern(
            slug="wrap-socket",
            words=("ssl.wrap_socket",),
            followed=CALLED,
            match=unverified_socket,
            bad=("s = ssl.wrap_socket(s)", "s = ssl.wrap_socket(s, ssl_version=ssl.PROTOCOL_TLSv1_2)"),
            good=(
                "s = ssl.wrap_socket(s, ca_certs=CA, cert_reqs=ssl.CERT_REQUIRED)",
                "s = ssl.wrap_socket(s, certfile='a.pem', server_side=True)",
                "def serve(listener):\n    s, address = listener.accept()\n    return ssl.wrap_socket(s, 'a.key', 'a.pem')",
                "s = ssl.wrap_socket(s, **options)",
            ),
            source="https://docs.python.org/3.11/library/ssl.html#ssl.wrap_socket",
        ),
        Pattern(
            slug="trust-root",
            words=("trustRoot=",),
            match=trusts("trustRoot", forms=("pair",), when=argument),
            bad=('o = optionsForClientTLS(host, trustRoot=Certificate.loadPEM(open("ca.pem").read()))',),
            good=("o = CertificateOptions(trustRoot=platformTrust())",),
            source="https://docs.twisted.org/en/stable/core/howto/ssl.html",
        ),
        Pattern(
            slug="compared-certificate",
            words=("getpeercert",),
            followed=r"\(\s*(?:True|binary_form)",
            match=compared_certificate,
            bad=(
                f"def f(s):\n    if sha256(s.getpeercert(True)).hexdigest() != '{'ab' * 32}':\n        raise E",
                "def f(s, expected):\n    return compare_digest(sha1(s.getpeercert(binary_form=True)).digest(), expected)",
            ),
            good=(
                "def expires(s):\n    return s.getpeercert()['notAfter']",
                "def show(s):\n    der = s.getpeercert(True)\n    print(hashlib.sha256(der).hexdigest())",
            ),
        ),
        Pattern(
            slug="command-line",
            words=COMMAND_WORDS,
            match=command_line,
            bad=('os.system("curl -k https://example.com")', 'cmd = "curl --cacert /opt/ca.pem https://example.com"'),
            good=('os.system("curl -s https://example.com")', 'print("try: curl -k https://example.com")'),
        ),
        Pattern(
            slug="fingerprint",
            words=("Fingerprint", "assert_fingerprint", "FingerprintAdapter"),
            followed=GIVEN,
            match=any_of(
                fingerprints("Fingerprint", "FingerprintAdapter"),
                assert_fingerprint,
            ),
            bad=('aiohttp.Fingerprint(b"\\x00")', 'urllib3.PoolManager(assert_fingerprint="ab:cd")'),
            good=("from aiohttp import Fingerprint", "urllib3.PoolManager(assert_fingerprint=None)"),
        ),
    ),
)
