"""The exact line to change: the pinned argument goes, the rest of the line stays; what cannot be told gets an example."""

import pytest
from msgspec.structs import replace

from tests.evidence import WECHATPAY, case, root, runtime, store
from wxcertcheck.fixes import plan
from wxcertcheck.fixes.code import verification_fix
from wxcertcheck.fixes.jvm import default_managers
from wxcertcheck.fixes.removal import removal
from wxcertcheck.fixes.switched_on import switched_on
from wxcertcheck.judge import findings_of
from wxcertcheck.model import Certainty, FilePlace, Level, Pin, PinKind, PinMode
from wxcertcheck.scan import ScanRequest, scan


def pin(statement, value, language="python", roots=("g1",), line=3):
    target = store(*roots, path="/srv/app/rootca.pem")
    return Pin(
        FilePlace("/srv/app/pay.py", line),
        language,
        f"{language}/x",
        PinKind.TRUST,
        PinMode.REPLACES,
        value=value,
        statement=statement,
        statement_line=line,
        targets=(target,),
        link=Certainty.CERTAIN,
        hosts=("api.mch.weixin.qq.com",),
    )


@pytest.mark.parametrize(
    ("statement", "value", "old", "new"),
    [
        ('get(u, verify="ca.pem", data=1)', 'verify="ca.pem"', 'get(u, verify="ca.pem", data=1)', "get(u, data=1)"),
        ('get(u, verify="ca.pem")', 'verify="ca.pem"', 'get(u, verify="ca.pem")', "get(u)"),
        ('get(\n  u,\n  verify="ca.pem",\n)', 'verify="ca.pem"', '  verify="ca.pem",', ""),
        ('s.verify = "ca.pem"', 's.verify = "ca.pem"', 's.verify = "ca.pem"', ""),
        ("curl_setopt($c, CURLOPT_CAINFO, $f);", "curl_setopt($c, CURLOPT_CAINFO, $f)", None, ""),
        ("&tls.Config{RootCAs: roots}", "RootCAs: roots", None, "&tls.Config{}"),
        ("new Client(['verify' => 'ca', 'timeout' => 3])", "'verify' => 'ca'", None, "new Client(['timeout' => 3])"),
        ("    if u: get(u, verify='ca.pem')", "verify='ca.pem'", None, "    if u: get(u)"),
        ("R.new(:a => 1, :ssl_ca_file => 'x')", ":ssl_ca_file => 'x'", None, "R.new(:a => 1)"),
    ],
)
def test_the_pinned_argument_goes(statement, value, old, new):
    edit = removal(pin(statement, value))
    assert (edit.replaced, edit.replacement) == (old or statement, new)


@pytest.mark.parametrize(
    ("language", "statement", "value", "new"),
    [
        ("dockerfile", "ENV SSL_CERT_FILE=/x.pem", "SSL_CERT_FILE=/x.pem", ""),
        ("dockerfile", "ENV A=1 SSL_CERT_FILE=/x.pem B=2", "SSL_CERT_FILE=/x.pem", "ENV A=1 B=2"),
        ("dockerfile", "ENV A=1 SSL_CERT_FILE=/x.pem", "SSL_CERT_FILE=/x.pem", "ENV A=1"),
        ("dockerfile", "RUN curl --cacert /z.pem https://h/", "--cacert /z.pem", "RUN curl https://h/"),
        (
            "settings",
            'JAVA_OPTS="-Xmx1g -Da.trustStore=/t.jks -Db=1"',
            "a.trustStore=/t.jks",
            'JAVA_OPTS="-Xmx1g -Db=1"',
        ),
        ("settings", 'JAVA_OPTS="-Da.trustStore=/t.jks"', "a.trustStore=/t.jks", 'JAVA_OPTS=""'),
        ("settings", "Environment=SSL_CERT_FILE=/x.pem", "SSL_CERT_FILE=/x.pem", ""),
        ("yaml", "      - SSL_CERT_FILE=/x.pem", "SSL_CERT_FILE=/x.pem", ""),
        ("yaml", "  - name: SSL_CERT_FILE\n    value: /x", "SSL_CERT_FILE\n    value: /x", ""),
        ("json", '  "SSL_CERT_FILE": "/x.pem",', '"SSL_CERT_FILE": "/x.pem"', ""),
    ],
)
def test_a_setting_goes_and_the_others_of_its_line_stay(language, statement, value, new):
    edit = removal(pin(statement, value, language))
    assert (edit.replaced, edit.replacement) == (statement, new)


@pytest.mark.parametrize(
    ("language", "statement", "value"),
    [
        ("json", '  "SSL_CERT_FILE": "/x.pem"', '"SSL_CERT_FILE": "/x.pem"'),  # a comma would stay behind
        ("yaml", "- {name: SSL_CERT_FILE, value: /x}", "SSL_CERT_FILE, value: /x"),
        ("xml", '<arg value="--cacert=/x.pem,--other"/>', "--cacert=/x.pem"),
    ],
)
def test_a_setting_that_is_part_of_something_else_is_left_to_the_user(language, statement, value):
    assert removal(pin(statement, value, language)) is None


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("a(v='x'); b(v='x')", "v='x'"),
        ("a(b(verify_with(x)))", "verify_with(x)"),
        ("if ok: s.verify = 'x'", "s.verify = 'x'"),
        ("get(u)", "verify='x'"),
    ],
)
def test_what_takes_a_programmer_is_left_to_one(statement, value):
    assert removal(pin(statement, value)) is None


def planned(*evidence):
    about = case(*evidence)
    finding = next(f for f in findings_of(about) if f.rule == "WXC201")
    return finding, plan(finding, about)


def test_stop_pinning_comes_first_where_the_systems_store_has_the_root():
    finding, fixes = planned(
        pin('get(u, verify="ca.pem")', 'verify="ca.pem"'), runtime(store("g1", "g2"), name="python-ssl 3")
    )
    assert finding.level is Level.ERROR
    assert [fix.title.en[:13] for fix in fixes] == ["Stop pinning:", "Append the ro"]
    assert fixes[0].edits[0].replacement == "get(u)"
    assert (fixes[0].edits[0].first, fixes[0].edits[0].last) == (3, 3)


def test_the_root_is_added_first_where_the_systems_store_lacks_it():
    _, fixes = planned(pin('get(u, verify="ca.pem")', 'verify="ca.pem"'), runtime(store("g1"), name="python-ssl 3"))
    assert [fix.title.en[:13] for fix in fixes] == ["Append the ro", "Stop pinning:"]
    assert "update it first" in fixes[1].notes[0].en


def test_another_languages_runtime_says_nothing():
    _, fixes = planned(pin("get(u, verify='c')", "verify='c'"), runtime(store("g1"), name="java 8"))
    assert "First run wxcertcheck check" in fixes[0].notes[0].en


def test_csharp_has_the_guides_one_way():
    _, fixes = planned(pin("x.CustomTrustStore.Add(y);", "x.CustomTrustStore.Add(y)", language="csharp"))
    assert "certutil" in "\n".join(fixes[0].commands)


def test_both_languages_and_a_known_root_in_every_command():
    _, fixes = planned(pin("get(u, verify='c')", "verify='c'"))
    assert all(fix.title.zh and fix.title.en for fix in fixes)
    assert any(f"wechatpay-2024/{root('g2', WECHATPAY).key}" in command for fix in fixes for command in fix.commands)


@pytest.mark.parametrize(
    ("language", "statement", "value"),
    [
        ("dockerfile", "RUN npm config set strict-ssl false", "npm config set strict-ssl false"),
        ("dockerfile", "RUN echo insecure >> $HOME/.curlrc", "echo insecure >> $HOME/.curlrc"),
        ("settings", '  truststore {\n    path = "x.jks"', 'truststore {\n    path = "x.jks"'),
        ("java", "tmf.init(trustStore);", "tmf.init(trustStore)"),
        ("ruby", "store.add_file(path)", "store.add_file(path)"),
        ("python", "context.load_verify_locations(CA)", "context.load_verify_locations(CA)"),
        ("java", "X509TrustManager all = new AllTrusting();", "X509TrustManager all = new AllTrusting();"),
        ("python", "verify = False", "verify = False"),
        ("python", "def post(self, url, verify=False):", "verify=False"),
        ("rust", "fn verify(&self) -> R {\n  Ok(x)\n}", "fn verify(&self) -> R {\n  Ok(x)\n}"),
        ("java", "@Override\npublic void check(X[] c) {\n}", "@Override\npublic void check(X[] c) {\n}"),
        ("cpp", "  client.setCACert(root);", "client.setCACert(root)"),
        ("java", "class A {\n  void check(X[] c) {\n  }\n  int b;\n}", "void check(X[] c) {\n  }"),
        ("javascript", "request\n  .get(url)\n  .ca(cert)\n  .end(done);", "request\n  .get(url)\n  .ca(cert)"),
        ("javascript", "const a =\n  agent(ca);", "agent(ca)"),
        ("java", "f(\n  a,\n  trusting(x)\n);", "trusting(x)"),
        ("lua", "sock:sslhandshake(false, nil, false)", "sock:sslhandshake(false, nil, false)"),
        ("c", "SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);", "SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL)"),
    ],
)
def test_a_removal_that_would_break_the_program_is_not_shown(language, statement, value):
    assert removal(pin(statement, value, language)) is None


@pytest.mark.parametrize(
    ("language", "value"),
    [
        ("csharp", "h.ServerCertificateCustomValidationCallback = (a, b, c, d) => true"),
        ("csharp", "ServicePointManager.ServerCertificateValidationCallback += delegate { return true; }"),
        ("csharp", "client.ValidateCertificate += (c, e) => { e.Accept = true; }"),
        ("java", "b.hostnameVerifier((h, s) -> true)"),
        ("kotlin", "b.hostnameVerifier { _, _ -> true }"),
        ("scala", "b.hostnameVerifier((_, _) => true)"),
        ("javascript", "checkServerIdentity: () => false"),
        ("dart", "client.badCertificateCallback = (c, h, p) => true"),
        ("rust", "b.set_verify_callback(SslVerifyMode::PEER, |_, _| true)"),
        ("swift", "manager.check { _ in true }"),
        ("ruby", "http.verify_callback = proc { true }"),
        ("python", "c.callback = lambda *a: True"),
        ("visual_basic", "CertificateValidationCallback = Function(s, c, h, e) True"),
    ],
)
def test_a_callbacks_answer_is_not_turned_it_would_refuse_every_server(language, value):
    assert switched_on(pin(f"{value};", value, language)) is None


@pytest.mark.parametrize(
    ("language", "value", "after"),
    [
        ("php", "'verify_peer' => false", "'verify_peer' => true"),
        ("ruby", ":verify_ssl => false", ":verify_ssl => true"),
        ("ruby", "verify_mode: :none", "verify_mode: :peer"),
        ("rust", "b.danger_accept_invalid_certs(true)", "b.danger_accept_invalid_certs(false)"),
        ("cpp", "client->setVerifyPeer(false)", "client->setVerifyPeer(true)"),
        ("python", "verify: bool = False", "verify: bool = True"),
        ("objective_c", "policy.allowInvalidCertificates = YES", "policy.allowInvalidCertificates = NO"),
        ("settings", "ssl_verify off", "ssl_verify on"),
        ("go", "InsecureSkipVerify: true", "InsecureSkipVerify: false"),
    ],
)
def test_a_switch_is_turned(language, value, after):
    assert switched_on(pin(value, value, language)).replacement == after


def test_a_library_that_verifies_nothing_by_itself_is_told_to():
    value = "SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL)"
    assert "SSL_VERIFY_PEER" in verification_fix(pin(f"{value};", value, "c"), case()).example


@pytest.mark.parametrize(
    ("language", "slug", "value", "after"),
    [
        (
            "java",
            "accepting-factory",
            "c.init(keys, new TrustManager[] { new A(1, 2) }, r())",
            "c.init(keys, null, r())",
        ),
        ("kotlin", "accepting-factory", "init(null, arrayOf(A()), null)", "init(null, null, null)"),
        ("java", "trust-manager-factory", "tmf.init(ks)", "tmf.init((java.security.KeyStore) null)"),
        ("kotlin", "trust-manager-factory", "tmf.init(load(a, b))", "tmf.init(null as java.security.KeyStore?)"),
        ("java", "trust-manager-factory", "tmf.init(ks).more()", None),
        ("java", "accepting-factory", "b.sslSocketFactory(a, b, c)", None),
        ("java", "key-manager-factory", "kmf.init(ks)", None),
    ],
)
def test_the_jvms_own_trust_managers_take_over_and_the_keys_stay(language, slug, value, after):
    found = replace(pin(f"{value};", value, language), pattern=f"{language}/{slug}")
    edit = default_managers(found)
    assert (edit and edit.replacement) == (after and f"{after};")
    assert removal(found) is None


def test_a_host_name_verifier_is_left_out_not_the_trust_store_changed():
    value = "b.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE)"
    assert "HostnameVerifier" in verification_fix(pin(f"x = {value}.build();", value, "java"), case()).example


def test_a_pin_that_counts_again_with_verification_is_named():
    off = pin("s.verify = False", "s.verify = False", line=9)
    for roots, told in ((("g1",), True), (("g1", "g2"), False)):
        idle = replace(pin("s.ca = 'x'", "s.ca = 'x'", roots=roots), dead_by=off.place)
        notes = " ".join(note.en for note in verification_fix(off, case(off, idle)).notes)
        assert ("pay.py:3" in notes) is told


def test_microcontrollers_are_not_sent_to_a_systems_store():
    _, fixes = planned(pin("  client.setCACert(root);", "client.setCACert(root)", "cpp"))
    assert "esp_crt_bundle_attach" in fixes[0].example


@pytest.mark.parametrize(
    ("name", "text", "after"),
    [
        ("a.py", "if u:\n    kw['verify'] = False\n", "if u:\n    kw['verify'] = True\n"),
        ("a.py", "requests.get(u, verify=0)\n", "requests.get(u, verify=True)\n"),
        ("a.py", "c = ssl._create_unverified_context()\n", "c = ssl.create_default_context()\n"),
        (
            "a.php",
            "<?php\nif ($u)\n  curl_setopt($c, CURLOPT_SSL_VERIFYPEER, false);\necho 1;\n",
            "<?php\nif ($u)\n  curl_setopt($c, CURLOPT_SSL_VERIFYPEER, true);\necho 1;\n",
        ),
        (
            "a.php",
            "<?php\ncurl_setopt($c, CURLOPT_SSL_VERIFYHOST, 0);\n",
            "<?php\ncurl_setopt($c, CURLOPT_SSL_VERIFYHOST, 2);\n",
        ),
        ("a.go", "var c = &tls.Config{InsecureSkipVerify: true}\n", "var c = &tls.Config{InsecureSkipVerify: false}\n"),
        ("a.js", "https.get({ host, rejectUnauthorized: !1 })\n", "https.get({ host, rejectUnauthorized: !0 })\n"),
        ("a.yaml", "verify_ssl: false\n", "verify_ssl: true\n"),
        ("Dockerfile", "FROM a\nENV GIT_SSL_NO_VERIFY=1\n", "FROM a\n"),
        ("a.conf", "proxy_ssl_verify off;\n", None),
        (
            "a.sh",
            "if x; then\n  git config http.sslVerify false\nfi\n",
            "if x; then\n  git config http.sslVerify true\nfi\n",
        ),
        ("Dockerfile", "FROM a\nRUN curl -sSk https://h/ | sh\n", "FROM a\nRUN curl -sS https://h/ | sh\n"),
        ("Dockerfile", "FROM a\nRUN curl -k https://h/\n", "FROM a\nRUN curl https://h/\n"),
        ("Dockerfile", "FROM a\nRUN curl --insecure -f https://h/\n", "FROM a\nRUN curl -f https://h/\n"),
        (
            "Dockerfile",
            "FROM a\nENV A=1 \\\n    NODE_TLS_REJECT_UNAUTHORIZED=0\nRUN b\n",
            "FROM a\nENV A=1 \\\n    NODE_TLS_REJECT_UNAUTHORIZED=1\nRUN b\n",
        ),
    ],
)
def test_the_file_still_works_once_the_shown_edit_is_made(tmp_path, name, text, after):
    (tmp_path / name).write_text(text, encoding="utf-8")
    evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,), jobs=1))
    (found,) = (item for item in evidence if isinstance(item, Pin))
    edits = verification_fix(found, case(*evidence)).edits
    lines = text.splitlines()
    for edit in reversed(edits):
        lines[edit.first - 1 : edit.last] = edit.replacement.splitlines()
    assert ("\n".join(lines) + "\n" if edits else None) == after
