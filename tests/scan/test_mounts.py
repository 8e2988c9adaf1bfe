"""A pin that names a file of the container is followed to the Secret, ConfigMap or Compose secret that is mounted there."""

import base64
import time
from pathlib import Path

import pytest

from tests.evidence import WECHATPAY, root
from wxcertcheck.model import Pin, StoreState
from wxcertcheck.scan import ScanRequest, scan

G1, G2 = root("g1"), root("g2")
POD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: pay}
spec:
  template:
    spec:
      containers:
        - name: pay
          env:
            - {name: SSL_CERT_FILE, value: %(path)s}
          volumeMounts:
            - %(mount)s
      volumes:
        - %(volume)s
"""
SECRET_VOLUME = "{name: cas, secret: {secretName: wx-ca}}"
MOUNT = "{name: cas, mountPath: /etc/wx}"


def pem(*roots):
    return "".join(Path(f"fixtures/roots/digicert-global-root-{one}.pem").read_text() for one in roots)


def secret(name="wx-ca", key="ca.crt", content=None, kind="Secret"):
    text = pem("ca") if content is None else content
    if kind == "ConfigMap":
        lines = "".join(f"    {line}\n" for line in text.splitlines())
        return f"kind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  {key}: |\n{lines}"
    return f"kind: Secret\nmetadata: {{name: {name}}}\ndata:\n  {key}: {base64.b64encode(text.encode()).decode()}\n"


def target(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    evidence = scan(ScanRequest((str(folder),), (WECHATPAY,)))
    [pin] = [item for item in evidence if isinstance(item, Pin)]
    [store] = pin.targets
    return store


def pod(path="/etc/wx/ca.crt", mount=MOUNT, volume=SECRET_VOLUME):
    return POD % {"path": path, "mount": mount, "volume": volume}


@pytest.mark.parametrize(
    ("path", "mount", "volume", "kind"),
    [
        ("/etc/wx/ca.crt", MOUNT, SECRET_VOLUME, "Secret"),
        ("/etc/wx/ca.crt", MOUNT, "{name: cas, configMap: {name: wx-ca}}", "ConfigMap"),
        ("/etc/wx/ca.crt", MOUNT, "{name: cas, projected: {sources: [{secret: {name: wx-ca}}]}}", "Secret"),
        ("/a/b.pem", "{name: cas, mountPath: /a/b.pem, subPath: ca.crt}", SECRET_VOLUME, "Secret"),
        (
            "/etc/wx/renamed.pem",
            MOUNT,
            "{name: cas, secret: {secretName: wx-ca, items: [{key: ca.crt, path: renamed.pem}]}}",
            "Secret",
        ),
        ("/etc/wx", MOUNT, SECRET_VOLUME, "Secret"),
    ],
)
def test_what_is_mounted_at_a_pinned_path_is_opened(tmp_path, path, mount, volume, kind):
    store = target(tmp_path, pod=pod(path, mount, volume), ca=secret(kind=kind))
    assert (store.kind, store.state) == ("mounted", StoreState.READ)
    assert store.trusted == {G1.fingerprint}
    assert store.places[0].path == str(tmp_path / "ca.yaml")
    assert store.places[0].line == 4


def test_both_roots_in_one_manifest_list(tmp_path):
    lines = pod().strip().replace("\n", "\n    ")
    other = secret(content=pem("ca", "g2")).strip().replace("\n", "\n    ")
    store = target(tmp_path, all=f"kind: List\nitems:\n  - {other}\n  - {lines}\n")
    assert store.trusted == {G1.fingerprint, G2.fingerprint}


@pytest.mark.parametrize(
    "files",
    [
        {"pod": pod()},  # the Secret is made elsewhere
        {"pod": pod(), "ca": secret(name="other")},
        {"pod": pod(), "ca": secret(key="other.crt")},
        {"pod": pod(mount="{name: cas, mountPath: /etc/other}"), "ca": secret()},
        {"pod": pod(), "ca": "kind: Secret\nmetadata: {name: {{ .Values.name }}}\n"},  # a template
        {"pod": pod(), "ca": "kind: Secret\nmetadata: {name: wx-ca}\ndata: {ca.crt: '***'}\n"},
    ],
    ids=["no-secret", "other-name", "other-key", "other-path", "template", "no-base64"],
)
def test_a_mount_whose_content_is_not_in_the_tree_stays_unknown(tmp_path, files):
    assert target(tmp_path, **files).state in (StoreState.MISSING, StoreState.DAMAGED, StoreState.EMPTY)


def test_of_two_different_objects_at_one_path_none_is_guessed_but_the_manifests_own_one_is_taken(tmp_path):
    (tmp_path / "a.yaml").write_text(secret() + "---" + pod())
    (tmp_path / "b.yaml").write_text(secret(name="new", content=pem("g2")))
    (tmp_path / "c.yaml").write_text(
        pod(volume="{name: cas, secret: {secretName: new}}").replace("SSL_CERT_FILE", "NAME")
    )
    (tmp_path / "pay.py").write_text('import requests\nrequests.get(u, verify="/etc/wx/ca.crt")\n')
    evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,)))
    found = {pin.place.path: pin.targets[0] for pin in evidence if isinstance(pin, Pin)}
    assert found[str(tmp_path / "a.yaml")].trusted == {G1.fingerprint}
    assert found[str(tmp_path / "pay.py")].state is StoreState.MISSING


def test_compose_secrets_and_configs(tmp_path):
    (tmp_path / "old.pem").write_text(pem("ca"))
    (tmp_path / "compose.yaml").write_text(
        "services:\n  pay:\n    image: pay\n    secrets: [wx_ca]\n"
        "    configs: [{source: wx_conf, target: /etc/wx/roots}]\n"
        "secrets:\n  wx_ca: {file: ./old.pem}\nconfigs:\n  wx_conf: {file: ./old.pem}\n"
    )
    for path in ("/run/secrets/wx_ca", "/etc/wx/roots"):
        (tmp_path / "pay.py").write_text(f'import requests\nrequests.get(u, verify="{path}")\n')
        evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,)))
        [pin] = [item for item in evidence if isinstance(item, Pin)]
        assert pin.targets[0].path == str(tmp_path / "old.pem")
        assert pin.targets[0].trusted == {G1.fingerprint}


def nested(value):
    """Twenty-six lines that stand for 2**25 nodes, the last as ``value``."""
    lines = "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 26))
    return f"kind: Secret\nmetadata: {{name: bomb}}\na0: &a0 [x, x]\n{lines}{value}\n"


@pytest.mark.parametrize(
    "hostile",
    [
        nested("stringData: {ca.crt: *a25}"),
        nested("").replace("[x, x]", "{x: y}").replace("[*", "{<<: [*").replace("]\n", "]}\n"),
        "secrets: " + "[" * 20_000,
        "secrets: " + "[" * 100_000 + "]" * 100_000,
        "kind: Secret\nmetadata: &a {name: *a}\nstringData: {? [x] : y, ca.crt: [z]}\n",
        'kind: Secret\nmetadata: {name: other}\nstringData: {ca.crt: "\\uD800"}\n',
    ],
    ids=["aliases", "merges", "unclosed", "deep", "cycle", "surrogate"],
)
def test_a_hostile_manifest_costs_only_itself(tmp_path, hostile):
    started = time.monotonic()
    assert target(tmp_path, a=hostile, pod=pod(), ca=secret()).trusted == {G1.fingerprint}
    assert time.monotonic() - started < 5


def test_merged_keys_and_aliases_are_understood(tmp_path):
    (tmp_path / "old.pem").write_text(pem("ca"))
    (tmp_path / "compose.yaml").write_text(
        "x-common: &common\n  configs: &files [{source: wx, target: /etc/wx/old}]\n  image: pay\n"
        "services:\n  one: {<<: *common, image: other}\n  two: {configs: *files}\nconfigs:\n  wx: {file: ./old.pem}\n"
    )
    (tmp_path / "pay.py").write_text('import requests\nrequests.get(u, verify="/etc/wx/old")\n')
    [pin] = [item for item in scan(ScanRequest((str(tmp_path),), (WECHATPAY,))) if isinstance(item, Pin)]
    assert pin.targets[0].path == str(tmp_path / "old.pem")


def test_one_option_that_two_patterns_know_is_one_pin(tmp_path):
    (tmp_path / "pay.yaml").write_text(
        'env:\n  - name: JAVA_OPTS\n    value: "-Djavax.net.ssl.trustStore=/etc/wx/trust.jks"\n'
        '  - {name: BOTH, value: "-Djavax.net.ssl.trustStore=/a.jks -Djavax.net.ssl.trustStore=/b.jks"}\n'
    )
    evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,)))
    pins = [item for item in evidence if isinstance(item, Pin)]
    assert [(pin.place.line, pin.targets[0].path) for pin in pins] == [
        (3, "/etc/wx/trust.jks"),
        (4, "/a.jks"),
        (4, "/b.jks"),
    ]


def test_two_settings_of_one_line_that_name_the_same_file_are_two_pins(tmp_path):
    (tmp_path / "Dockerfile").write_text("ENV SSL_CERT_FILE=/ca.pem CURL_CA_BUNDLE=/ca.pem\n")
    evidence = scan(ScanRequest((str(tmp_path),), (WECHATPAY,)))
    assert [pin.value for pin in evidence if isinstance(pin, Pin)] == [
        "SSL_CERT_FILE=/ca.pem",
        "CURL_CA_BUNDLE=/ca.pem",
    ]
