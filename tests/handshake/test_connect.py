"""One handshake against real servers: what is presented is kept, accepted or not; every fault is named."""

import asyncio
import ssl
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.handshake import servers
from tests.handshake.conftest import HOST, Pki
from wxcertcheck.handshake.connect import Limits, shake_hands
from wxcertcheck.handshake.contexts import make_contexts
from wxcertcheck.handshake.targets import Target
from wxcertcheck.lab import pki
from wxcertcheck.model import Handshake, Origin

LIMITS = Limits(connect=2, handshake=2, alert=0.5)


def shake(port: int, anchors: Collection[bytes], sni: str = HOST, ip: str = "127.0.0.1", **limits: float) -> Handshake:
    """Shake hands with a server on this machine."""
    target = Target(sni, sni, port, ip, Origin.GIVEN)
    return asyncio.run(shake_hands(target, make_contexts(anchors), Limits(**limits) if limits else LIMITS))


def test_a_chain_under_a_trusted_root_is_accepted_and_kept(own: Pki, tmp_path: Path) -> None:
    with servers.openssl_server(own.new, tmp_path) as port:
        seen = shake(port, [own.new_root.der])
    assert seen.accepted
    assert seen.chain == (own.new.der, own.issuer.der)
    assert seen.tls == "TLSv1.3"
    assert str(seen.place) == f"{HOST} @ 127.0.0.1:{port}"


def test_a_chain_under_an_unknown_root_is_refused_and_kept_all_the_same(own: Pki, tmp_path: Path) -> None:
    with servers.openssl_server(own.new, tmp_path) as port:
        seen = shake(port, [own.old_root.der])
    assert (seen.code, seen.refusal) == (20, "unable to get local issuer certificate")
    assert seen.chain == (own.new.der, own.issuer.der)


def test_nobody_is_trusted_when_there_are_no_anchors(own: Pki, tmp_path: Path) -> None:
    with servers.tls_server(own.new, tmp_path) as port:
        assert not shake(port, []).accepted


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_failed_verification_keeps_the_chain_in_either_version(
    own: Pki, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    def only(context: ssl.SSLContext) -> None:
        context.minimum_version = context.maximum_version = version

    with servers.tls_server(own.cross, tmp_path, change=only) as port:
        refused, accepted = shake(port, []), shake(port, [own.old_root.der])
    assert len(refused.chain) == 3
    assert not refused.accepted
    assert accepted.accepted
    assert refused.tls == accepted.tls == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]


def test_a_server_that_does_not_send_its_intermediate(own: Pki, tmp_path: Path) -> None:
    with servers.openssl_server(own.alone, tmp_path) as port:
        seen = shake(port, [own.new_root.der])
    assert seen.code == 20
    assert seen.chain == (own.alone.der,)


def test_a_wrong_name_and_an_expired_certificate(own: Pki, tmp_path: Path) -> None:
    past = datetime.now(UTC) - timedelta(days=90)
    expired = pki.leaf(own.issuer, [HOST], start=past, days=30)
    with servers.openssl_server(own.new, tmp_path) as port:
        assert shake(port, [own.new_root.der], sni="other.test").code == 62
    with servers.openssl_server(expired, tmp_path) as port:
        assert shake(port, [own.new_root.der]).code == 10


def test_a_server_that_speaks_only_tls_1_0_is_read_and_named(own: Pki, tmp_path: Path) -> None:
    with servers.openssl_server(own.new, tmp_path, "-tls1", "-cipher", "ALL:@SECLEVEL=0") as port:
        seen = shake(port, [own.new_root.der])
    assert seen.tls == "TLSv1"
    assert seen.code == -1
    assert seen.refusal == "tlsv1 alert protocol version" or "unsupported protocol" in seen.refusal
    assert seen.chain[0] == own.new.der


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_server_that_wants_a_client_certificate_is_no_failure(own: Pki, tmp_path: Path, version: str) -> None:
    with servers.openssl_server(own.new, tmp_path, "-Verify", "1", "-verify_return_error", version) as port:
        seen = shake(port, [own.new_root.der])
    assert seen.accepted
    assert seen.wants_client_certificate


def test_nothing_is_sent_after_the_handshake(own: Pki, tmp_path: Path) -> None:
    """nginx would log a request, if there was one; a real request is its negative control."""
    port = servers.free_port()
    with servers.nginx(tmp_path, servers.nginx_block(own.new, tmp_path, port)):
        assert shake(port, [own.new_root.der]).accepted
        log = tmp_path / "logs/access.log"
        context = ssl._create_unverified_context()  # noqa: S323 - the control
        with socket_to(port) as raw, context.wrap_socket(raw, server_hostname=HOST) as tls:
            tls.sendall(b"GET / HTTP/1.0\r\n\r\n")
            tls.recv(1000)
        until = time.monotonic() + 10
        while not log.read_text() and time.monotonic() < until:
            time.sleep(0.02)  # nginx writes its log after it has answered
        assert [line.split('"')[1] for line in log.read_text().splitlines()] == ["GET / HTTP/1.0"]


def socket_to(port: int):
    import socket

    return socket.create_connection(("127.0.0.1", port), 2)


def test_the_situations_of_the_issue_with_nginx(own: Pki, tmp_path: Path) -> None:
    """One nginx, one server block a situation: what the real OpenSSL says with the NEW root alone."""
    past = datetime.now(UTC) - timedelta(days=90)
    situations = {
        "old": (own.old, 20),
        "new": (own.new, 0),
        "alone": (own.alone, 20),
        "cross": (own.cross, 0),
        "expired": (pki.leaf(own.issuer, [HOST], start=past, days=30), 10),
        "wrong-name": (pki.leaf(own.issuer, ["stranger.test"]), 62),
        "client": (own.new, 0),
        "tls1.2": (own.new, 0),
    }
    (tmp_path / "ca.pem").write_text(own.old_root.pem)
    more = {
        "client": f"ssl_verify_client on; ssl_client_certificate {tmp_path}/ca.pem;",
        "tls1.2": "ssl_protocols TLSv1.2;",
    }
    ports = {key: servers.free_port() for key in situations}
    blocks = [
        servers.nginx_block(issued, tmp_path, ports[key], more.get(key, "")) for key, (issued, _) in situations.items()
    ]
    with servers.nginx(tmp_path, *blocks):
        for port in ports.values():
            servers.wait_until_listening(port)
        seen = {key: shake(port, [own.new_root.der]) for key, port in ports.items()}
    assert {key: shake.code for key, shake in seen.items()} == {key: code for key, (_, code) in situations.items()}
    assert seen["tls1.2"].tls == "TLSv1.2"
    assert seen["new"].alpn == "http/1.1"
    assert len(seen["cross"].chain) == 3
