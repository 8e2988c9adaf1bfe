"""Python. Sources: the ssl module's documentation, requests, httpx, aiohttp, urllib3, pycurl, tornado documentation."""

from wxcertcheck.scan.embedded import COMMAND_WORDS, command_line
from wxcertcheck.scan.evaluate import FILE
from wxcertcheck.scan.language import Language, Pattern
from wxcertcheck.scan.languages.python.clients import (
    OPENERS,
    aiohttp_ssl,
    argument,
    assert_fingerprint,
    ca,
    ca_attribute,
    emptied_bundle,
    opens_url,
    replaced_bundle,
    switch,
    verify,
    writes_environment,
)
from wxcertcheck.scan.languages.python.commands import command_list
from wxcertcheck.scan.languages.python.connections import CALLED, CONNECTIONS, DATABASE, GIVEN, QUEUE
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
from wxcertcheck.scan.languages.python.named import CA_WORDS, SWITCH_WORDS, named_ca, named_switch
from wxcertcheck.scan.languages.python.values import CARRIERS, GRAMMAR, evaluate_python, sides
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
    "ca_filepath",
    "ca_trust_path",
    "ca_bundle",
    "ca_certificate",
)
_CURL_OFF = (
    "SSL_VERIFYPEER",
    "SSL_VERIFYHOST",
    "PROXY_SSL_VERIFYPEER",
    "PROXY_SSL_VERIFYHOST",
    "CURLOPT_SSL_VERIFYPEER",
    "CURLOPT_SSL_VERIFYHOST",
)
"""The last two are of those who carried a PHP library over to Python."""
_OFF_WORDS = ("verify_ssl", "verify_certs", "validate_cert")
_OWN_OFF_WORDS = (
    "validate_certs",
    "ssl_verify",
    "verify_ssl_certs",
    "verify_ssl_cert",
    "verify_certificate",
    "cert_check",
    "verify_tls",
    "tls_verify",
    "verify_https",
    "ssl_verification",
    "validate_ssl",
)
_OWN_ON_WORDS = (
    "ignore_ssl",
    "ignore_ssl_errors",
    "disable_ssl_verification",
    "skip_ssl_verification",
    "skip_tls_verify",
    "insecure_skip_verify",
    "no_verify_ssl",
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
    sides=sides,
    patterns=(
        Pattern(
            slug="verify",
            words=("verify=", "verify =", '"verify"', "'verify'", "verify: "),
            followed=r"(?<==)(?!=|\s*(?:True|None)\b)|(?<=: )[^,)\n]*=|(?<=[\"'])\s*(?::|\]\s*=|,\s*(?:False|self\.))",
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
                "HLSStream.parse_variant_playlist(self.session, hls_url, verify=False)",
                "import requests\nkwargs.setdefault('verify', False)",
                "class Api(requests.Session):\n    def __init__(self):\n        self.verify = False",
                "requests.get(url, verify=0)",
                "docker.tls.TLSConfig(client_cert=pair, verify='/root/.docker/ca.pem')",
                "solr = Solr('http://localhost/solr', verify=False)",
                "import requests\nd = {'verify': False, 'timeout': 3}",
                "import requests\nrequests.get(url, **{'verify': False})",
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
                "import aiohttp\nmembers[user.id] = {'verify': False, 'role': role}",
                "httpx.Client(verify=ssl.create_default_context())",
                "context = ssl.create_default_context()\nhttpx.get(url, verify=context)",
                "class A:\n    def get(self):\n        return httpx.get(self.url, verify=self._ssl_context)",
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
            followed=CALLED + r"(?![^\n()]*certifi\.where\(\))",
            match=locations,
            bad=(
                'c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\nc.load_verify_locations("rootca.pem")',
                "def wrap(self, c):\n    c.load_verify_locations(self.ca_file)",
            ),
            good=(
                'c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\nc.load_verify_locations("clients.pem")',
                (
                    "def make(ca):\n    c = ssl.SSLContext(p)\n    c.load_verify_locations(ca)\n    return c\n"
                    "def serve(s, ca):\n    return make(ca).wrap_socket(s, server_side=True)"
                ),
            ),
            source=_SSL,
        ),
        Pattern(
            slug="cafile-argument",
            words=("cafile",),
            followed=GIVEN,
            beside=OPENERS,
            match=trusts("cafile", when=opens_url),
            bad=(
                'urllib.request.urlopen(url, cafile="rootca.pem")',
                'from aiokafka.helpers import create_ssl_context\ncontext = create_ssl_context(cafile="./ca-cert")',
            ),
            good=('print(cafile="rootca.pem")',),
        ),
        Pattern(
            slug="ca-argument",
            words=_CA_ARGUMENTS,
            followed=GIVEN,
            match=any_of(ca(*_CA_ARGUMENTS), ca_attribute(*_CA_ARGUMENTS)),
            bad=(
                'urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs="rootca.pem")',
                'configuration.ssl_ca_cert = "rootca.pem"',
                "def cert_verify(self, conn, verify):\n    conn.ca_certs = verify",
                "def f(path):\n    options['ca_certs'] = path",
                "def f(self, path):\n    self.client.ca_certs = path",
            ),
            good=(
                "urllib3.PoolManager(ca_certs=certifi.where())",
                "ssl.wrap_socket(s, server_side=True, ca_certs='clients.pem')",
                "HTTPServer(app, ssl_options={'ca_certs': 'clients.pem'})",
                "grpc.ssl_server_credentials(pairs, root_certificates='clients.pem')",
                "types = {'ca_cert': 'str'}\nnames = {'ca_cert': 'caCert'}",
                "issue_certificate(csr, ca_cert='our-ca.pem', ca_key='our-ca.key')",
                "class C:\n    def __init__(self, ca_certs=None):\n        self.ca_certs = ca_certs",
            ),
        ),
        Pattern(
            slug="named-ca",
            words=CA_WORDS,
            match=named_ca(*_CA_ARGUMENTS, *DATABASE, *QUEUE, "cafile", "capath", "ca_certs_file"),
            bad=(
                "client = Client(host, mqtt_tls_ca=settings.WX_CA)",
                "connect(host, **{'kafka_ssl_cafile': conf['ca']})",
                "Producer({'tls_trust_store': '/etc/wx/ca.pem'})",
                "def f(path):\n    return Bridge(mqtt_ca_cert=path)",
            ),
            good=(
                "parser.add_argument('--tls-ca', dest='tls_ca_file', default=None)",
                "spec = {'tls_ca_file': dict(type='path')}",
                "tls_ca_file = Field(default=None)\nC(tls_ca_file=None)",
                "def to_dict(self):\n    return {'tls_ca_file': self.tls_ca_file}",
                "log.info('x', extra_ca_file=path)",
                "def g(ssl_ca_path):\n    pass\ndef f(path):\n    g(ssl_ca_path=path)",
                "issue_certificate(csr, root_ca_cert=path, ca_key=key)",
                "from alipay import AliPay\nAliPay(app_id, alipay_root_cert=path, root_cert=path)",
            ),
        ),
        *CONNECTIONS,
        Pattern(
            slug="verify-none",
            words=("verify_mode", "cert_reqs", "ssl_cert_reqs", "tls_cert_reqs"),
            followed=GIVEN + r"(?!\s*(?:ssl\.)?CERT_REQUIRED\b(?! if\b))",
            match=verify_none,
            bad=(
                "context.verify_mode = ssl.CERT_NONE",
                "context.verify_mode = False",
                "create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if verify else ssl.CERT_NONE)",
                "def f(s):\n    c = ssl.create_default_context()\n    c.verify_mode = ssl.CERT_NONE\n    s.accept()",
                'urllib3.PoolManager(cert_reqs="CERT_NONE")',
                "urllib3.PoolManager(cert_reqs=0)",
                "if rediss:\n    ssl = {'ssl_cert_reqs': CERT_NONE}",
                "class C:\n    def __init__(self, r):\n        self.r = r\n    def f(self, s):\n        s.verify_mode = self.r",
            ),
            good=(
                "context.verify_mode = ssl.CERT_REQUIRED",
                "context.verify_mode = True",
                "copy.verify_mode = context.verify_mode",
                "def f(c):\n    c.verify_mode = ssl.CERT_NONE\n    s = c.wrap_socket(t)\n    verify_thumbprint(s, known)",
                "def f(c, s):\n    c.verify_mode = ssl.CERT_NONE\n    s.accept()",
            ),
        ),
        Pattern(
            slug="unverified-context",
            words=("_create_unverified_context",),
            match=unverified,
            bad=(
                "ssl._create_default_https_context = ssl._create_unverified_context",
                "c = ssl._create_unverified_context()",
            ),
            good=(
                "# ssl._create_unverified_context()",
                "if name == 'ssl._create_unverified_context':\n    report('ssl._create_unverified_context', node)",
            ),
        ),
        Pattern(
            slug="verification-switch",
            words=_OWN_OFF_WORDS,
            followed=r"(?:[\"']\s*\]?\s*[=:,]|\s*=(?!=)|\s*:|\s*\()"
            rf"(?!\s*(?:self\.)?(?:True|None|self|{'|'.join(_OWN_OFF_WORDS)})\b)",
            match=switch(*_OWN_OFF_WORDS, handed_on=False),
            bad=("requests_get(url, validate_certs=False)", "stripe.verify_ssl_certs = False"),
            good=(
                "get(url, validate_certs=True)",
                "def f(validate_certs):\n    return C(validate_certs=validate_certs)",
            ),
        ),
        Pattern(
            slug="verification-argument",
            words=(
                *_OFF_WORDS,
                *_OWN_ON_WORDS,
                *_ON_WORDS,
                "SmartConnectNoSSL",
                "server_cert_validation",
                "connection_verify",
            ),
            followed=GIVEN,
            match=any_of(
                switch(*_OFF_WORDS),
                switch(*_OWN_ON_WORDS, off=frozenset({"true"}), handed_on=False),
                switch(*_ON_WORDS, off=frozenset({"true"})),
                switch("server_cert_validation", off=frozenset({"ignore"})),
                switch("connection_verify", off=frozenset({"false"})),
                call_switches_off("SmartConnectNoSSL"),
            ),
            bad=(
                "aiohttp.TCPConnector(verify_ssl=False)",
                "httplib2.Http(disable_ssl_certificate_validation=True)",
                "configuration.verify_ssl = False",
                "options['verify_ssl'] = False",
                "fetch(url, validate_cert=options.validate_cert)",
                "import requests\nclass C:\n    def __init__(self, host, verify_ssl=False):\n        self.v = verify_ssl",
                "session = XenAPI.Session(url, ignore_ssl=True)",
                "session = winrm.Session(host, server_cert_validation='ignore')",
                "si = SmartConnect(host=h, disableSslCertValidation=True)",
            ),
            good=(
                "aiohttp.TCPConnector(verify_ssl=True)",
                "class C:\n    def __init__(self, verify_ssl=True):\n        self.verify_ssl = verify_ssl",
                "verify_ssl = check()",
                "import requests\ndef get(url, verify_ssl=True):\n    pass",
                "configuration.verify_ssl = True",
                "parser.add_argument('--skip-tls-verify', dest='skip_tls_verify', default=True)",
                "class C:\n    def __init__(self, **kwargs):\n        self.conf.verify_ssl = kwargs.get('verify_ssl', True)",
            ),
        ),
        Pattern(
            slug="named-switch",
            words=SWITCH_WORDS,
            match=named_switch(
                *_OFF_WORDS, *_OWN_OFF_WORDS, *_OWN_ON_WORDS, *_ON_WORDS, "ssl_verify_cert", "verify_hostname"
            ),
            bad=(
                "context = browser.new_context(ignore_https_errors=True)",
                "client = Client(host, mqtt_tls_insecure=True)",
                "api = Api(url, skip_verify=args.insecure)",
                "options = {'kafka_ssl_verify': False}",
            ),
            good=(
                "context = browser.new_context(ignore_https_errors=False)",
                "parser.add_argument('--skip-verify', dest='skip_verify', default=True)",
                "def g(skip_verify):\n    pass\ndef f(skip_verify):\n    g(skip_verify=skip_verify)",
                "client = Client(host, kafka_ssl_verify=True)",
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
            words=_CURL_OFF,
            followed=GIVEN,
            match=switches(
                *_CURL_OFF,
                forms=("option",),
            ),
            bad=(
                "c.setopt(pycurl.SSL_VERIFYPEER, 0)",
                "c.setopt(pycurl.PROXY_SSL_VERIFYPEER, 0)",
                "curl_setopt(c, CURLOPT_SSL_VERIFYPEER, False)",
            ),
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
            followed=r"(?![^\n]*where\(\))",
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
            followed=r"\(\s*(?:True|binary_form\s*=\s*True)",
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
            slug="command-list",
            words=('"curl",', "'curl',", '"wget",', "'wget',"),
            followed=r"""[^\]]{0,2000}?["'](?:--(?:insecure|cacert|capath|no-check-certificate|ca-)|-\w*k)""",
            match=command_list,
            bad=(
                'subprocess.run(["curl", "-sSk", url])',
                "subprocess.call(['wget', '--no-check-certificate', url])",
                'command = ["curl", "--cacert", "/opt/wx/ca.pem", url]',
            ),
            good=(
                'subprocess.run(["curl", "-sS", url])',
                'packages = ["curl", "git", "knife"]',
                'subprocess.run(["apt", "install", "curl", "-k"])',
            ),
            source="https://curl.se/docs/manpage.html",
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
