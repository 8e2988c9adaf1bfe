"""Every bad input and fault against a real local server: named, within the limits, at the cost of that target alone."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.handshake import servers
from tests.handshake.conftest import HOST, Pki
from wxcertcheck.errors import CannotRead
from wxcertcheck.handshake.connect import Limits, shake_hands
from wxcertcheck.handshake.contexts import make_contexts
from wxcertcheck.handshake.targets import Target
from wxcertcheck.lab import pki
from wxcertcheck.lab.pki import Issued
from wxcertcheck.model import Handshake, Origin

LIMITS = Limits(connect=0.6, handshake=0.6, alert=0.2)


def attempt(port: int, anchors: list[bytes], ip: str = "127.0.0.1", limits: Limits = LIMITS) -> Handshake:
    target = Target(HOST, HOST, port, ip, Origin.GIVEN)
    return asyncio.run(shake_hands(target, make_contexts(anchors), limits))


def reason_of(port: int, ip: str = "127.0.0.1") -> str:
    started = time.monotonic()
    with pytest.raises(CannotRead) as caught:
        attempt(port, [], ip)
    assert time.monotonic() - started < 3, "the limits are not kept"
    assert caught.value.message.zh
    assert caught.value.hint.en
    return caught.value.reason


def stall(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def drip(connection: socket.socket) -> None:
    """A TLS record that never ends, a byte at a time."""
    for byte in b"\x16\x03\x03\x40\x00" + b"\x00" * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def answer(data: bytes) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(data)
        stall(connection)

    return behave


def close_at_once(connection: socket.socket) -> None:
    connection.recv(4096)


def reset_after_hello(connection: socket.socket) -> None:
    connection.recv(4096)
    servers.reset(connection)


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (stall, "handshake-timeout"),
        (drip, "handshake-timeout"),
        (answer(b"\x00\x01\x02 garbage \xff" * 10), "not-tls"),
        (answer(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>"), "plain-http"),
        (answer(b"<html>the plain HTTP request was sent"), "plain-http"),
        (answer(b"SSH-2.0-OpenSSH_9.2\r\n"), "not-tls"),
        (close_at_once, "closed"),
        (reset_after_hello, "reset"),
        (answer(b"\x15\x03\x03\x00\x02\x02\x70"), "name-refused"),
        (answer(b"\x15\x03\x03\x00\x02\x02\x50"), "alert"),
    ],
    ids=["stall", "drip", "garbage", "http", "html", "ssh", "close", "reset", "unrecognized-name", "internal-error"],
)
def test_a_server_that_misbehaves_is_named(behave: Callable[[socket.socket], None], reason: str) -> None:
    with servers.raw_server(behave) as port:
        assert reason_of(port) == reason


def test_refused() -> None:
    assert reason_of(servers.free_port()) == "refused"


@contextlib.contextmanager
def black_hole() -> Iterator[int]:
    """A listener whose queue is full: Linux drops every further SYN, as a firewall does."""
    with socket.socket() as listener, contextlib.ExitStack() as filled:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            sock = filled.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_a_black_hole_ends_at_the_connect_limit() -> None:
    with black_hole() as port:
        assert reason_of(port) == "connect-timeout"


def test_plain_http_on_the_port_of_nginx(tmp_path: Path) -> None:
    port = servers.free_port()
    with servers.nginx(tmp_path, f"server {{ listen 127.0.0.1:{port} ; location / {{ return 204; }} }}"):
        assert reason_of(port) == "plain-http"


def test_a_server_that_refuses_the_name(own: Pki, tmp_path: Path) -> None:
    """openssl s_server with -servername and -servername_fatal sends unrecognized_name for any other name."""
    certificate, key = servers.write(own.old, tmp_path)
    more = ("-servername", "other.test", "-servername_fatal", "-cert2", str(certificate), "-key2", str(key))
    with servers.openssl_server(own.new, tmp_path, *more) as port:
        assert reason_of(port) == "name-refused"


def test_an_ipv6_only_server_and_an_address_of_the_wrong_family(own: Pki, tmp_path: Path) -> None:
    with servers.tls_server(own.new, tmp_path, ip="::1") as port:
        seen = attempt(port, [own.new_root.der], "::1")
        assert seen.accepted
        assert seen.place.address == f"[::1]:{port}"
        assert reason_of(port) == "refused"


def test_an_address_that_this_machine_has_no_network_for() -> None:
    assert reason_of(443, "fe80::1") in ("no-such-family", "unreachable", "network")


def test_a_hundred_certificates_that_fit_the_limit_are_kept(own: Pki, tmp_path: Path) -> None:
    many = Issued(own.new.certificate, own.new.key, (own.issuer.certificate, *([own.old_root.certificate] * 99)))
    with servers.tls_server(many, tmp_path) as port:
        seen = attempt(port, [own.new_root.der])
    assert seen.accepted
    assert len(seen.chain) == 101


def test_a_chain_of_a_megabyte_is_refused_by_size(own: Pki, tmp_path: Path) -> None:
    names = [f"{'x' * 50}{number}.big.test" for number in range(140)]
    big = pki.leaf(own.issuer, names).certificate
    huge = Issued(own.new.certificate, own.new.key, (own.issuer.certificate, *([big] * 100)))
    assert len(huge.chain_pem) > 1_000_000
    with servers.tls_server(huge, tmp_path) as port:
        assert reason_of(port) == "chain-too-large"


def test_a_certificate_with_broken_der(own: Pki) -> None:
    """A TLS 1.2 server by hand: ServerHello and a Certificate message whose certificate is cut in the middle."""
    random = b"\x00" * 32
    hello = b"\x03\x03" + random + b"\x00" + b"\xc0\x2b" + b"\x00" + b"\x00\x05\xff\x01\x00\x01\x00"
    broken = own.new.der[: len(own.new.der) // 2]
    entry = len(broken).to_bytes(3, "big") + broken
    certificate = len(entry).to_bytes(3, "big") + entry

    def message(kind: int, body: bytes) -> bytes:
        whole = bytes([kind]) + len(body).to_bytes(3, "big") + body
        return b"\x16\x03\x03" + len(whole).to_bytes(2, "big") + whole

    with servers.raw_server(answer(message(2, hello) + message(11, certificate))) as port:
        assert reason_of(port) == "broken-certificate"


def test_the_limits_do_not_cut_a_server_that_is_merely_slow(own: Pki, tmp_path: Path) -> None:
    """The negative control of the limits."""
    certificate, key = servers.write(own.new, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def behave(connection: socket.socket) -> None:
        time.sleep(0.3)
        with context.wrap_socket(connection, server_side=True) as tls:
            tls.recv(1)

    with servers.raw_server(behave) as port:
        assert attempt(port, [own.new_root.der], limits=Limits(connect=2, handshake=5)).accepted


def test_random_answers_never_raise_anything_else() -> None:
    """Sixty random answers, half of them dressed as a TLS record."""
    import random

    dice = random.Random(7)  # noqa: S311 - the same answers every time

    def behave(connection: socket.socket) -> None:
        connection.recv(4096)
        data = dice.randbytes(dice.randint(1, 400))
        kind = bytes([dice.choice([20, 21, 22, 23])]) + b"\x03\x03" + len(data).to_bytes(2, "big")
        connection.sendall((kind if dice.random() < 0.5 else b"") + data)

    with servers.raw_server(behave) as port:
        for _ in range(60):
            with pytest.raises(CannotRead):
                attempt(port, [])
