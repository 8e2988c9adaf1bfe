"""PHP. Sources: the manual's pages on cURL and SSL context options; Guzzle, Symfony HttpClient, WordPress, Yii, Laravel docs."""

from wxcertcheck.scan.embedded import COMMAND_WORDS, command_line, command_path
from wxcertcheck.scan.language import Language, Pattern
from wxcertcheck.scan.languages.php.bundles import CONFIGURED_WORDS, configured_ca, returned_bundle
from wxcertcheck.scan.languages.php.connections import CONNECTIONS, DATABASE_CA
from wxcertcheck.scan.languages.php.named import (
    CA_WORDS,
    PROPERTY_WORDS,
    SETTER_WORDS,
    SWITCH_WORDS,
    named_ca,
    named_setter,
    named_switch,
)
from wxcertcheck.scan.languages.php.options import (
    ALLOWS,
    OFF,
    OFF_CALLS,
    ON,
    SETTERS,
    STATIC_SWITCHES,
    SWITCHES,
    allowing_call,
    client_option,
    environment,
    filter_off,
    fingerprint,
    given,
    off_call,
    path,
    pinned_key,
    setter,
    static_switch,
    switch,
    verify,
)
from wxcertcheck.scan.languages.php.values import CARRIERS, CONSTANTS, GRAMMAR, evaluate_php
from wxcertcheck.scan.matchers import any_of, call_switches_off

_CURL = "https://www.php.net/manual/en/function.curl-setopt.php"
_STREAM = "https://www.php.net/manual/en/context.ssl.php"
_CURL_CA = ("CURLOPT_CAINFO", "CURLOPT_CAPATH", "CURLOPT_CAINFO_BLOB", "CURLOPT_ISSUERCERT", "CURLOPT_ISSUERCERT_BLOB")
_FRAMEWORK_CA = (
    "ssl.certificate_authority",
    "sslcertificates",
    "sslcafile",
    "sslcapath",
    "sslCafile",
    "sslCapath",
    "ssl_cafile",
    "ssl_capath",
)
_FRAMEWORK_SWITCHES = (
    "sslverify",
    "sslverifypeer",
    "sslVerifyPeer",
    "sslVerifyPeerName",
    "sslverifypeername",
    "sslVerifyHost",
    "'verifypeer'",
    "'verifyhost'",
    "'verifyPeer'",
    "'verifyHost'",
    "ssl_verify_peer",
    "ssl_verify_peer_name",
    "ssl_verify_host",
    "ssl_verifypeer",
    "verify_ssl",
    "verifySsl",
    "ssl.verify",
    "SSL_VERIFY",
    "ssl_verify",
    "ssl_verification",
    "sslVerification",
)


def _p(code: str) -> str:
    return "<?php\n" + code


LANGUAGE = Language(
    name="php",
    title="PHP",
    endings=(".php", ".phps", ".phtml", ".php5", ".php7", ".php3", ".php4", ".inc", ".module", ".ctp"),
    grammar=GRAMMAR,
    carriers=CARRIERS,
    constants=CONSTANTS,
    line_comments=("//", "#"),
    evaluate=evaluate_php,
    patterns=(
        Pattern(
            slug="curl-ca",
            words=("CURLOPT_CAINFO", "CURLOPT_CAPATH", "CURLOPT_ISSUERCERT"),
            match=path(*_CURL_CA),
            bad=(
                _p('curl_setopt($ch, CURLOPT_CAINFO, "./rootca.pem");'),
                _p('curl_setopt(pCurl,CURLOPT_CAINFO,"./rootca.pem");'),
                _p("curl_setopt_array($ch, [CURLOPT_CAPATH => __DIR__ . '/certs']);"),
                _p("$opts[\\CURLOPT_CAINFO_BLOB] = $pem;"),
                _p("class C { private $ca = ''; function f($c) { curl_setopt($c, CURLOPT_CAINFO, $this->ca); } }"),
            ),
            good=(
                _p('// curl_setopt($ch, CURLOPT_CAINFO, "./rootca.pem");'),
                _p('curl_setopt($ch, CURLOPT_PROXY_CAINFO, "proxy.pem");'),
                _p("curl_setopt($ch, CURLOPT_SSLCERT, 'apiclient_cert.pem');"),
                _p("define('CURLOPT_CAINFO', 10065);"),
                _p("$names = [CURLOPT_CAINFO => 'cafile'];"),
                _p("if (isset($opts[CURLOPT_CAINFO])) { $a = $opts[CURLOPT_CAINFO]; }"),
                _p("$this->assertArrayHasKey(CURLOPT_CAINFO, $options);"),
                _p("curl_setopt($ch, CURLOPT_CAPATH, '/dev/null/' . uniqid());"),
            ),
            source=_CURL,
        ),
        Pattern(
            slug="curl-verify-off",
            words=("SSL_VERIFYPEER", "SSL_VERIFYHOST", "::SSL_VERIFY_PEER", "::SSL_VERIFY_HOST"),
            match=any_of(
                switch("CURLOPT_SSL_VERIFYPEER", "CURLOPT_SSL_VERIFYHOST", "SSL_VERIFYPEER", "SSL_VERIFYHOST", off=OFF),
                switch("SSL_VERIFY_PEER", "SSL_VERIFY_HOST", off=OFF),
            ),
            bad=(
                _p("curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, FALSE);"),
                _p("$o = array(CURLOPT_SSL_VERIFYHOST => 0);"),
                _p("Curl::to($url)->withOption('SSL_VERIFYPEER', false)->get();"),
                _p("$client->setOption(CurlClient::SSL_VERIFY_PEER, 0);"),
                _p("curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, $options[Options::VERIFY]);"),
                _p(
                    "class A { public $on = true; function f($c) { curl_setopt($c, CURLOPT_SSL_VERIFYPEER, $this->on); } }"
                ),
                _p(
                    "class A { protected $o = ['on' => true];"
                    " function f($c) { curl_setopt($c, CURLOPT_SSL_VERIFYPEER, $this->o['on']); } }"
                ),
            ),
            good=(
                _p("curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, TRUE);"),
                _p("curl_setopt($ch, CURLOPT_SSL_VERIFYHOST, 2);//严格校验"),
                _p(
                    "class A { const ON = true; function f($c) { curl_setopt($c, CURLOPT_SSL_VERIFYPEER, self::ON); } }"
                ),
            ),
            source=_CURL,
        ),
        Pattern(
            slug="stream-ca",
            words=("cafile", "capath"),
            match=path("cafile", "capath", when=client_option),
            bad=(
                _p("$c = stream_context_create(['ssl' => ['cafile' => 'rootca.pem']]);"),
                _p("stream_context_set_option($c, 'ssl', 'capath', '/opt/wx/certs');"),
                _p("$client = HttpClient::create(['cafile' => __DIR__ . '/ca.pem']);"),
            ),
            good=(
                _p("$c = stream_context_create(['ssl' => ['verify_peer' => true]]);"),
                _p("$this->set($ssl['key'] ?? null, $ssl['capath'] ?? null, $ssl['cipher'] ?? null);"),
                _p(
                    "$s = stream_socket_server($u, $e, $m, $f, stream_context_create(['ssl' => ['cafile' => 'clients.pem']]));"
                ),
            ),
            source=_STREAM,
        ),
        Pattern(
            slug="stream-verify-off",
            words=("verify_peer", "verify_host", "allow_self_signed", "'verifyname'"),
            match=any_of(
                switch("verify_peer", "verify_peer_name", "verify_host", "verifyname", off=OFF, when=client_option),
                switch("allow_self_signed", "ssl_allow_self_signed", off=ON, when=client_option),
            ),
            bad=(
                _p("$c = stream_context_create(['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]);"),
                _p("$mail->SMTPOptions = ['ssl' => ['allow_self_signed' => true]];"),
                _p(
                    "$w = new Worker('websocket://0.0.0.0:1'); function call($u) {"
                    " return new AsyncTcpConnection($u, ['ssl' => ['verify_peer' => false]]); }"
                ),
            ),
            good=(
                _p("$c = stream_context_create(['ssl' => ['verify_peer' => true, 'allow_self_signed' => false]]);"),
                _p(
                    "$w = new Worker('websocket://0.0.0.0:443', ['ssl' => ['local_cert' => 'a.pem', 'verify_peer' => false]]);"
                ),
            ),
            source=_STREAM,
        ),
        Pattern(
            slug="curl-pinned-key",
            words=("CURLOPT_PINNEDPUBLICKEY",),
            match=pinned_key,
            bad=(_p("curl_setopt($ch, CURLOPT_PINNEDPUBLICKEY, 'sha256//AbCd=');"),),
            good=(_p("curl_setopt($ch, CURLOPT_PINNEDPUBLICKEY, null);"),),
            source=_CURL,
        ),
        Pattern(
            slug="peer-fingerprint",
            words=("peer_fingerprint",),
            match=fingerprint,
            bad=(_p("$c = ['ssl' => ['peer_fingerprint' => ['sha256' => 'ab12']]];"),),
            good=(_p("$c = ['ssl' => ['capture_peer_cert' => true]]; // peer_fingerprint"),),
            source=_STREAM,
        ),
        Pattern(
            slug="verify",
            words=("verify'", 'verify"', "::VERIFY", "verify:"),
            match=verify,
            bad=(
                _p("$c = new \\GuzzleHttp\\Client(['verify' => __DIR__ . '/rootca.pem']);"),
                _p("$r = $client->post($url, [RequestOptions::VERIFY => false]);"),
                _p("return ['http' => ['verify' => false, 'timeout' => 5.0]];"),
                _p("use GuzzleHttp\\Client;\n$options['verify'] = $this->caFile;"),
                _p("Http::withOptions(['verify' => base_path('certs/ca.pem')])->get($url);"),
                _p('$client->setDefaultOption("verify", false);'),
                _p("$this->options['timeout'] = 5;\n$this->options['verify'] = false;"),
                _p("$data['verify'] = __DIR__ . DIRECTORY_SEPARATOR . 'cacert.pem';"),
            ),
            good=(
                _p("$c = new \\GuzzleHttp\\Client(['verify' => true]);"),
                _p("Auth::routes(['verify' => true]);"),
                _p("$options['name'] = 'x';\n$options['verify'] = false;"),
                _p("Auth::routes(['verify' => false]);"),
                _p("$data = ['verify' => $this->verify($sign), 'order' => 1];"),
                _p("$ok = openssl_verify($message, $signature, $key); $this->verify = false;"),
                _p("function callApi($url, $verify = false) {}"),
                _p("Route::get('verify', 'A@b');"),
            ),
            source="https://docs.guzzlephp.org/en/stable/request-options.html#verify",
        ),
        Pattern(
            slug="framework-ca",
            words=_FRAMEWORK_CA,
            match=path(*_FRAMEWORK_CA),
            bad=(
                _p("wp_remote_post($url, ['sslcertificates' => dirname(__FILE__) . '/ca.pem']);"),
                _p("$c = new Client(['transport' => 'curl', 'sslCafile' => '/opt/ca.pem']);"),
            ),
            good=(
                _p("wp_remote_post($url, ['sslcertificates' => null]);"),
                _p("$map = ['ssl_cafile' => CURLOPT_CAINFO];"),
            ),
        ),
        Pattern(
            slug="framework-verify-off",
            words=(*_FRAMEWORK_SWITCHES, "'novalidatecert'"),
            match=any_of(
                switch("novalidatecert", off=ON, when=given),
                switch(*(n.strip("'") for n in _FRAMEWORK_SWITCHES if n != "ssl_verify"), off=OFF, when=client_option),
                switch(
                    "ssl_verify",
                    off=OFF,
                    when=lambda hit, setting: given(hit, setting) and b"'ssl_ca'" not in hit.source.data,
                ),
            ),
            bad=(
                _p("wp_remote_get($url, array('sslverify' => false));"),
                _p("$curl->setConfig(['timeout' => 120, 'verifypeer' => false]);"),
                _p("$config = ['use_complete_quit' => false, 'novalidatecert' => true];"),
            ),
            good=(
                _p("wp_remote_get($url, array('sslverify' => true));"),
                _p("class O { const SSL_VERIFY = 'ssl_verify'; }"),
                _p("$s = new Swoole\\Http\\Server('::', 443); $s->set(['ssl_verify_peer' => false]);"),
            ),
        ),
        Pattern(
            slug="verification-switch-call",
            words=(*SWITCHES, *ALLOWS, *STATIC_SWITCHES, *OFF_CALLS),
            match=any_of(off_call, allowing_call, static_switch, call_switches_off(*OFF_CALLS)),
            bad=(
                _p("Http::withoutVerifying()->get($url);"),
                _p("Stripe::setVerifySslCerts(false);"),
                _p("phpCAS::setNoCasServerValidation();"),
                _p("Unirest\\Request::verifyPeer(false);"),
                _p("$this->curl->ssl(FALSE);"),
                _p("$settings->setTlsSelfSignedAllowed(true);"),
                _p("$request->withSSLVerifyPeer($options['verify']);"),
            ),
            good=(
                _p("Stripe::setVerifySslCerts(true);"),
                _p("class A { function withoutVerifying() {} }"),
                _p("class A { function verifyPeer($on = false) {} }"),
                _p("$settings->setTlsSelfSignedAllowed(false);"),
                _p("$this->ftp->ssl(false);"),
            ),
        ),
        Pattern(
            slug="ca-setter",
            words=SETTERS,
            match=setter,
            bad=(
                _p("$builder->setCABundle('/opt/ca.pem');"),
                _p("class B { function setCABundle(string $c) { $this->ca = $c; } }"),
            ),
            good=(_p("interface B { function setCABundle(string $c); }"), _p("$b->getCABundle();")),
        ),
        Pattern(
            slug="named-ca",
            words=CA_WORDS,
            match=named_ca(*_FRAMEWORK_CA, *DATABASE_CA, "cafile", "capath"),
            bad=(
                _p("function f($p) { $c = new Client(['sslCA' => $p['ca']]); }"),
                _p("$options['tls_ca_file'] = $this->config['ca'];"),
                _p("$conf->set('mqtt_tls_ca', '/opt/ca.pem');"),
                _p("$DB['CA_FILE'] = getenv('DB_CA_FILE');"),
            ),
            good=(
                _p("$names = ['sslCA' => 'string', 'tls_ca' => true];"),
                _p("$file = env('WX_SSL_CA'); $x = $config['sslCA'];"),
                _p("$validator->rules(['sslCA' => $rule]);"),
                _p("use Alipay; $c = ['root_ca' => $cert];"),
                _p("class TcpServer { function f($p) { return ['sslCA' => $p]; } }"),
            ),
        ),
        Pattern(
            slug="named-switch",
            words=(*SWITCH_WORDS, *PROPERTY_WORDS),
            match=named_switch(
                *(name.strip("'") for name in _FRAMEWORK_SWITCHES), "verify_peer", "verify_host", "allow_self_signed"
            ),
            bad=(
                _p("$c = new Client(['skip_tls_verify' => true]);"),
                _p("$c->setOption('verify_certs', false);"),
                _p("$DB['VERIFY_HOST'] = getenv('DB_VERIFY') == 'true' ? true : false;"),
                _p("class C { public $verifySsl = false; function f($c) { curl_setopt($c, 64, $this->verifySsl); } }"),
                _p("function f($p) { return new Client(['ignore_ssl_errors' => $p['insecure']]); }"),
            ),
            good=(
                _p("$c = new Client(['skip_tls_verify' => false, 'verify_certs' => true]);"),
                _p("class Form { public $verifySsl = false; }"),
                _p("$s['ignore_ssl_errors'] = isset($s['ignore_ssl_errors']) ? $s['ignore_ssl_errors'] : false;"),
                _p("$on = config('verify_certs', false); $x = ['verify_certs' => 'boolean'];"),
            ),
        ),
        Pattern(
            slug="named-setter",
            words=SETTER_WORDS,
            match=named_setter(*SETTERS),
            bad=(
                _p("$this->transport->setSslCa($params['sslCA']);"),
                _p("class B { function setSslCa(string $c): void { $this->ca = $c; } }"),
                _p("$alipay = 1; $wx->setRootCaPath(self::$dir . '/rootca.pem');"),
            ),
            good=(
                _p("interface B { function setSslCa(string $c); }"),
                _p("$b->getSslCa();"),
                _p("$alipay->setRootCaPath(self::$dir . '/alipayRootCert.crt');"),
                _p("class TlsServer { function withRootCa(string $c) { $this->ca = $c; } }"),
            ),
        ),
        Pattern(
            slug="ini-ca",
            words=("openssl.cafile", "openssl.capath", "curl.cainfo"),
            match=path("openssl.cafile", "openssl.capath", "curl.cainfo"),
            bad=(_p("ini_set('openssl.cafile', '/opt/wx/ca.pem');"),),
            good=(_p("$f = ini_get('openssl.cafile');"),),
            source="https://www.php.net/manual/en/openssl.configuration.php",
        ),
        Pattern(
            slug="environment-ca",
            words=("SSL_CERT_FILE=", "SSL_CERT_DIR=", "CURL_CA_BUNDLE=", "LDAPTLS_CACERT="),
            match=environment,
            bad=(
                _p("putenv('SSL_CERT_FILE=/opt/wx/ca.pem');"),
                _p("function f($path) { putenv('LDAPTLS_CACERT=' . $path); }"),
            ),
            good=(_p("putenv('SSL_CERT_FILE=');"), _p("$x = 'SSL_CERT_FILE=/opt';")),
        ),
        Pattern(
            slug="wordpress-filter",
            words=("https_ssl_verify", "https_local_ssl_verify"),
            match=filter_off,
            bad=(_p("add_filter('https_ssl_verify', '__return_false');"),),
            good=(
                _p("add_filter('https_ssl_verify', '__return_true');"),
                _p("apply_filters('https_ssl_verify', $v, $url);"),
            ),
        ),
        *CONNECTIONS,
        Pattern(
            slug="command-line",
            words=COMMAND_WORDS,
            match=command_line,
            bad=(
                _p("exec('curl -k https://example.com', $out);"),
                _p("$out = `curl --cacert /opt/ca.pem https://example.com`;"),
            ),
            good=(_p("exec('curl -s https://example.com');"), _p("echo 'try curl -k https://example.com';")),
        ),
        Pattern(
            slug="command-path",
            words=("curl_path", "curlPath", "curl_bin", "curlBin", "CURL_PATH", "CURL_BIN"),
            match=command_path,
            bad=(
                _p("exec($this->curl_path . ' -k -D ' . $file . $parameters, $results);"),
                _p('$out = shell_exec("{$this->curlPath} -sk {$url}");'),
                _p("exec($curl_path . ' -D ' . $file . ' --insecure ' . $url);"),
            ),
            good=(
                _p("exec($this->curl_path . ' -s -D ' . $file . ' -okubectl');"),
                _p("$this->curl_path = '/usr/bin/curl -k';"),
                _p("log($this->curl_path . ' -k');"),
            ),
        ),
        Pattern(
            slug="configured-ca",
            words=CONFIGURED_WORDS,
            match=configured_ca,
            bad=(
                _p("return ['partner' => '', 'cacert' => getcwd() . '/cacert.pem', 'transport' => 'http'];"),
                _p("$config['rootca_path'] = __DIR__ . '/cert/rootca.pem';"),
                _p("$this->sender->options['CAINFO'] = __DIR__ . '/cacert.pem';"),
            ),
            good=(
                _p("return ['root_cert' => 'alipayRootCert.crt', 'cert_path' => 'apiclient_cert.pem'];"),
                _p("return ['ca_path' => 'alipayRootCert.crt'];"),
                _p("return ['ca_path' => env('CA_PATH'), 'ca_file' => null, 'cacert' => ''];"),
                _p("if (isset($config['cacert'])) { $file = $config['cacert']; }"),
            ),
        ),
        Pattern(
            slug="own-bundle",
            words=(".pem'", '.pem"', ".crt'", '.crt"'),
            match=returned_bundle,
            bad=(
                _p("define('SDK_CA_CERT', dirname(__FILE__) . '/cacert.pem');"),
                _p(
                    "class S { static function defaultCaBundle() { return realpath(__DIR__ . '/../data/ca-certificates.crt'); } }"
                ),
                _p("class S { static function certPath() { return dirname(__FILE__) . '/certs/cacert.pem'; } }"),
                _p("class S { function __construct() { $this->caBundle = __DIR__ . '/../etc/ca-wx.crt'; } }"),
                _p("class S { function trustStore() { $path = TOOLS_DIR . 'cacert.pem'; return $path; } }"),
            ),
            good=(
                _p("define('ALIPAY_ROOT_CERT', dirname(__FILE__) . '/alipayRootCert.crt');"),
                _p("class S { static function caBundle() { return '/etc/ssl/certs/ca-certificates.crt'; } }"),
                _p("class S { const SSLCERT_PATH = '../cert/apiclient_cert.pem'; }"),
                _p("class S { function fetch() { $to = __DIR__ . '/cacert.pem'; file_put_contents($to, $pem); } }"),
            ),
        ),
    ),
)
