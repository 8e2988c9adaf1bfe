"""The situations of the design that concern stores, each on a made-up root file system, through the whole pipeline."""

import json
import os
import subprocess
import sys

import pytest

from tests import rootfs
from tests.rootfs import BOTH, G1, G2, OTHERS, RootFS
from wxcertcheck.model import Level, Status
from wxcertcheck.pipeline import CheckRequest, check
from wxcertcheck.stores import read_files

JULY, SEPTEMBER, TODAY = "2024-07-15", "2024-09-15", "2026-11-21"
OLD, NEW, NEITHER = (G1, *OTHERS), (G2, *OTHERS), OTHERS
READY, NOT_READY, UNKNOWN = Status.READY, Status.NOT_READY, Status.UNKNOWN


def verdict(fs, on=TODAY, **more):
    report = check(CheckRequest(root=fs.root, on=on, **more))
    return report.verdict.status, [f for f in report.findings if f.level is Level.ERROR], report


@pytest.fixture
def fs(tmp_path):
    return RootFS(tmp_path / "root")


@pytest.mark.parametrize("with_curl", [False, True], ids=["stores only", "curl installed"])
@pytest.mark.parametrize("layout", ["debian", "rhel", "rhel6", "suse", "alpine", "arch"])
@pytest.mark.parametrize(
    ("roots", "statuses"),
    [
        (BOTH, (READY, READY, READY)),
        (OLD, (NOT_READY, NOT_READY, NOT_READY)),
        (NEW, (NOT_READY, NOT_READY, READY)),
        (NEITHER, (NOT_READY, NOT_READY, NOT_READY)),
    ],
    ids=["both", "old", "new", "neither"],
)
def test_every_layout_at_three_moments(fs, layout, roots, statuses, with_curl):
    getattr(rootfs, layout)(fs, roots=roots)
    if with_curl:
        fs.program("/usr/bin/curl")
    assert tuple(verdict(fs, on)[0] for on in (JULY, SEPTEMBER, TODAY)) == statuses


@pytest.mark.parametrize("content", ["", "no certificate here\n"])
@pytest.mark.parametrize("path", ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"])
def test_an_empty_or_damaged_bundle_in_use_is_proof(fs, path, content):
    fs.program("/usr/bin/curl")
    fs.write("/etc/os-release", "ID=debian\n" if "ssl/certs/ca" in path else "ID=centos\n")
    fs.write(path, content)
    status, errors, _ = verdict(fs)
    assert status is NOT_READY
    assert [f.rule for f in errors] == ["WXC104"]


def test_a_bundle_whose_comments_lie(fs):
    lying = f"# DigiCert Global Root G2\n{rootfs.pem(G1).decode()}"
    fs.write("/etc/os-release", "ID=centos\nVERSION_ID=7\n")
    fs.write("/etc/pki/tls/certs/ca-bundle.crt", lying)
    status, errors, report = verdict(fs)
    assert status is NOT_READY
    assert [f.rule for f in errors] == ["WXC101"]
    assert "WXC111" in [f.rule for f in report.findings]


def test_an_empty_folder_cannot_be_decided(fs):
    assert verdict(fs)[0] is UNKNOWN


def test_a_java_run_by_a_service_unit_alone(fs):
    rootfs.debian(fs)
    rootfs.jdk(fs, "/opt/app/jdk", roots=(G1,))
    fs.write("/etc/systemd/system/app.service", "[Service]\nExecStart=/opt/app/jdk/bin/java -jar /opt/app/app.jar\n")
    status, [error], _ = verdict(fs)
    assert status is NOT_READY
    assert "app.service" in error.message.en
    assert error.place.path == "/opt/app/jdk/jre/lib/security/cacerts"
    assert "keytool" in "\n".join(error.fixes[0].commands)


def test_the_same_java_with_both_roots_is_ready(fs):
    rootfs.debian(fs)
    rootfs.jdk(fs, "/opt/app/jdk")
    fs.write("/etc/systemd/system/app.service", "[Service]\nExecStart=/opt/app/jdk/bin/java -jar /opt/app/app.jar\n")
    assert verdict(fs)[0] is READY


def test_a_trust_store_that_is_missing_makes_java_trust_nothing(fs):
    rootfs.jdk(fs, "/opt/app/jdk")
    fs.write(
        "/etc/systemd/system/app.service",
        "[Service]\nExecStart=/opt/app/jdk/bin/java -Djavax.net.ssl.trustStore=/does/not/exist -jar /opt/app/app.jar\n",
    )
    status, errors, _ = verdict(fs)
    assert status is NOT_READY
    assert "WXC104" in [f.rule for f in errors]


def test_debian_slim_with_curl_and_without_ca_certificates(fs):
    fs.write("/etc/os-release", 'ID=debian\nVERSION_ID="12"\n')
    fs.program("/usr/bin/curl")
    status, [error], _ = verdict(fs)
    assert status is NOT_READY
    assert "install -y ca-certificates" in error.fixes[0].commands[0]


def test_a_scratch_image_with_one_static_go_binary(fs):
    fs.program("/app", b"\x7fELF\x02\x01\x01" + bytes(57) + b"\xff Go buildinf:" + bytes(64) + b"go1.22.1")
    assert verdict(fs)[0] is UNKNOWN


def test_a_switched_off_root_names_the_line(fs):
    rootfs.debian(fs, roots=(G1, *OTHERS), off=(G2,))
    fs.program("/usr/bin/curl")
    status, [error], _ = verdict(fs)
    assert status is NOT_READY
    assert error.rule == "WXC103"
    assert "ca-certificates.conf" in " ".join([*error.fixes[0].commands, *(r.en for r in error.reasons)])


def test_a_store_that_nothing_reads_is_in_the_headline(fs):
    rootfs.debian(fs)
    fs.program("/usr/bin/curl")
    fs.write("/usr/local/ssl/cert.pem", rootfs.bundle(OLD))
    status, _, report = verdict(fs)
    assert status is READY
    from wxcertcheck.reporters import render

    assert "would fail" in "\n".join(render(report, "terminal", "en").splitlines()[:5])
    assert verdict(fs, all_stores=True)[0] is NOT_READY


def test_keystores_that_are_no_trust_stores_do_not_decide(fs):
    rootfs.debian(fs)
    fs.program("/usr/bin/curl")
    fs.write("/srv/app/apiclient_cert.p12", b"\x30\x82\x00\x10" + b"x" * 64)
    assert verdict(fs)[0] is READY


@pytest.mark.parametrize(("roots", "code"), [(BOTH, 0), (OLD, 1)])
def test_the_command_ends_with_the_verdicts_code(fs, roots, code):
    rootfs.debian(fs, roots=roots)
    command = [sys.executable, "-m", "wxcertcheck", "check", "--root", str(fs.root), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))
    assert done.returncode == code, done.stderr
    assert json.loads(done.stdout)["status"] == ("READY" if code == 0 else "NOT_READY")


def test_links_that_point_outside_stay_inside(fs, tmp_path):
    (tmp_path / "outside.pem").write_bytes(rootfs.bundle(OLD))
    rootfs.debian(fs)
    fs.program("/usr/bin/curl")
    fs.link("/usr/local/ssl/cert.pem", "../../../../../../../../../.." + str(tmp_path / "outside.pem"))
    _, _, report = verdict(fs, all_stores=True)
    assert report.verdict.status is READY


def test_a_variable_names_an_old_file_and_the_default_directory_hides_it(tmp_path):
    """On Debian SSL_CERT_FILE replaces the file, and the default directory goes on to count: ready, with a warning."""
    old = tmp_path / "old.pem"
    old.write_bytes(rootfs.bundle(OLD))
    environ = {"PATH": "/usr/bin:/bin", "SSL_CERT_FILE": str(old)}
    report = check(CheckRequest(environ=environ, offline=True, on=TODAY))
    warned = [f for f in report.findings if f.rule == "WXC110"]
    assert [f.level for f in warned] == [Level.WARNING]
    assert str(old) in warned[0].message.en
    plain = check(CheckRequest(environ={"PATH": "/usr/bin:/bin"}, offline=True, on=TODAY))
    assert [f for f in plain.findings if f.rule == "WXC110"] == []


@pytest.mark.parametrize(("copied", "status"), [(False, NOT_READY), (True, UNKNOWN)])
def test_a_named_file_that_the_recipe_does_not_fetch_is_no_proof_in_a_copy(fs, copied, status):
    rootfs.debian(fs)
    rootfs.jdk(fs, "/opt/app/jdk")
    java = "/opt/app/jdk/bin/java -Djavax.net.ssl.trustStore=/srv/elsewhere/ts.p12 -jar /opt/app/app.jar"
    fs.write("/etc/systemd/system/app.service", f"[Service]\nExecStart={java}\n")
    assert verdict(fs, copied=copied)[0] is status


def test_a_system_store_that_is_missing_in_a_copy_is_missing(fs):
    fs.write("/etc/os-release", 'ID=debian\nVERSION_ID="12"\n')
    fs.program("/usr/bin/curl")
    assert verdict(fs, copied=True)[0] is NOT_READY


def test_a_bundle_in_the_place_of_a_keystore_is_refused_by_java(fs):
    rootfs.jdk(fs, "/opt/app/jdk")
    fs.write("/opt/ts.pem", rootfs.bundle(BOTH))
    java = "/opt/app/jdk/bin/java -Djavax.net.ssl.trustStore=/opt/ts.pem -jar /opt/app/app.jar"
    fs.write("/etc/systemd/system/app.service", f"[Service]\nExecStart={java}\n")
    status, [error], _ = verdict(fs)
    assert status is NOT_READY
    assert "keystore" in error.message.en


def test_a_keystore_in_the_place_of_a_bundle_is_refused_by_curl(tmp_path):
    keystore = tmp_path / "ca.jks"
    keystore.write_bytes(rootfs.jks(BOTH))
    report = check(CheckRequest(environ={"PATH": "/usr/bin:/bin", "CURL_CA_BUNDLE": str(keystore)}, offline=True))
    curl = next(f for f in report.findings if "curl" in f.message.en and f.level is Level.ERROR)
    assert "takes only PEM" in curl.message.en


def test_the_present_outage_of_a_store_without_the_old_root_is_told():
    from tests.evidence import JULY_2024, case, runtime, store
    from wxcertcheck.judge import findings_of

    [message] = [f.message.en for f in findings_of(case(runtime(store("g2")), on=JULY_2024)) if f.level is Level.ERROR]
    assert "all requests fail" in message
    assert "some from 2024-08-05" in message


def test_standard_input_and_pipes_are_read_like_files(tmp_path):
    bundle = tmp_path / "both.pem"
    bundle.write_bytes(rootfs.bundle(BOTH))
    command = f"{sys.executable} -m wxcertcheck stores <(cat {bundle}) --quiet"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_a_certificate_that_says_reject_decides_over_its_later_copy(tmp_path):
    folder = tmp_path / "certs"
    folder.mkdir()
    (folder / "a.pem").write_bytes(rootfs.trusted(G2, "-addreject", "serverAuth"))
    (folder / "b.pem").write_bytes(rootfs.pem(G2))
    name = rootfs.subject_hash(G2)
    (folder / f"{name}.0").symlink_to("a.pem")
    (folder / f"{name}.1").symlink_to("b.pem")
    verify = ["openssl", "verify", "-purpose", "sslserver", "-no-CAfile", "-CApath", str(folder), str(folder / "b.pem")]
    refused = subprocess.run(verify, capture_output=True, timeout=30, check=False).returncode != 0
    [store] = read_files([str(folder)])
    assert (rootfs.fingerprint(G2) not in store.trusted) is refused is True


def test_names_of_files_cannot_rewrite_the_screen(tmp_path):
    from wxcertcheck.pipeline import moment_of, report_on
    from wxcertcheck.reporters import render

    file = tmp_path / "a\x1b[2Jb.pem"
    file.write_bytes(rootfs.pem(G1))
    report = report_on(read_files([str(file)]), *moment_of("wechatpay-2024", TODAY), 0.0)
    assert "\x1b[2J" not in render(report, "terminal", "en", color=False)


@pytest.mark.parametrize(
    ("setting", "roots", "status"), [("curl.cainfo", OLD, NOT_READY), ("curl.cainfo", BOTH, READY)]
)
def test_a_php_setting_counts_where_its_libraries_cannot_be_seen(fs, setting, roots, status):
    rootfs.debian(fs)
    fs.program("/usr/bin/php8.2")
    fs.link("/usr/bin/php", "php8.2")
    fs.write("/etc/php/8.2/cli/php.ini", f"[PHP]\n{setting} = /etc/own.pem\n")
    fs.write("/etc/own.pem", rootfs.bundle(roots))
    assert verdict(fs)[0] is status


def test_an_expired_root_is_shown_as_such(tmp_path):
    file = tmp_path / "two.pem"
    file.write_bytes(rootfs.bundle([rootfs.BALTIMORE, G2]))
    command = [sys.executable, "-m", "wxcertcheck", "stores", "show", str(file)]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert shown.count("expired: no longer counts") == 1
