"""Packages that call the hosts, or carry their own CAs, as manifests and lock files name them."""

import pytest
from msgspec.structs import replace

from tests.evidence import WECHATPAY, case, root
from wxcertcheck.model import Confidence
from wxcertcheck.scan.packages import known_packages, packages_in

HOST = ("api.mch.weixin.qq.com",)
CALLS = {
    "requirements.txt": "requests\nwechatpayv3==1.2.0\n",
    "poetry.lock": '[[package]]\nname = "wechatpayv3"\nversion = "1.2.0"\n',
    "pyproject.toml": 'dependencies = [\n  "wechatpayv3>=1.2",\n]\n',
    "package.json": '{"dependencies": {"wechatpay-node-v3": "^2.1.0"}}',
    "package-lock.json": '{"packages": {"node_modules/wechatpay-node-v3": {\n "version": "2.1.0"}}}',
    "yarn.lock": 'wechatpay-node-v3@^2.1.0:\n  version "2.1.0"\n',
    "composer.json": '{"require": {"yansongda/pay": "^3.0"}}',
    "composer.lock": '{"packages": [{"name": "yansongda/pay",\n "version": "v3.1.0"}]}',
    "Gemfile": "gem 'wx_pay', '~> 0.19'\n",
    "Gemfile.lock": "GEM\n  specs:\n    wx_pay (0.19.0)\n",
    "pom.xml": "<dependency><groupId>com.github.binarywang</groupId>\n<artifactId>weixin-java-pay</artifactId><version>4.6.0</version></dependency>",
    "build.gradle": "implementation 'com.github.wechatpay-apiv3:wechatpay-java:0.2.12'\n",
    "go.mod": "module x\nrequire github.com/go-pay/gopay v1.5.100\n",
    "shop.csproj": '<PackageReference Include="SKIT.FlurlHttpClient.Wechat.TenpayV3" Version="3.0.0" />',
    "packages.config": '<package id="Senparc.Weixin.TenPay" version="1.0.0" />',
    "Cargo.toml": '[dependencies]\nwechat-pay-rust-sdk = "0.2"\n',
}


def found(tmp_path, name, content):
    return list(packages_in(str(tmp_path / name), content.encode(), (WECHATPAY,)))


@pytest.mark.parametrize("name", CALLS)
def test_a_package_that_calls_wechat_pay_is_seen(tmp_path, name):
    [use] = found(tmp_path, name, CALLS[name])
    assert use.calls == HOST
    assert use.place.line >= 1


@pytest.mark.parametrize("name", CALLS)
def test_a_manifest_without_one_gives_nothing(tmp_path, name):
    assert found(tmp_path, name, CALLS[name].replace("pay", "lay").replace("Pay", "Lay")) == []


@pytest.mark.parametrize(
    ("version", "keys"),
    [("14.5.14", {"g1"}), ("2015.4.28", {"g1", "g2"}), ("2024.7.4", {"g1", "g2"}), ("2026.4.22", {"g2"})],
)
def test_certifi_carries_what_its_version_held(tmp_path, version, keys):
    [use] = found(tmp_path, "requirements.txt", f"certifi=={version}\n")
    assert use.carries == {root(key).fingerprint for key in keys}


@pytest.mark.parametrize(
    ("name", "content", "keys"),
    [
        ("requirements.txt", "requests==2.7.0\n", {"g1"}),
        ("requirements.txt", "requests==2.8.1\n", {"g1", "g2"}),
        ("requirements.txt", "requests==2.31.0\n", None),  # certifi's list since 2.16
        ("requirements.txt", "httplib2==0.10.3\n", {"g1"}),
        ("requirements.txt", "botocore==1.8.38\n", {"g1"}),
        ("composer.lock", '{"name": "guzzle/guzzle",\n "version": "v3.9.3"}', {"g1"}),
        ("composer.lock", '{"name": "guzzle/guzzle",\n "version": "6.5.0"}', None),
        ("composer.lock", '{"name": "composer/ca-bundle",\n "version": "1.4.13"}', {"g2"}),
        ("composer.lock", '{"name": "composer/ca-bundle",\n "version": "1.5.0"}', {"g1", "g2"}),
        ("composer.lock", '{"name": "stripe/stripe-php",\n "version": "v3.7.0"}', {"g1"}),
        ("Gemfile.lock", "GEM\n  specs:\n    braintree (2.81.0)\n", {"g1"}),
        ("package-lock.json", '{"node_modules/ssl-root-cas": {\n "version": "1.3.1"}}', {"g1", "g2"}),
    ],
)
def test_lists_as_their_releases_had_them(tmp_path, name, content, keys):
    held = [use.carries for use in found(tmp_path, name, content)]
    assert held == ([] if keys is None else [{root(key).fingerprint for key in keys}])


def level(*evidence):
    from wxcertcheck.rules.package_carries_certificates import RULE

    return [finding.level.value for finding in RULE.judge(case(*evidence))]


def test_an_old_list_warns_where_the_tree_calls_the_hosts_and_is_a_note_elsewhere(tmp_path):
    [old] = found(tmp_path, "requirements.txt", "requests==2.7.0\n")
    [caller] = found(tmp_path, "requirements.txt", "wechatpayv3\n")
    assert level(old, caller) == ["warning"]
    assert level(old) == ["note"]
    assert level(replace(old, confidence=Confidence.UNVERIFIED), caller) == ["note"]
    assert level(old, replace(caller, confidence=Confidence.UNVERIFIED)) == ["note"]


def test_a_list_for_one_service_alone_never_warns(tmp_path):
    [stripe] = found(tmp_path, "requirements.txt", "stripe==1.20.0\n")
    [caller] = found(tmp_path, "requirements.txt", "wechatpayv3\n")
    assert stripe.only_for == "Stripe"
    assert level(stripe, caller) == ["note"]


def test_a_range_says_nothing_about_the_list(tmp_path):
    assert found(tmp_path, "requirements.txt", "certifi>=2015\n") == []


def test_every_row_names_its_source():
    import tomllib
    from importlib.resources import files

    data = tomllib.loads(files("wxcertcheck.scan").joinpath("packages.toml").read_text("utf-8"))
    rows = [row for table, rows in data.items() if table not in ("hosts", "roots") for row in rows.values()]
    assert all(row["source"].startswith("https://") and row["read_on"] and row["seen"] for row in rows)
    assert sum(len(rows) for rows in known_packages().values()) == len(rows)
