"""A thousand handshakes with a local nginx, against sslyze's certificate scan and ``openssl s_client`` in a loop.

    WXCERTCHECK_SSLYZE_PYTHON=/path/to/venv/bin/python python -m tests.bench.bench_handshake

sslyze (AGPL) is measured from a virtual environment of its own, never imported. Everything runs one after the other on the
same machine and the same server, so the ratios hold where the absolute figures do not. Goals (issue 4): at least 700
handshakes a second and ten times sslyze; judging against 40 stores costs under 50 ms more than against one.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.handshake import servers
from tests.handshake.conftest import HOST, Pki
from tests.handshake.rotations import rotation_of
from wxcertcheck.handshake import HandshakeRequest, judge_handshakes, look
from wxcertcheck.handshake.targets import Target
from wxcertcheck.lab import pki
from wxcertcheck.model import Certificate, Evidence, FilePlace, Handshake, Origin, Store, StoreState

COUNT, SLOW_COUNT, RUNS = 1000, 100, 3

SSLYZE = """
import sys, time
from sslyze import *
host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
requests = [
    ServerScanRequest(
        server_location=ServerNetworkLocation(host, port, ip_address=f"127.0.{n // 250}.{n % 250 + 1}"),
        scan_commands={ScanCommand.CERTIFICATE_INFO},
    )
    for n in range(count)
]
scanner = Scanner()
started = time.perf_counter()
scanner.queue_scans(requests)
done = [r.scan_result.certificate_info.status.name for r in scanner.get_results()]
print(time.perf_counter() - started, done.count("COMPLETED"))
"""


def own_pki() -> Pki:
    old_root, new_root = pki.root("Lab OLD root"), pki.root("Lab NEW root")
    issuer = pki.intermediate(new_root, "Lab NEW issuer")
    new = pki.leaf(issuer, [HOST])
    return Pki(old_root, new_root, new, new, new, new, issuer)


def ours(own: Pki, port: int, count: int) -> tuple[float, tuple[Evidence, ...]]:
    targets = tuple(Target(HOST, HOST, port, f"127.0.{n // 250}.{n % 250 + 1}", Origin.GIVEN) for n in range(count))
    request = HandshakeRequest(
        rotation_of(own), targets=targets, anchors=(own.new_root.der,), root=Path("/nonexistent")
    )
    started = time.perf_counter()
    seen = look(request, {})
    took = time.perf_counter() - started
    assert sum(isinstance(item, Handshake) and item.accepted for item in seen) == count
    return took, seen


def s_client(own: Pki, port: int, count: int, folder: Path) -> float:
    (folder / "root.pem").write_text(own.new_root.pem)
    started = time.perf_counter()
    for _ in range(count):
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", HOST, "-CAfile", "root.pem"]
        done = subprocess.run(
            [*command, "-verify_return_error", "-showcerts"], cwd=folder, input=b"", capture_output=True, check=False
        )
        assert b"Verify return code: 0" in done.stdout
    return time.perf_counter() - started


def sslyze(python: str, port: int, count: int) -> float:
    done = subprocess.run(
        [python, "-c", SSLYZE, HOST, str(port), str(count)], capture_output=True, text=True, timeout=600, check=True
    )
    took, completed = done.stdout.split()
    assert int(completed) == count, done.stdout
    return float(took)


def stores(own: Pki, count: int) -> tuple[Store, ...]:
    """``count`` stores of 145 anchors each, all different."""
    filler = [pki.root(f"Filler {number}").der for number in range(144 + count)]
    held = [tuple(Certificate.of(der) for der in (*filler[n : n + 144], own.new_root.der)) for n in range(count)]
    return tuple(Store((FilePlace(f"/{n}"),), "file", "pem", StoreState.READ, c) for n, c in enumerate(held))


def judging(own: Pki, shakes: tuple[Evidence, ...], held: tuple[Store, ...]) -> float:
    runs = []
    for _ in range(5):
        started = time.perf_counter()
        judge_handshakes((*held, *shakes), rotation_of(own))
        runs.append(time.perf_counter() - started)
    return min(runs)


def main() -> int:
    own = own_pki()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = servers.free_port("0.0.0.0")
        block = servers.nginx_block(own.new, folder, port).replace("listen 127.0.0.1:", "listen 0.0.0.0:")
        with servers.nginx(folder, block, workers=2):
            servers.wait_until_listening(port)
            ours(own, port, 50)
            runs = [ours(own, port, COUNT) for _ in range(RUNS)]
            rate = COUNT / min(took for took, _ in runs)
            print(f"wxcertcheck      {rate:8.0f} handshakes/s (best of {RUNS} runs of {COUNT})")
            print("                 runs: " + ", ".join(f"{COUNT / took:.0f}/s" for took, _ in runs))
            client = SLOW_COUNT / s_client(own, port, SLOW_COUNT, folder)
            print(f"openssl s_client {client:8.0f} handshakes/s; ratio {rate / client:.1f}")
            python = os.environ.get("WXCERTCHECK_SSLYZE_PYTHON", "")
            scans = SLOW_COUNT / sslyze(python, port, SLOW_COUNT) if python else 0.0
            if python:
                print(f"sslyze           {scans:8.0f} targets/s; ratio {rate / scans:.1f}")
    held = stores(own, 40)
    shake = tuple(item for item in runs[0][1] if isinstance(item, Handshake))[:1]
    one, forty = judging(own, shake, held[:1]), judging(own, shake, held)
    print(f"judging: 1 store {one * 1000:.1f} ms, 40 stores {forty * 1000:.1f} ms; {1000 * (forty - one):.1f} ms more")
    good = rate >= 700 and (not python or rate >= 10 * scans) and forty - one < 0.05
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
