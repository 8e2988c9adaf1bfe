"""Packages that call the hosts, or carry their own CAs, as manifests and lock files name them."""

import pytest

from tests.evidence import WECHATPAY, root
from wxcertcheck.scan.packages import known_packages, packages_in
from wxcertcheck.scan.tree import Tree

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
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return list(packages_in(Tree(str(tmp_path), [str(path)]), (WECHATPAY,)))


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


def test_a_range_says_nothing_about_the_list(tmp_path):
    [use] = found(tmp_path, "requirements.txt", "certifi>=2015\n")
    assert use.carries is None


def test_every_row_names_its_source():
    import tomllib
    from importlib.resources import files

    data = tomllib.loads(files("wxcertcheck.scan").joinpath("packages.toml").read_text("utf-8"))
    rows = [row for table, rows in data.items() if table not in ("hosts", "roots") for row in rows.values()]
    assert all(row["source"].startswith("https://") and row["read_on"] for row in rows)
    assert sum(len(rows) for rows in known_packages().values()) == len(rows)
