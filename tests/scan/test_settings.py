"""Settings of configuration files, which a pin's name is looked up in."""

import time

import pytest

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
    started = time.monotonic()
    tree = settings(tmp_path, "a.properties", "padded = x" + " " * 100_000 + "x\nwx.ca = a.pem\n")
    assert tree.setting("wx.ca") == [("wx.ca", "a.pem", f"{tmp_path}/a.properties", 2)]
    assert time.monotonic() - started < 1
