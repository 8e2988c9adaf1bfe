"""A scan from folder to evidence: what is looked at, what is skipped and counted, what survives."""

import os

import pytest

from tests.evidence import WECHATPAY, root
from wxcertcheck.errors import UsageError
from wxcertcheck.model import (
    Certainty,
    CertificateFile,
    CertificateRole,
    HostUse,
    Looked,
    NotLooked,
    Pin,
    PinKind,
    PinMode,
    StoreState,
)
from wxcertcheck.rotations import pem_of
from wxcertcheck.scan import Limits, ScanRequest, scan

G1, G2 = root("g1"), root("g2")


@pytest.fixture
def tree(tmp_path):
    def write(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write


def look(folder, **options):
    return scan(ScanRequest((str(folder),), (WECHATPAY,), jobs=1, **options))


def pins(evidence):
    return [item for item in evidence if isinstance(item, Pin)]


def pem(*roots):
    return "".join(pem_of(r) for r in roots)


def test_a_pin_is_followed_through_a_constant_and_a_path_join_to_the_roots_in_the_file(tree):
    code = (
        "import os, requests\n"
        'CA = os.path.join(os.path.dirname(__file__), "certs", "rootca.pem")\n'
        'requests.post("https://api.mch.weixin.qq.com/secapi/pay/refund", verify=CA)\n'
    )
    [pin] = pins(look(tree({"pay/refund.py": code, "pay/certs/rootca.pem": pem(G1)})))
    assert (pin.kind, pin.mode, pin.place.line) == (PinKind.TRUST, PinMode.REPLACES, 3)
    assert pin.trusted == {G1.fingerprint}
    assert pin.unresolved is None
    assert (pin.link, pin.hosts) == (Certainty.CERTAIN, ("api.mch.weixin.qq.com",))


def test_a_constant_of_another_module_is_found_there(tree):
    files = {
        "app/__init__.py": "",
        "app/settings.py": 'import os\nCA_FILE = os.path.join(os.path.dirname(__file__), "ca.pem")\n',
        "app/client.py": "import requests\nfrom app import settings\nrequests.get(url, verify=settings.CA_FILE)\n",
        "app/ca.pem": pem(G1, G2),
    }
    [pin] = pins(look(tree(files)))
    assert pin.trusted == {G1.fingerprint, G2.fingerprint}


def test_an_environment_variable_is_resolved_from_the_tree_else_configurable(tree):
    code = 'import os, requests\nrequests.get(url, verify=os.environ["WX_CA_FILE"])\n'
    [pin] = pins(look(tree({"a.py": code})))
    assert pin.kind is PinKind.CONFIGURABLE
    pin, set_here = pins(look(tree({"a.py": code, ".env": "WX_CA_FILE=conf/ca.pem\n", "conf/ca.pem": pem(G2)})))[::-1]
    assert set_here.place.path.endswith("/.env")
    assert (pin.kind, pin.trusted) == (PinKind.TRUST, {G2.fingerprint})


def test_a_missing_file_is_said_and_a_damaged_one_too(tree):
    code = 'import requests\nrequests.get(u, verify="gone.pem")\nrequests.get(u, verify="page.pem")\n'
    gone, page = pins(look(tree({"a.py": code, "page.pem": "<!DOCTYPE html><html>moved</html>"})))
    assert gone.targets[0].state is StoreState.MISSING
    assert gone.unresolved
    assert page.targets[0].state is StoreState.DAMAGED


def test_the_host_elsewhere_in_the_tree_makes_a_pin_likely_and_none_makes_it_unlinked(tree):
    pin_alone = {"a.py": 'import requests\nrequests.get(u, verify="x.pem")\n'}
    assert pins(look(tree(pin_alone)))[0].link is Certainty.UNLINKED
    with_host = tree({**pin_alone, "b.py": 'HOST = "https://api.mch.weixin.qq.com"\n'})
    assert pins(look(with_host))[0].link is Certainty.LIKELY
    assert pins(look(with_host, any_host=True))[0].link is Certainty.CERTAIN


def test_a_host_in_a_comment_or_in_a_longer_name_is_not_the_host(tree):
    code = '# api.mch.weixin.qq.com\nA = "api.mch.weixin.qq.com.evil.example"\nB = "xapi.mch.weixin.qq.com"\n'
    assert not [item for item in look(tree({"a.py": code})) if isinstance(item, HostUse)]


def test_a_pin_beside_verification_off_is_dead(tree):
    code = (
        "import ssl\ndef f():\n    c = ssl.SSLContext()\n    c.load_verify_locations('a.pem')\n"
        "    c.verify_mode = ssl.CERT_NONE\n"
    )
    trust, off = pins(look(tree({"a.py": code})))
    assert off.kind is PinKind.VERIFICATION_OFF
    assert trust.dead_by == off.place


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tree, encoding):
    code = '# 微信支付退款丄\nimport requests\nrequests.get(u, verify="证书/根.pem")\n'
    [pin] = pins(look(tree({"a.py": code.encode(encoding), "证书/根.pem": pem(G1)})))
    assert pin.place.line == 3
    assert pin.trusted == {G1.fingerprint}


def test_a_stray_nul_does_not_hide_a_source_file(tree):
    assert pins(look(tree({"a.py": b"x = 1\0\nimport requests\nrequests.get(u, verify=False)\n"})))


def test_ignored_files_are_skipped_and_counted_and_env_files_are_read(tree):
    bad = "import requests\nrequests.get(u, verify=False)\n"
    code = 'import os, requests\nrequests.get(u, verify=os.getenv("WX_CA"))\n'
    folder = tree(
        {
            ".gitignore": "build/\n*.gen.py\n.env\n",
            "sub/.gitignore": "inner.py\n",
            "build/a.py": bad,
            "b.gen.py": bad,
            "sub/inner.py": bad,
            "c.py": code,
            ".env": "WX_CA=x.pem\n",
        }
    )
    evidence = look(folder)
    assert [pin.place.path.rpartition("/")[2] for pin in pins(evidence)] == ["c.py"]
    assert pins(evidence)[0].kind is PinKind.TRUST
    assert len(pins(look(folder, no_ignore=True))) == 4


def test_folders_are_taken_back_where_all_without_an_ending_is_ignored(tree):
    """The ignore file of Go projects whose programs have no ending."""
    bad = "import requests\nrequests.get(u, verify=False)\n"
    folder = tree({".gitignore": "*\n!*.*\n!*/\n", "core/in/a.py": bad, "core/run": "#!/usr/bin/python3\n" + bad})
    assert [pin.place.path for pin in pins(look(folder))] == [str(folder / "core/in/a.py")]


def test_keystores_and_env_files_are_read_in_ignored_folders_too_but_not_in_those_that_tools_fill(tree):
    folder = tree(
        {
            ".gitignore": "secret/\nbuild/\n",
            "secret/in/.gitignore": "!a.py\n",
            "secret/in/a.py": "import requests\nrequests.get(u, verify=False)\n",
            "secret/in/ca.pem": pem(G1),
            "secret/in/.env": "WX_CA=secret/in/ca.pem\n",
            "build/ca.crt": pem(G2),
            "pay.py": 'import os, requests\nrequests.get(u, verify=os.getenv("WX_CA"))\n',
        }
    )
    evidence = look(folder)
    [pin] = pins(evidence)
    assert pin.trusted == {G1.fingerprint}
    assert [item.place.path for item in evidence if isinstance(item, CertificateFile)] == [
        str(folder / "secret/in/ca.pem")
    ]
    [looked] = [item for item in evidence if isinstance(item, Looked)]
    assert looked.count == 4  # with the .gitignore of the root
    assert "3 skipped by ignore files" in looked.text.en  # build, and two files below secret


def test_an_ignored_folder_that_cannot_be_read_decides_nothing(tree, monkeypatch):
    folder = tree({".gitignore": "mysql/\n", "mysql/a": "x", "own/a": "x"})
    real = os.scandir

    def scandir(path):
        if str(path).endswith(("mysql", "own")):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr("wxcertcheck.scan.walk.os.scandir", scandir)
    problems = [item.place.path for item in look(folder) if isinstance(item, NotLooked)]
    assert problems == [str(folder / "own")]


def test_certificates_in_the_tree_are_told_apart_by_what_they_are(tree):
    found = {
        item.place.path.rpartition("/")[2]: item
        for item in look(
            tree(
                {
                    "ca.pem": pem(G1),
                    "alipayRootCert.crt": pem(G1),
                    "k.yaml": "  ca: |\n    " + pem(G2).replace("\n", "\n    "),
                }
            )
        )
        if isinstance(item, CertificateFile)
    }
    assert found["ca.pem"].role is CertificateRole.TRUST
    assert (
        found["alipayRootCert.crt"].role is CertificateRole.TRUST
    )  # a root of TLS servers, whatever the file is called
    assert found["k.yaml"].embedded
    assert found["k.yaml"].store.trusted == {G2.fingerprint}


def test_a_suppression_needs_a_reason(tree):
    line = "requests.get(u, verify=False)  # wxcertcheck: ignore[WXC202]"
    with_reason, without = pins(look(tree({"a.py": f"import requests\n{line} lab only until 2026-12-31\n{line}\n"})))
    assert with_reason.suppressed is not None
    assert (with_reason.suppressed.rules, with_reason.suppressed.reason, with_reason.suppressed.until) == (
        ("WXC202",),
        "lab only",
        "2026-12-31",
    )
    assert without.suppressed is not None
    assert "no reason" in without.suppressed.fault.en


def test_a_path_that_is_not_there_is_a_wrong_request(tmp_path):
    with pytest.raises(UsageError):
        look(tmp_path / "gone")


def test_odd_files_are_survived(tree):
    folder = tree(
        {"a.py": "import requests\nrequests.get(u, verify=False)\n", "deep.py": "x = " + "[" * 20_000 + "verify="}
    )
    os.mkfifo(folder / "fifo.py")
    (folder / "loop").symlink_to(folder)
    (folder / "huge.js").write_bytes(b"a=1;" * (1 << 20) + b"\n// api.mch.weixin.qq.com\n")
    evidence = look(folder)
    assert len(pins(evidence)) == 1
    assert next(item for item in evidence if isinstance(item, Looked)).count == 3


def test_a_pinned_pipe_or_device_is_not_opened(tree):
    folder = tree(
        {
            "pay.py": 'import requests\nrequests.get(u, verify="ca.fifo")\nrequests.get(u, verify="%s/dev/zero")\n'
            % ("../" * 40)
        }
    )
    os.mkfifo(folder / "ca.fifo")
    found = pins(look(folder))
    assert [store.state for pin in found for store in pin.targets] == [StoreState.UNREADABLE] * 2
    assert all("not a regular file" in pin.unresolved.en for pin in found)


def test_a_large_file_is_looked_at_around_its_words_and_says_so(tree):
    code = b"x = 1\n" * 20_000 + b"import requests\nrequests.get(u, verify=False)\n" + b"y = 2\n" * 20_000
    evidence = look(tree({"big.py": code}), limits=Limits(parsed_bytes=100_000, window_bytes=2_000))
    assert [pin.place.line for pin in pins(evidence)] == [20_002]
    assert [item.reason for item in evidence if isinstance(item, NotLooked)] == ["in-part"]


def test_an_unreadable_folder_is_reported(tree, monkeypatch):
    folder = tree({"a/b.py": "x", "c.py": "y"})
    real = os.scandir

    def refusing(path):
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refusing)  # root may read everything, so the refusal is made here
    assert [item.reason for item in look(folder) if isinstance(item, NotLooked)] == ["unreadable"]


def test_copies_of_a_file_each_give_their_own_places(tree):
    code = 'import requests\nrequests.get(u, verify="ca.pem")\n'
    found = pins(look(tree({"a/x.py": code, "b/x.py": code, "a/ca.pem": pem(G1), "b/ca.pem": pem(G2)})))
    assert [(pin.place.path[-6:], pin.trusted) for pin in found] == [
        ("a/x.py", {G1.fingerprint}),
        ("b/x.py", {G2.fingerprint}),
    ]


def test_the_tests_that_a_rust_file_holds_itself_are_tests(tmp_path):
    code = "fn get() { c.danger_accept_invalid_certs(true); }\n#[cfg(test)]\nmod tests {\n #[test]\n fn get() { c.danger_accept_invalid_certs(true); }\n}\n"
    (tmp_path / "client.rs").write_text(code, encoding="utf-8")
    pins = [item for item in scan(ScanRequest((str(tmp_path),), ())) if isinstance(item, Pin)]
    assert [(pin.place.line, pin.test) for pin in pins] == [(1, False), (5, True)]
    pins = [i for i in scan(ScanRequest((str(tmp_path),), (), include_tests=True)) if isinstance(i, Pin)]
    assert [pin.test for pin in pins] == [False, False]


def test_each_line_of_a_file_that_a_script_writes_is_a_place_of_its_own(tree):
    script = (
        "cat > client.properties <<EOF\n"
        "group.id=pay\n"
        "ssl.truststore.location=/etc/wx/one.jks\n"
        "producer.ssl.truststore.location=/etc/wx/two.jks\n"
        "EOF\n"
    )
    found = pins(look(tree({"start.sh": script})))
    assert [pin.place.line for pin in found] == [3, 4]
