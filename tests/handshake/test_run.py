"""A whole run: matrix, names through a real DNS server, proxies, samples, and a thousand targets."""

import contextlib
import http.server
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.rrset
import pytest

from tests.handshake import servers
from tests.handshake.conftest import HOST, Pki
from tests.handshake.rotations import rotation_of
from wxcertcheck.errors import UsageError
from wxcertcheck.handshake import HandshakeRequest, look
from wxcertcheck.handshake.targets import Target, connect_to, parse_host, read_targets, targets_for
from wxcertcheck.model import (
    Evidence,
    Handshake,
    HostsEntry,
    Looked,
    NotLooked,
    Origin,
    ProxySetting,
    Resolution,
    VerificationAddress,
)


def given(port: int, ip: str = "127.0.0.1", host: str = HOST) -> Target:
    return Target(host, host, port, ip, Origin.GIVEN)


def run(own: Pki, environ: dict[str, str] | None = None, **options: object) -> tuple[Evidence, ...]:
    """Look with short limits and the NEW root trusted."""
    defaults = {"connect_timeout": 2.0, "handshake_timeout": 2.0, "anchors": (own.new_root.der,)}
    return look(HandshakeRequest(rotation_of(own), **{**defaults, **options}), environ or {})  # type: ignore[arg-type]


def only(kind: type, evidence: tuple[Evidence, ...]) -> list:
    return [item for item in evidence if isinstance(item, kind)]


# --- what to dial ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sni", "port"),
    [
        ("api.pay.test", "api.pay.test", 443),
        ("API.pay.test.:8443", "api.pay.test", 8443),
        ("https://api.pay.test/v3/pay?x=1", "api.pay.test", 443),
        ("https://user@api.pay.test:444/", "api.pay.test", 444),
        ("例子.中国", "xn--fsqu00a.xn--fiqs8s", 443),
        ("[::1]:8443", "::1", 8443),
        ("::1", "::1", 443),
    ],
)
def test_hosts_are_read_as_people_write_them(written: str, sni: str, port: int) -> None:
    target = parse_host(written)
    assert (target.sni, target.port) == (sni, port)


@pytest.mark.parametrize(
    "written",
    ["", " ", "http://a.test", "a b", "a..b", "x" * 300, "a.test:0", "a.test:99999", "a.test:x", "[::1", "a/b"],
)
def test_what_is_no_host_is_a_clear_usage_error(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_host(written)
    assert caught.value.hint.zh


def test_a_file_of_targets_takes_hosts_addresses_and_hosts_file_lines() -> None:
    text = "# comment\napi.pay.test\napi.pay.test:8443 127.0.0.1:9443 new\n127.0.0.2 a.pay.test b.pay.test # two\n"
    found = [(t.sni, t.ip, t.port, t.serves) for t in read_targets(text, 443, "targets.txt")]
    assert found == [
        ("api.pay.test", "", 443, ""),
        ("api.pay.test", "127.0.0.1", 9443, "new"),
        ("a.pay.test", "127.0.0.2", 443, ""),
        ("b.pay.test", "127.0.0.2", 443, ""),
    ]
    with pytest.raises(UsageError, match=r"targets\.txt:2"):
        read_targets("a.test\nno host!\n", 443, "targets.txt")


def test_connect_makes_the_matrix_of_hosts_and_addresses() -> None:
    hosts = [parse_host("a.test"), parse_host("b.test")]
    matrix = connect_to(hosts, ["127.0.0.1", "127.0.0.2:8443", "::1"])
    assert len(matrix) == 6
    assert {str(target.place) for target in matrix if target.sni == "a.test"} == {
        "a.test @ 127.0.0.1:443",
        "a.test @ 127.0.0.2:8443",
        "a.test @ [::1]:443",
    }
    assert {target.sni for target in connect_to(hosts, [], "other.test")} == {"other.test"}
    with pytest.raises(UsageError):
        connect_to(hosts, ["a.test:443"])


def test_a_rehearsal_never_resolves_the_real_names(own: Pki) -> None:
    address = VerificationAddress(HOST, "127.0.0.1", "new", 8443)
    rehearsal = targets_for(rotation_of(own, verification_addresses=(address,)))
    assert [(t.ip, t.origin, t.serves) for t in rehearsal] == [("127.0.0.1", Origin.VERIFICATION, "new")]
    real = targets_for(rotation_of(own, verification_addresses=(VerificationAddress(HOST, "192.0.2.1", "new"),)))
    assert [t.ip for t in real] == ["192.0.2.1", ""]


# --- a run -----------------------------------------------------------------------------------------------------------


def test_several_addresses_at_once_each_failure_its_own(own: Pki, tmp_path: Path) -> None:
    with servers.tls_server(own.new, tmp_path) as new, servers.tls_server(own.old, tmp_path) as old:
        seen = run(own, targets=(given(new), given(old), given(servers.free_port())), alone=True)
    assert [shake.accepted for shake in only(Handshake, seen)].count(True) == 1
    assert len(only(Handshake, seen)) == 2
    [refused] = only(NotLooked, seen)
    assert (refused.reason, refused.decides) == ("refused", False)
    [looked] = only(Looked, seen)
    assert (looked.what, looked.count) == ("handshake", 2)


def test_alone_and_nothing_reachable_leaves_the_verdict_open(own: Pki) -> None:
    alone = run(own, targets=(given(servers.free_port()),), alone=True)
    assert [item.decides for item in only(NotLooked, alone)] == [True]
    assert not only(Looked, alone)
    within = run(own, targets=(given(servers.free_port()),))
    assert [item.decides for item in only(NotLooked, within)] == [False]


def test_offline_dials_nobody(own: Pki, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/hosts").write_text(f"127.0.0.1 localhost\n# 1.2.3.4 {HOST}\n192.0.2.7\t{HOST} other\n")
    seen = run(own, targets=(given(servers.free_port()),), offline=True, root=tmp_path)
    [entry] = seen
    assert isinstance(entry, HostsEntry)
    assert (entry.ip, entry.name, entry.place.line) == ("192.0.2.7", HOST, 3)


def test_samples_are_counted_by_the_chain_they_show(own: Pki, tmp_path: Path) -> None:
    """A server that is being switched: every second connection shows the new chain."""
    import itertools
    import ssl

    contexts = []
    for issued in (own.old, own.new):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*servers.write(issued, tmp_path))
        contexts.append(context)
    turn = itertools.cycle(contexts)

    def behave(connection: socket.socket) -> None:
        with next(turn).wrap_socket(connection, server_side=True) as tls:
            tls.recv(1)

    ticks: list[tuple[int, int]] = []
    with servers.raw_server(behave) as port:
        request = HandshakeRequest(
            rotation_of(own), targets=(given(port),), repeat=6, interval=0.01, anchors=(own.new_root.der,)
        )
        seen = look(request, {}, tick=lambda done, total: ticks.append((done, total)))
    assert sorted((shake.accepted, shake.seen) for shake in only(Handshake, seen)) == [(False, 3), (True, 3)]
    assert ticks[-1] == (6, 6)


def test_it_says_what_it_is_about_to_dial(own: Pki, tmp_path: Path) -> None:
    said = []
    with servers.tls_server(own.new, tmp_path) as port:
        look(HandshakeRequest(rotation_of(own), targets=(given(port),)), {}, said.append)
    [text] = said
    assert f"127.0.0.1:{port}" in text.en
    assert "HTTP" in text.zh


def test_a_thousand_targets_exhaust_nothing(own: Pki, tmp_path: Path) -> None:
    """One server behind a thousand loopback addresses; two files per handshake at most are open at any time."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    port = servers.free_port("0.0.0.0")
    block = servers.nginx_block(own.new, tmp_path, port).replace("listen 127.0.0.1:", "listen 0.0.0.0:")
    with servers.nginx(tmp_path, block):
        servers.wait_until_listening(port)
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))
        try:
            targets = tuple(given(port, f"127.0.{n // 250}.{n % 250 + 1}") for n in range(1000))
            seen = run(own, targets=targets, jobs=40, connect_timeout=10.0, handshake_timeout=10.0)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(only(Handshake, seen)) == 1000
    assert all(shake.accepted for shake in only(Handshake, seen))


# --- names -----------------------------------------------------------------------------------------------------------


class _Dns(socketserver.BaseRequestHandler):
    """Answers from ``zone``: (name, type) to addresses; SILENT names get no answer, unknown ones NXDOMAIN."""

    zone: dict[tuple[str, str], list[str]] = {}  # noqa: RUF012 - set by the test

    def handle(self) -> None:
        data, sock = self.request
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text().rstrip("."), dns.rdatatype.to_text(question.rdtype)
        if name.startswith("silent"):
            return
        answer = dns.message.make_response(query)
        if not any(known == name for known, _ in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        if addresses := self.zone.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *addresses))
        sock.sendto(answer.to_wire(), self.client_address)


@contextlib.contextmanager
def dns_server(zone: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    handler = type("Handler", (_Dns,), {"zone": zone})
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def named(port: int, name: str = HOST) -> Target:
    return Target(name, name, port)


def test_every_a_and_aaaa_record_is_dialled(own: Pki, tmp_path: Path) -> None:
    zone = {(HOST, "A"): ["127.0.0.1", "127.0.0.2"], (HOST, "AAAA"): ["::1"]}
    with dns_server(zone) as resolver, servers.tls_server(own.new, tmp_path) as port:
        seen = run(own, targets=(named(port),), resolver=resolver, root=tmp_path)
        four = run(own, targets=(named(port),), resolver=resolver, root=tmp_path, families=(4,))
    [resolution] = only(Resolution, seen)
    assert (resolution.ips, resolution.resolver) == (("127.0.0.1", "127.0.0.2", "::1"), resolver)
    assert {shake.place.address for shake in only(Handshake, seen)} == {f"127.0.0.1:{port}"}
    assert {item.place.address for item in only(NotLooked, seen)} == {f"127.0.0.2:{port}", f"[::1]:{port}"}
    assert only(Resolution, four)[0].ips == ("127.0.0.1", "127.0.0.2")


@pytest.mark.parametrize(
    ("name", "why"),
    [("unknown.pay.test", "no such name"), ("silent.pay.test", "no answer within"), (HOST, "no address")],
)
def test_a_name_that_does_not_resolve_is_named(own: Pki, tmp_path: Path, name: str, why: str) -> None:
    with dns_server({(HOST, "TXT"): []}) as resolver:
        seen = run(own, targets=(named(443, name),), resolver=resolver, root=tmp_path, connect_timeout=0.5)
    [item] = only(NotLooked, seen)
    assert item.reason == "unknown-host"
    assert why in item.message.en


def test_a_resolver_that_is_none_is_a_usage_error(own: Pki) -> None:
    with pytest.raises(UsageError):
        run(own, targets=(named(443),), resolver="dns.google")


# --- proxies ---------------------------------------------------------------------------------------------------------


class _Connect(http.server.BaseHTTPRequestHandler):
    """An HTTP proxy that knows CONNECT; every name leads to this machine."""

    wanted = ""
    status = 200
    asked: list[str] = []  # noqa: RUF012 - set by the test

    def do_CONNECT(self) -> None:
        self.asked.append(self.path)
        if self.wanted and self.headers.get("Proxy-Authorization") != self.wanted:
            return self.send_error(407)
        if self.status != 200:
            return self.send_error(self.status)
        self.send_response(200)
        self.end_headers()
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2])), 5) as there:
            relay(self.connection, there)
        self.close_connection = True
        return None

    def log_message(self, *_: object) -> None:
        """Quiet."""


def relay(one: socket.socket, other: socket.socket) -> None:
    def pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=pump, args=(other, one), daemon=True)
    thread.start()
    pump(one, other)
    thread.join(5)


@contextlib.contextmanager
def http_proxy(wanted: str = "", status: int = 200) -> Iterator[tuple[int, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (_Connect,), {"wanted": wanted, "status": status, "asked": asked})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1], asked
        server.shutdown()
        thread.join()


def socks(password: bool = False, reply: int = 0):
    """A SOCKS5 proxy; every name leads to this machine."""

    def behave(connection: socket.socket) -> None:
        _, count = connection.recv(2)
        methods = connection.recv(count)
        if password:
            connection.sendall(b"\x05\x02" if 2 in methods else b"\x05\xff")
            if 2 not in methods:
                return
            _, length = connection.recv(2)
            name = connection.recv(length)
            secret = connection.recv(connection.recv(1)[0])
            known = (name, secret) == (b"me", b"secret")
            connection.sendall(b"\x01\x00" if known else b"\x01\x01")
            if not known:
                return
        else:
            connection.sendall(b"\x05\x00")
        _, _, _, kind = connection.recv(4)
        connection.recv(4 if kind == 1 else connection.recv(1)[0] if kind == 3 else 16)
        port = int.from_bytes(connection.recv(2), "big")
        connection.sendall(bytes([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        if not reply:
            with socket.create_connection(("127.0.0.1", port), 5) as there:
                relay(connection, there)

    return servers.raw_server(behave)


def test_through_an_http_proxy_the_name_is_the_proxys_to_resolve(own: Pki, tmp_path: Path) -> None:
    with servers.tls_server(own.new, tmp_path) as port, http_proxy() as (proxy, asked):
        seen = run(own, {"https_proxy": f"http://127.0.0.1:{proxy}"}, targets=(named(port),))
    [shake] = only(Handshake, seen)
    assert shake.accepted
    assert (shake.origin, shake.place.address, shake.proxy) == (Origin.PROXY, "", f"http://127.0.0.1:{proxy}")
    assert asked == [f"{HOST}:{port}"]
    [setting] = only(ProxySetting, seen)
    assert setting.variable == "https_proxy"
    assert "(pid " in setting.process, "the proxy runs on this machine"


def test_proxy_authentication_never_shows_the_password(own: Pki, tmp_path: Path) -> None:
    import base64

    token = "Basic " + base64.b64encode(b"me:s3cret").decode()
    with servers.tls_server(own.new, tmp_path) as port, http_proxy(token) as (proxy, _):
        good = run(own, proxy=f"http://me:s3cret@127.0.0.1:{proxy}", targets=(given(port),))
        bad = run(own, proxy=f"http://me:wr0ng@127.0.0.1:{proxy}", targets=(given(port),))
    assert only(Handshake, good)[0].accepted
    assert only(NotLooked, bad)[0].reason == "proxy-authentication"
    assert "s3cret" not in repr(good)
    assert "wr0ng" not in repr(bad)


def test_a_proxy_that_refuses_or_hangs_is_named(own: Pki) -> None:
    with http_proxy(status=502) as (proxy, _):
        [refused] = only(NotLooked, run(own, proxy=f"http://127.0.0.1:{proxy}", targets=(given(443),)))
    assert refused.reason == "proxy-refused"
    assert "502" in refused.message.en

    def hang(connection: socket.socket) -> None:
        while connection.recv(4096):
            pass

    with servers.raw_server(hang) as port:
        options = {"targets": (given(443),), "connect_timeout": 0.4}
        [hanging] = only(NotLooked, run(own, proxy=f"http://127.0.0.1:{port}", **options))
        [socks_hanging] = only(NotLooked, run(own, proxy=f"socks5://127.0.0.1:{port}", **options))
    assert hanging.reason == socks_hanging.reason == "proxy-timeout"
    [gone] = only(NotLooked, run(own, proxy=f"http://127.0.0.1:{servers.free_port()}", targets=(given(443),)))
    assert gone.reason == "refused"


def test_through_socks5_with_and_without_a_password(own: Pki, tmp_path: Path) -> None:
    with servers.tls_server(own.new, tmp_path) as port:
        with socks() as proxy:
            by_name = run(own, {"ALL_PROXY": f"socks5h://127.0.0.1:{proxy}"}, targets=(named(port),))
            by_address = run(own, proxy=f"socks5://127.0.0.1:{proxy}", targets=(given(port),))
        with socks(password=True) as proxy:
            known = run(own, proxy=f"socks5://me:secret@127.0.0.1:{proxy}", targets=(given(port),))
            unknown = run(own, proxy=f"socks5://127.0.0.1:{proxy}", targets=(given(port),))
            wrong = run(own, proxy=f"socks5://me:no@127.0.0.1:{proxy}", targets=(given(port),))
    assert [only(Handshake, seen)[0].accepted for seen in (by_name, by_address, known)] == [True] * 3
    assert [only(NotLooked, seen)[0].reason for seen in (unknown, wrong)] == ["proxy-authentication"] * 2
    with socks(reply=5) as proxy:
        [refused] = only(NotLooked, run(own, proxy=f"socks5://127.0.0.1:{proxy}", targets=(given(443),)))
    assert "connection refused" in refused.message.en


@pytest.mark.parametrize(
    ("no_proxy", "direct"),
    [
        ("", False),
        (HOST, True),
        (".pay.test", True),
        ("pay.test", True),
        ("*", True),
        ("ay.test", False),
        ("127.0.0.0/8", False),
    ],
)
def test_no_proxy_is_obeyed(own: Pki, tmp_path: Path, no_proxy: str, direct: bool) -> None:
    with (
        dns_server({(HOST, "A"): ["127.0.0.1"]}) as resolver,
        servers.tls_server(own.new, tmp_path) as port,
        http_proxy() as (proxy, asked),
    ):
        environ = {"https_proxy": f"http://127.0.0.1:{proxy}", "no_proxy": no_proxy}
        seen = run(own, environ, targets=(named(port),), resolver=resolver, root=tmp_path)
    assert only(Handshake, seen)[0].accepted
    assert (not asked) is direct


def test_a_proxy_that_cannot_be_used_is_said_and_the_way_is_direct(own: Pki, tmp_path: Path) -> None:
    with servers.tls_server(own.new, tmp_path) as port:
        seen = run(own, {"https_proxy": "https://127.0.0.1:1"}, targets=(given(port),))
        assert only(Handshake, seen)
        assert [item.reason for item in only(NotLooked, seen)] == ["proxy-unusable"]
        with pytest.raises(UsageError):
            run(own, proxy="ftp://127.0.0.1:1", targets=(given(port),))
