"""Settings of configuration files, which a pin's name is looked up in."""

import time

import pytest

from wxcertcheck.scan.deployment.keys import is_server_key
from wxcertcheck.scan.tree import Tree


def settings(folder, name, content):
    (folder / name).write_text(content)
    return Tree(str(folder), [f"{folder}/{name}"])


@pytest.mark.parametrize(
    ("name", "content", "value"),
    [
        ("a.env", "WX_CA=/etc/wx/ca.pem", "/etc/wx/ca.pem"),
        ("a.properties", "wx.ca = /etc/wx/ca.pem  ", "/etc/wx/ca.pem"),
        ("config.json", '"wxCa": "/etc/wx/ca.pem" ,\r', "/etc/wx/ca.pem"),
        ("Dockerfile", "ENV WX_CA /etc/wx/ca.pem", "/etc/wx/ca.pem"),
        ("a.yml", "wx:\n  ca: /etc/wx/ca.pem # old", "/etc/wx/ca.pem"),
    ],
)
def test_the_value_of_a_key_however_it_is_written(tmp_path, name, content, value):
    assert settings(tmp_path, name, content).setting("WX_CA")[0].value == value


def test_a_line_of_spaces_takes_no_time(tmp_path):
    started = time.process_time()
    tree = settings(tmp_path, "a.properties", "padded = x" + " " * 100_000 + "x\nwx.ca = a.pem\n")
    assert tree.setting("wx.ca") == [("wx.ca", "a.pem", f"{tmp_path}/a.properties", 2)]
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("name", "content", "key", "value"),
    [
        ("a.ini", "[ali]\nca = a.pem\n[wx]\nca = b.pem ; old\n", "wx.ca", "b.pem ; old"),
        ("a.toml", '[ali]\nca = "a.pem"\n[wx.pay]\nca = "b.pem" # old\n', "wx.pay.ca", "b.pem"),
        ("a.conf", "ali {\n  ca = a.pem\n}\nwx {\n  pay {\n    ca = b.pem\n  }\n}\n", "wx.pay.ca", "b.pem"),
        ("a.yml", "ali:\n  ca: a.pem\nwx:\n  pay:\n    ca: b.pem\n", "wx.pay.ca", "b.pem"),
        ("a.yml", "production:\n  ali:\n    ca: a.pem\n  wx:\n    ca: b.pem\n", "wx.ca", "b.pem"),
        ("a.yml", "spring:\n  own:\n    ali:\n      ca: a.pem\n    wx:\n      ca: b.pem\n", "wx.ca", "b.pem"),
        ("a.yml", "ali: {ca: a.pem}\nwx: { 'key': k.pem, ca: /etc/b.pem }\n", "wx.ca", "/etc/b.pem"),
        ("a.toml", 'ali = { ca = "a.pem" }\n[wx]\npay = { ca = "b.pem", key = "k" }\n', "wx.pay.ca", "b.pem"),
        ("wx.yml", "ali:\n  ca: a.pem\nca: b.pem\n", "wx.ca", "b.pem"),
        ("a.yml", "env:\n  - name: WX_CA\n    value: b.pem\n  - name: OTHER\n    value: a.pem\n", "WX_CA", "b.pem"),
        ("appsettings.json", '{"Ali": {"Ca": "a.pem"}, /* old */ "Wx": {"List": [1, {"Ca": "c"}], "Ca": "b.pem"}}', "Wx:Ca", "b.pem"),
        ("config.json", "{\"wx:ca\": \"b.pem\", 'ali:ca': 'a.pem'}", "wx:ca", "b.pem"),
        ("Web.config", '<add key="Ali" value="a.pem"/>\n<add value="b.pem"\n key="WxCa"/>', "WxCa", "b.pem"),
    ],
)  # fmt: skip
def test_a_key_of_several_names_counts_with_all_of_them(tmp_path, name, content, key, value):
    assert [found.value for found in settings(tmp_path, name, content).setting(key)] == [value]


@pytest.mark.parametrize(
    "name", ["package.json", "tsconfig.json", "readme.md", "vendor/config.json", "tests/config.json"]
)
def test_files_that_hold_no_settings_of_the_project(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    assert settings(tmp_path, name, '{"wxCa": "a.pem"}').setting("wxCa") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ini", "padded" + " " * 400_000 + "x\n"),
        ("a.yml", "a: {" + "b" * 400_000 + "\n" + "a: {" + "b " * 200_000),
        ("a.toml", "a = {" + 'b = "' * 100_000),
        ("config.json", '"' + '\\"' * 400_000),
        ("config.json", "[" * 400_000),
        ("config.json", "[" * 200_000 + "]" * 200_000),
        ("a.yml", "wx: |\n  -----BEGIN\n" * 5_000 + "  a\n" * 15_000),
        ("config.json", "/" * 400_000),
        ("Web.config", "<add key=" * 100_000),
        ("Web.config", '<add key="a" ' * 80_000),
        ("Web.config", '<add key="a" value="b"/>' * 40_000),
        ("config.json", f'{{"{"a" * 300_000}": {{' + '"b": 1, ' * 80_000),
        ("a.yml", f"{'a' * 300_000}:\n" + "  b: c\n" * 80_000),
        ("a.yml", "".join(f"{' ' * depth}a:\n" for depth in range(1_400))),
    ],
)
def test_hostile_configuration_takes_no_time(tmp_path, name, content):
    started = time.process_time()
    assert settings(tmp_path, name, content).setting("wx.ca") == []
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("key", "server"),
    [
        ("sign.ca_file", True),
        ("wx.sign-cert", True),
        ("signCaFile", True),
        ("paySignCaFile", True),
        ("SIGN_CA_FILE", True),
        ("assigned.ca_file", False),
        ("design_ca_file", False),
        ("signal.ca_file", False),
        ("SIGNAL_CA_FILE", False),
    ],
)
def test_a_signatures_key_has_the_word_sign(key, server):
    assert is_server_key(key) is server
