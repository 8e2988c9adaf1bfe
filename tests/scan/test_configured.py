"""A pin whose value is a configuration key: the file of the tree that gives the key its value is found, and opened."""

import json
from pathlib import Path

import pytest

from tests.evidence import WECHATPAY, root
from wxcertcheck.model import Pin, PinKind
from wxcertcheck.scan import ScanRequest, scan

OLD, NEW = root("g1").fingerprint, root("g2").fingerprint
CERTIFICATES = {"old.pem": "ca", "new.pem": "g2"}

LANGUAGES = {
    "php": ("app/Pay.php", "<?php\n{before}\ncurl_setopt($ch, CURLOPT_CAINFO, {used});\n"),
    "method": (
        "app/Pay.php",
        "<?php class A {{ {before} function f($ch) {{ curl_setopt($ch, CURLOPT_CAINFO, {used}); }} }}",
    ),
    "python": ("app/pay.py", "import requests\n{before}\nrequests.get(url, verify={used})\n"),
    "ruby": ("app/pay.rb", "{before}\nhttp.ca_file = {used}\n"),
    "go": (
        "pay/pay.go",
        (
            "package pay\nfunc f() {{ {before}\n b, _ := os.ReadFile({used})\n p := x509.NewCertPool()\n"
            " p.AppendCertsFromPEM(b)\n use(&tls.Config{{RootCAs: p}}) }}\n"
        ),
    ),
    "csharp": (
        "Pay/Pay.cs",
        (
            "class A {{ {before} void f() {{ var chain = new X509Chain(); chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;"
            " chain.ChainPolicy.CustomTrustStore.Add(new X509Certificate2({used})); }} }}"
        ),
    ),
    "node": ("app/pay.js", "{before}\nhttps.request({{ host: 'pay', ca: fs.readFileSync({used}) }});\n"),
    "kotlin": (
        "src/main/kotlin/A.kt",
        '{before} fun f() {{ System.setProperty("javax.net.ssl.trustStore", {used}) }} }}',
    ),
    "java": (
        "src/main/java/a/A.java",
        'class A {{ {before} void f() {{ System.setProperty("javax.net.ssl.trustStore", {used}); }} }}',
    ),
}


def pinned(folder, language, before, used, files):
    """The pin of a project; its roots are in ``certs``, and beside each of its files."""
    path, template = LANGUAGES[language]
    for name, text in {path: template.format(before=before, used=used), **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for parent in {folder / "certs", *(file.parent for file in folder.rglob("*.*"))}:
        parent.mkdir(exist_ok=True)
        for name, one in CERTIFICATES.items():
            (parent / name).write_text(Path(f"fixtures/roots/digicert-global-root-{one}.pem").read_text())
    evidence = scan(ScanRequest((str(folder),), (WECHATPAY,)))
    [pin] = [item for item in evidence if isinstance(item, Pin) and item.place.path == str(folder / path)]
    return pin


def follows(folder, language, before, used, files):
    pin = pinned(folder, language, before, used, files)
    assert pin.kind is PinKind.TRUST
    [store] = pin.targets
    assert store.trusted == {OLD}
    return pin


ARRAY = "<?php return ['ali' => ['ca' => __DIR__ . '/new.pem'], 'wx' => ['ca' => __DIR__ . '/old.pem', 'x' => 1]];"
FLAT = "<?php return array('ca' => __DIR__ . '/old.pem', 'ca_file' => 'certs/old.pem');"
YAML = "ali:\n  ca: certs/new.pem\nwx:\n  ca: certs/old.pem\n"
JSON = '{"ali": {"ca": "certs/new.pem"},\n "wx": {"ca": "certs/old.pem"}}'


@pytest.mark.parametrize(
    ("before", "used", "files"),
    [
        ("include 'config.php';", "$config['ca']", {"app/config.php": "<?php $config = ['ca' => __DIR__ . '/old.pem'];"}),
        ("include 'config.php';", "$config['ca']", {"app/config.php": "<?php $config['ca'] = __DIR__ . '/old.pem';"}),
        ("", "config('wx.ca')", {"config/wx.php": "<?php return ['ca' => base_path('certs/old.pem')];"}),
        ("", "config('pay.wx.ca')", {"config/pay.php": ARRAY}),
        ("", "config('wx.ca')", {"config/wx.php": "<?php return ['ca' => env('WX_CA', storage_path('old.pem'))];", "storage/x.php": ""}),
        ("", "config('wx.ca')", {"config/wx.php": "<?php return ['ca' => env('WX_CA', 'new.pem')];", ".env": "WX_CA=certs/old.pem"}),
        ("", "config()->get('wx.ca')", {"config/wx.php": "<?php return ['ca' => base_path('certs/old.pem')];"}),
        ("", "Config::get('wx.ca')", {"config/wx.php": "<?php return ['ca' => resource_path('old.pem')];", "resources/x.php": ""}),
        ("$own = config('pay.wx');", "$own['ca']", {"config/pay.php": ARRAY}),
        ("$own = config('pay');", "$own['wx']['ca']", {"config/pay.php": ARRAY}),
        ("", "C('WX_CA')", {"Application/Common/Conf/config.php": "<?php return array('WX_CA' => './certs/old.pem');"}),
        ("", "C('wx.ca')", {"Application/Common/Conf/config.php": ARRAY}),
        ("", "config('wx.ca')", {"application/extra/wx.php": "<?php return ['ca' => ROOT_PATH . 'certs/old.pem'];"}),
        ("", "Yii::$app->params['wx']['ca']", {"config/params.php": ARRAY}),
        ("", "Yii::$app->params['wx_ca']", {"common/config/params.php": "<?php return ['wx_ca' => '@app/certs/old.pem'];"}),
        ("", "$this->getParameter('wx.ca')", {"config/services.yaml": "parameters:\n    wx.ca: '%kernel.project_dir%/certs/old.pem'\n"}),
        ("", "WxPayConfig::SSLCA_PATH", {"app/WxPay.Config.php": "<?php class WxPayConfig { const SSLCA_PATH = '../certs/old.pem'; }"}),
        ("require 'constants.php';", "WX_CA", {"app/constants.php": "<?php define('WX_CA', __DIR__ . '/old.pem');"}),
        ("$own = require __DIR__ . '/wx.php';", "$own['ca']", {"app/wx.php": FLAT, "config/app.php": "<?php return ['ca' => 'new.pem'];"}),
        ("$own = include('wx.php');", "$own['wx']['ca']", {"app/wx.php": ARRAY}),
        ("$own = parse_ini_file('wx.ini', true);", "$own['wx']['ca']", {"app/wx.ini": "[ali]\nca = certs/new.pem\n[wx]\nca = certs/old.pem\n"}),
        ("$own = json_decode(file_get_contents('wx.json'), true);", "$own['wx']['ca']", {"app/wx.json": JSON}),
    ],
)  # fmt: skip
def test_php_arrays_and_constants_of_other_files(tmp_path, before, used, files):
    follows(tmp_path, "php", before, used, files)


@pytest.mark.parametrize(
    ("before", "used", "files"),
    [
        (
            "private $config; function __construct() { $this->config = require __DIR__ . '/../config/wx.php'; }",
            "$this->config['ca_file']",
            {"config/wx.php": FLAT},
        ),
        (
            "",
            "$this->config->item('wx_ca')",
            {"application/config/config.php": "<?php $config['wx_ca'] = FCPATH . 'certs/old.pem';"},
        ),
        (
            "private WxSettings $settings;",
            "$this->settings->ca",
            {"app/WxSettings.php": "<?php class WxSettings { public $ca = 'certs/old.pem'; }"},
        ),
    ],
)
def test_php_properties_that_hold_settings(tmp_path, before, used, files):
    follows(tmp_path, "method", before, used, files)


@pytest.mark.parametrize(
    ("before", "used", "files"),
    [
        ("from django.conf import settings", "settings.WX_CA", {"site/settings.py": "WX_CA = 'certs/old.pem'"}),
        ("from django.conf import settings", "settings.WX_CA", {
            "site/settings/base.py": "import os\nBASE_DIR = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))\n"
            "WX_CA = os.path.join(BASE_DIR, 'certs', 'old.pem')\n"}),
        ("from django.conf import settings", "settings.WX['CA']", {
            "site/settings.py": "ALI = {'CA': 'certs/new.pem'}\nWX = {'CA': 'certs/old.pem'}"}),
        ("from config import CA_FILE", "CA_FILE", {"app/config.py": "CA_FILE = 'certs/old.pem'"}),
        ("import config", "config.CA_FILE", {"app/config.py": "CA_FILE = 'certs/old.pem'"}),
        ("app.config.from_object('config.Config')", "app.config['WX_CA']", {
            "config.py": "class Config:\n    WX_CA = 'certs/old.pem'"}),
        ("", "current_app.config.get('WX_CA')", {"config.py": "WX_CA = 'certs/old.pem'"}),
        ("WX = {'test': {'ca': 'certs/new.pem'}, 'ca': 'certs/old.pem'}", "WX['ca']", {}),
        ("WX = {'a': {'ca': 'certs/new.pem'}, 'b': {'ca': 'certs/old.pem'}}", "WX['b']['ca']", {}),
        ("from conf import WX", "WX['ca']", {"app/conf.py": "ALI = {'ca': 'certs/new.pem'}\nWX = {'ca': 'certs/old.pem'}"}),
        ("from django.conf import settings", "getattr(settings, 'WX_CA', None)", {"site/settings.py": "WX_CA = 'certs/old.pem'"}),
        ("settings = get_settings()", "get_settings().wx_ca", {
            "app/settings.py": "class Settings(BaseSettings):\n    wx_ca: str = 'certs/old.pem'\n"}),
        ("import conf", "conf.WX['ca']", {"app/conf.py": "ca = 'certs/new.pem'\nWX = {'ca': 'certs/old.pem'}"}),
        ("", "config['wx']['ca']", {"wx.ini": "[ali]\nca = certs/new.pem\n[wx]\nca = certs/old.pem\n"}),
        ("", "config['wx']['ca']", {"wx.toml": "[ali]\nca = 'certs/new.pem'\n[wx]\nca = 'certs/old.pem'\n"}),
        ("", "config['wx']['ca']", {"conf.yml": YAML}),
        ("own = yaml.safe_load(open('wx.yml'))", "own['wx']['ca']", {"wx.yml": YAML, "config.yml": YAML.replace("old", "new")}),
        ("own = yaml.safe_load(open('wx.yml'))", "own['wx'].get('ca')", {"wx.yml": YAML}),
        ("own = yaml.safe_load(open('wx.yml'))", "own.get('wx', {}).get('ca')", {"wx.yml": YAML}),
        ("own = tomllib.load(open('wx.toml', 'rb'))", "own['wx']['ca']", {"wx.toml": "[wx]\nca = 'certs/old.pem'\n"}),
        ("with open('wx.json') as file:\n    own = json.load(file)", "own['wx']['ca']", {"wx.json": JSON}),
        ("own = configparser.ConfigParser()\nown.read('wx.ini')", "own['wx']['ca']", {"wx.ini": "[wx]\nca: certs/old.pem\n"}),
        ("own = ConfigParser()\nown.read('wx.ini')", "own.get('wx', 'ca')", {"wx.ini": "[ali]\nca = a.pem\n[wx]\nca = certs/old.pem\n"}),
        ("from conf import config", "config.get('wx', 'ca')", {"wx.ini": "[wx]\nca = certs/old.pem\n"}),
    ],
)  # fmt: skip
def test_python_modules_and_configuration(tmp_path, before, used, files):
    follows(tmp_path, "python", before, used, files)


@pytest.mark.parametrize(
    ("used", "files"),
    [
        ("Rails.application.config.x.wx.ca_file", {
            "config/application.rb": "module A\n class Application < Rails::Application\n"
            "  config.x.wx.ca_file = Rails.root.join('certs', 'old.pem').to_s\n end\nend\n"}),
        ("Rails.configuration.x.ca_file", {
            "config/environments/production.rb": "Rails.application.configure do\n  config.x.ca_file = Rails.root.join('certs/old.pem')\nend\n"}),
        ("Settings.wx.ca", {"config/settings.yml": "ali:\n  ca: certs/new.pem\nwx:\n  ca: <%= Rails.root.join('certs/old.pem') %>\n"}),
        ("Rails.application.secrets.wx_ca", {"config/secrets.yml": "production:\n  wx_ca: certs/old.pem\n"}),
        ("YAML.load_file(Rails.root.join('config/wx.yml'))[Rails.env]['ca']", {"config/wx.yml": "production:\n  ca: certs/old.pem\n"}),
        ("Wx.ca_file", {"app/wx.rb": "module Wx\n  def self.ca_file\n    File.join(__dir__, 'old.pem')\n  end\nend\n"}),
        ("Wx.instance.ca_file", {"app/wx.rb": "class Wx\n  def ca_file\n    return 'certs/old.pem'\n  end\nend\n"}),
        ("Wx::CA_FILE", {"app/wx.rb": "module Wx\n  CA_FILE = File.join(__dir__, 'old.pem')\nend\n"}),
        ("config['wx']['ca']", {"config/wechat.yml": YAML}),
        ("Rails.application.config_for(:wx)[:ca]", {"config/wx.yml": "production:\n  ca: certs/old.pem\ntest:\n  ca: certs/new.pem\n"}),
        ("YAML.load_file('config/wechat.yml')['wx']['ca']", {"config/wechat.yml": YAML}),
        ("YAML.load_file('config/wechat.yml').dig('wx', 'ca')", {"config/wechat.yml": YAML}),
    ],
)  # fmt: skip
def test_ruby_settings(tmp_path, used, files):
    follows(tmp_path, "ruby", "", used, files)


@pytest.mark.parametrize(
    ("used", "files"),
    [
        ("caFile", {"pay/config.go": 'package pay\nconst caFile = "certs/old.pem"\n'}),
        ("config.CAFile", {"config/config.go": 'package config\nvar (\n a = 1\n CAFile = "certs/old.pem"\n)\n'}),
        ('viper.GetString("wx.ca")', {"config.yaml": YAML}),
        ('viper.GetString("wx.ca")', {"config.toml": '[ali]\nca = "certs/new.pem"\n[wx]\nca = "certs/old.pem"\n'}),
        ('viper.GetString("wx.ca")', {"config.json": JSON}),
        ('g.Cfg().MustGet(ctx, "wx.ca").String()', {"config.yaml": YAML}),
        (
            'file.Section("wx").Key("ca").String()',
            {"conf/app.ini": "[ali]\nca = certs/new.pem\n[wx]\nca = certs/old.pem\n"},
        ),
        (
            'beego.AppConfig.String("wx::ca")',
            {"conf/app.conf": "[ali]\nca = certs/new.pem\n[wx]\nca = certs/old.pem\n"},
        ),
    ],
)
def test_go_packages_and_viper(tmp_path, used, files):
    follows(tmp_path, "go", "", used, files)


def test_a_default_of_the_program_counts_where_no_file_sets_the_key(tmp_path):
    default = 'viper.SetDefault("wx.ca", "certs/old.pem")'
    follows(tmp_path / "a", "go", default, 'viper.GetString("wx.ca")', {})
    default = default.replace("old", "new")
    follows(tmp_path / "b", "go", default, 'viper.GetString("wx.ca")', {"config.yaml": YAML})


@pytest.mark.parametrize(
    ("used", "files"),
    [
        ('Configuration["Wx:Ca"]', {"appsettings.json": JSON}),
        ('_configuration.GetValue<string>("Wx:Ca")', {"appsettings.Production.json": JSON}),
        ('_configuration.GetSection("Wx")["Ca"]', {"appsettings.json": JSON}),
        ('_configuration.GetSection("Wx:Ca").Value', {"appsettings.json": JSON}),
        ('_configuration.GetSection("Wx").GetValue<string>("Ca")', {"appsettings.json": JSON}),
        ("_options.Value.CaFile", {"appsettings.json": '{"Wx": {"CaFile": "certs/old.pem"}}'}),
        ('ConfigurationManager.AppSettings["WxCa"]', {
            "Web.config": '<configuration><appSettings>\n<add key="WxCa" value="certs/old.pem" />\n</appSettings></configuration>'}),
        ("WxConfig.CaFile", {"Pay/WxConfig.cs": 'static class WxConfig { public const string CaFile = "certs/old.pem"; }'}),
    ],
)  # fmt: skip
def test_dotnet_configuration(tmp_path, used, files):
    follows(tmp_path, "csharp", "IConfiguration Configuration;", used, files)


@pytest.mark.parametrize(
    ("before", "used", "files"),
    [
        ("const config = require('config');", "config.get('wx.ca')", {"config/default.json": JSON}),
        ("const config = require('config');", "config.wx.ca", {"config/default.json": JSON}),
        ("const config = require('config');", "config.get('wx.ca')", {
            "config/default.js": "module.exports = { ali: { ca: 'certs/new.pem' }, wx: { ca: 'certs/old.pem' } };"}),
        ("", "require('../wechat.json').wx.ca", {"wechat.json": JSON}),
        ("const own = require('../wechat.json');", "own.wx.ca", {"wechat.json": JSON}),
        ("const { ca } = require('../wechat.json');", "ca", {"wechat.json": '{"wx": {"ca": "certs/new.pem"}, "ca": "certs/old.pem"}'}),
        ("const own = JSON.parse(fs.readFileSync('wechat.json'));", "own.wx.ca", {"wechat.json": JSON}),
        ("const own = yaml.load(fs.readFileSync('./wechat.yml', 'utf8'));", "own.wx.ca", {"wechat.yml": YAML}),
        ("", "this.configService.get('wx.ca')", {
            "src/config/wx.config.ts": "export default registerAs('wx', () => ({ ca: process.env.WX_CA || 'certs/old.pem' }));"}),
        ("const own = require('../wechat.json')[process.env.NODE_ENV];", "own.ca", {"wechat.json": '{"production": {"ca": "certs/old.pem"}}'}),
        ("", "nconf.get('wx:ca')", {"config/config.json": JSON}),
        ("", "nconf.get('wx:ca')", {"config/index.js": "module.exports = { wx: { ca: 'certs/old.pem' } };"}),
        ("", "this.config.wx.ca", {
            "config/config.default.js": "module.exports = appInfo => { const config = {}; config.wx = { ca: 'certs/old.pem' }; return config; };"}),
    ],
)  # fmt: skip
def test_node_configuration(tmp_path, before, used, files):
    follows(tmp_path, "node", before, used, files)


BOUND = '@ConfigurationProperties(prefix = "wx") class WxSettings {{ {fields} }}'
SPRING = {"src/main/resources/application.yml": YAML}
GETTER = "public String getCa() { return ca; } public void setCa(String ca) { this.ca = ca; }"


@pytest.mark.parametrize(
    ("before", "used", "files"),
    [
        ('@Value("${wx.ca}") private String ca;', "ca", SPRING),
        ('@Value("${wx.ca}")\n  String ca;', "this.ca", {"src/main/resources/application.properties": "ali.ca=certs/new.pem\nwx.ca=certs/old.pem\n"}),
        ('@Value("${wx.ca:classpath:certs/old.pem}") private String ca;', "ca", {}),
        ('private String ca; A(@Value("${wx.ca}") String ca) { this.ca = ca; }', "ca", SPRING),
        ('@ConfigProperty(name = "wx.ca") String ca;', "ca", SPRING),
        ('@ConfigProperty(name = "wx.ca", defaultValue = "certs/old.pem") String ca;', "ca", {}),
        ('Environment environment;', 'environment.getProperty("wx.ca")', SPRING),
        ('ResourceBundle bundle = ResourceBundle.getBundle("wx");', 'bundle.getString("wx.ca")', {
            "src/main/resources/wx.properties": "wx.ca=certs/old.pem\n"}),
        ("private WxSettings settings;", "settings.getCa()", {
            "src/main/java/a/WxSettings.java": BOUND.format(fields="private String ca; " + GETTER), **SPRING}),
        ("private WxSettings settings;", "settings.getCa()", {
            "src/main/java/a/WxSettings.java": "@Data " + BOUND.format(fields="private String ca;"), **SPRING}),
        ("private WxSettings settings;", "settings.getPay().getCa()", {
            "src/main/java/a/WxSettings.java": BOUND.format(fields="@Data static class Pay { private String ca; }"),
            "src/main/resources/application.yml": "wx:\n  ca: certs/new.pem\n  pay:\n    ca: certs/old.pem\n"}),
        ("private WxSettings settings;", "settings.getCa()", {
            "src/main/java/a/WxSettings.java": BOUND.format(fields='private String ca = "certs/old.pem"; ' + GETTER)}),
        ("", "WxConstants.CA", {"src/main/java/a/WxConstants.java": 'class WxConstants { public static final String CA = "certs/old.pem"; }'}),
    ],
)  # fmt: skip
def test_java_constants_and_what_spring_injects(tmp_path, before, used, files):
    follows(tmp_path, "java", before, used, files)


@pytest.mark.parametrize(
    ("before", "used", "files"),
    [
        ('class A(@Value("\\${wx.ca}") private val ca: String) {', "ca", SPRING),
        ('class A { @Value("\\${wx.ca}") lateinit var ca: String\n', "ca", SPRING),
        ("class A(private val settings: WxSettings) {", "settings.ca", {
            "src/main/kotlin/WxSettings.kt": '@ConfigurationProperties(prefix = "wx") data class WxSettings(val ca: String)', **SPRING}),
        ("class A {", "WxConstants.CA", {"src/main/kotlin/WxConstants.kt": 'object WxConstants { const val CA = "certs/old.pem" }'}),
    ],
)  # fmt: skip
def test_kotlin_constants_and_what_spring_injects(tmp_path, before, used, files):
    follows(tmp_path, "kotlin", before, used, files)


@pytest.mark.parametrize(
    "before",
    [
        '@Value("${wx.crl}") private String crl; private String ca;',
        'private String ca; @Value("${wx.ca}") private String other;',
        '@Value("${union.ca}") private String ca;',
        '@Value("${wx.ca}") private String other; void g() { String ca = load(); }',
    ],
)
def test_what_spring_injects_elsewhere_is_no_value_of_the_field(tmp_path, before):
    assert not pinned(tmp_path, "java", before, "ca", SPRING).targets


def test_the_reason_names_the_key_and_where_it_is_set(tmp_path):
    pin = follows(tmp_path, "php", "", "config('pay.wx.ca')", {"config/pay.php": ARRAY})
    assert pin.reasons[0].en == f"pay.wx.ca is set in {tmp_path}/config/pay.php:1"


@pytest.mark.parametrize(
    ("used", "files"),
    [
        ("config('pay.wx.crl')", {"config/pay.php": ARRAY}),
        ("config('pay.union.ca')", {"config/pay.php": ARRAY}),
        ("config('wx.ca')", {"vendor/a/config/wx.php": FLAT}),
        ("config('wx.ca')", {"tests/config/wx.php": FLAT}),
        ("config('wx.ca')", {"config/wx.php": "<?php return ['ca' => null];"}),
        ("config('wx.ca')", {"config/wx.php": "<?php return ['ca' => compute()];"}),
        ("config('wx.ca')", {"config/wx.php": "<?php function f() { return ['ca' => 'certs/old.pem']; }"}),
        (
            "config('wx.ca')",
            {"node_modules/a/wx.yml": "wx:\n  ca: certs/old.pem\n", "test/wx.yml": "wx:\n  ca: certs/old.pem\n"},
        ),
    ],
)
def test_a_key_that_nothing_sets_stays_with_who_configures_it(tmp_path, used, files):
    pin = pinned(tmp_path, "php", "", used, files)
    assert pin.kind is PinKind.CONFIGURABLE
    assert not pin.targets
    assert used in pin.value


def test_what_a_caller_hands_in_is_no_configuration_of_the_tree(tmp_path):
    before = "private $config; function __construct($config) { $this->config = $config; }"
    pin = pinned(tmp_path, "method", before, "$this->config['ca_file']", {"config/wx.php": FLAT})
    assert pin.kind is PinKind.CONFIGURABLE


def test_certificates_that_stand_in_the_configuration_itself(tmp_path):
    pem = Path("fixtures/roots/digicert-global-root-ca.pem").read_text()
    block = "".join(f"    {line}\n" for line in pem.splitlines())
    follows(tmp_path / "a", "go", "", 'viper.GetString("wx.ca")', {"config.yaml": f"wx:\n  ca: |\n{block}  x: 1\n"})
    follows(tmp_path / "b", "go", "", 'viper.GetString("wx.ca")', {"config.json": json.dumps({"wx": {"ca": pem}})})


def test_two_values_of_a_key_are_both_opened(tmp_path):
    files = {"settings/dev.py": "WX_CA = 'certs/old.pem'", "settings/production.py": "WX_CA = 'certs/new.pem'"}
    pin = pinned(tmp_path, "python", "from django.conf import settings", "settings.WX_CA", files)
    assert {frozenset(store.trusted) for store in pin.targets} == {frozenset({OLD}), frozenset({NEW})}


def test_two_values_that_are_one_file_are_one_target(tmp_path):
    files = {"a.env": "WX_CA=certs/old.pem\n", "b.env": "WX_CA=./certs/old.pem\n"}
    follows(tmp_path, "php", "", "getenv('WX_CA')", files)


def test_of_several_programs_the_nearest_one_counts(tmp_path):
    files = {"app/config/wx.php": FLAT, "shop/config/wx.php": FLAT.replace("old", "new")}
    follows(tmp_path, "php", "", "config('wx.ca')", files)


def test_a_value_that_is_a_variable_is_looked_up_in_turn(tmp_path):
    deployment = "env:\n  - name: PAY_CERT\n    value: {{ .Values.wx.ca | quote }}\n"
    files = {"chart/templates/deployment.yaml": deployment, "chart/values.yaml": YAML, "a.env": "PAY_CERT=${UNSET}\n"}
    follows(tmp_path, "php", "", "getenv('PAY_CERT')", files)


def test_a_variable_that_nothing_sets_is_no_value(tmp_path):
    files = {"a.env": "WX_CA=${UNSET}\n", "b.yml": "env:\n  WX_CA: {{ .Values.unset }}\n"}
    assert pinned(tmp_path, "php", "", "getenv('WX_CA')", files).kind is PinKind.CONFIGURABLE


def test_a_key_that_refers_to_itself_ends(tmp_path):
    files = {".env": "WX_CA=${WX_CA}/a\n", "wx.yml": "wx:\n  ca: ${WX_CA:-$WX_CA}\n"}
    pin = pinned(tmp_path, "php", "", "config('wx.ca')", files)
    assert not any(store.certificates for store in pin.targets)


@pytest.mark.parametrize(
    ("language", "before", "used", "files"),
    [
        ("python", "import wx", "wx.ca", {"app/wx.py": "ali = {'ca': 'certs/old.pem'}\ndef f():\n    return ali\n"}),
        (
            "php",
            "$own = require 'wx.php';",
            "$own['ca']",
            {"app/wx.php": "<?php $ali = ['ca' => 'old.pem'];\nreturn $wx;"},
        ),
        (
            "node",
            "const own = require('./wx');",
            "own.ca",
            {"app/wx.js": "const ali = { ca: 'old.pem' };\nmodule.exports = wx;"},
        ),
        ("node", "const own = require('./wx.json');", "own.ca", {"app/wx.json": '{"ali": {"ca": "old.pem"}}'}),
        ("ruby", "own = YAML.load_file('wx.yml')", "own['ca']", {"app/wx.yml": "ali:\n  ca: old.pem\n"}),
        ("csharp", "", 'Configuration["Wx:Ca"]', {"appsettings.json": '{"Ali": {"Ca": "certs/old.pem"}}'}),
        ("go", "", 'viper.GetString("wx.ca")', {"config.yaml": "ali:\n  ca: certs/old.pem\n"}),
    ],
)
def test_the_same_key_of_something_else_is_not_taken(tmp_path, language, before, used, files):
    assert not any(store.certificates for store in pinned(tmp_path, language, before, used, files).targets)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app/wx.php", "<?php $own = ['wx' => ['ca' => 'old.pem']];\nreturn $own;"),
        ("app/wx.php", "<?php return array_merge(['x' => 1], ['wx' => ['ca' => 'old.pem']]);"),
    ],
)
def test_a_php_file_gives_back_what_it_returns(tmp_path, name, text):
    follows(tmp_path, "php", "$own = require 'wx.php';", "$own['wx']['ca']", {name: text})
