"""Real servers on 127.0.0.0/8 for the tests: nginx, openssl s_server, Python's ssl, and raw sockets that misbehave."""

import contextlib
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from wxcertcheck.lab.pki import Issued


def free_port(ip: str = "127.0.0.1") -> int:
    """A port nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind((ip, 0))
        return sock.getsockname()[1]


@contextlib.contextmanager
def raw_server(behave: Callable[[socket.socket], None], ip: str = "127.0.0.1") -> Iterator[int]:
    """A TCP server that hands every connection to ``behave`` in a thread. Gives the port."""
    stop = threading.Event()
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ip, 0))
        listener.listen(128)
        listener.settimeout(0.05)

        def serve(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(10)
                behave(connection)

        def accept() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, _ = listener.accept()
                    threading.Thread(target=serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            thread.join()


@contextlib.contextmanager
def tls_server(
    issued: Issued, folder: Path, ip: str = "127.0.0.1", change: Callable[[ssl.SSLContext], None] | None = None
) -> Iterator[int]:
    """Python's own TLS server presenting ``issued`` and its chain; ``change`` adapts its context."""
    certificate, key = write(issued, folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if change:
        change(context)

    def behave(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as tls:
            received = tls.recv(1)
            assert received == b"", "the client sent application data"

    with raw_server(behave, ip) as port:
        yield port


def write(issued: Issued, folder: Path) -> tuple[Path, Path]:
    """The chain and the key as PEM files."""
    name = f"{issued.certificate.serial_number:x}"[:12]
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_text(issued.chain_pem)
    key.write_text(issued.key_pem)
    return certificate, key


def program(name: str) -> str:
    """A program that the tests need; its absence is a failure, not a skip."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    assert found, f"{name} is needed by these tests: apt-get install nginx-light openssl"
    return found


@contextlib.contextmanager
def openssl_server(issued: Issued, folder: Path, *options: str) -> Iterator[int]:
    """``openssl s_server`` presenting ``issued``."""
    certificate, key = write(issued, folder)
    chain = folder / f"{certificate.stem}-chain.pem"
    chain.write_text("".join(part for part in issued.chain_pem.partition("-----END CERTIFICATE-----\n")[2:]))
    port = free_port()
    command = [
        program("openssl"),
        "s_server",
        "-accept",
        f"127.0.0.1:{port}",
        "-cert",
        certificate,
        "-key",
        key,
        "-quiet",
    ]
    if chain.read_text():
        command += ["-cert_chain", chain]
    process = subprocess.Popen(
        [*map(str, command), *options], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def nginx(folder: Path, *servers: str, workers: int = 1) -> Iterator[None]:
    """nginx with these ``server {…}`` blocks, own prefix, in the foreground. Ports are the caller's."""
    for name in ("logs", "temp"):
        (folder / name).mkdir(exist_ok=True)
    temporary = "".join(
        f"{kind}_temp_path {folder}/temp/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; worker_processes {workers}; pid {folder}/nginx.pid; error_log {folder}/logs/error.log warn;\n"
        "events { worker_connections 2048; }\n"
        f"http {{ access_log {folder}/logs/access.log; {temporary} {''.join(servers)} }}\n"
    )
    process = subprocess.Popen(
        [program("nginx"), "-p", str(folder), "-c", str(configuration), "-e", str(folder / "logs/error.log")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        for port in (
            int(word.split(":")[-1]) for block in servers for word in block.split() if word.startswith("127.")
        ):
            wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait()


def nginx_block(issued: Issued, folder: Path, port: int, more: str = "") -> str:
    """A ``server {…}`` block presenting ``issued``."""
    certificate, key = write(issued, folder)
    return (
        f"server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key}; {more} "
        "location / { return 204; } }\n"
    ).replace(f":{port} ", f":{port}  ")


def wait_for(port: int, process: subprocess.Popen) -> None:
    """Until the server listens; fails when it ended instead."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, f"the server ended: {process.stderr.read() if process.stderr else ''}"
        time.sleep(0.02)
    raise AssertionError("the server does not listen")


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def wait_until_listening(port: int) -> None:
    """Until somebody listens on 127.0.0.1."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError("nobody listens")
