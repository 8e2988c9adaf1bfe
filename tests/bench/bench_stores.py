"""The default search for trust stores against keytool on one store: ``python tests/bench/bench_stores.py``.

Whole processes, medians of 11 runs. Goals: ``wxcertcheck stores --format json`` in less time than ``keytool -list`` needs
for one store, and ``--everywhere`` within 2 seconds for 450,000 files. Files are counted by the search itself.
"""

import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 11


def seconds(command: list[str], runs: int = RUNS) -> float:
    """Median wall time of ``command``, whatever its exit code."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300, check=False)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    program = str(Path(sys.executable).with_name("wxcertcheck"))
    keytool = shutil.which("keytool")
    if keytool is None:
        sys.exit("keytool is not installed: apt-get install openjdk-17-jdk-headless")
    peer = seconds([keytool, "-list", "-cacerts", "-storepass", "changeit"])
    print(f"keytool -list -cacerts            {peer * 1000:7.0f} ms  1.00 x")
    own = seconds([program, "stores", "--format", "json"])
    print(f"wxcertcheck stores --format json  {own * 1000:7.0f} ms  {own / peer:4.2f} x")
    everywhere = seconds([program, "stores", "--everywhere", "--format", "json"], runs=3)
    output = subprocess.run([program, "stores", "--everywhere", "--format", "json"], capture_output=True, check=False)
    files = {item["what"]: item["count"] for item in json.loads(output.stdout)["looked"]}.get("files", 0)
    share = everywhere / 2.0 * 450_000 / files if files else float("nan")
    print(
        f"wxcertcheck stores --everywhere   {everywhere * 1000:7.0f} ms  {files} files, {share:4.2f} x of 2 s for 450,000"
    )


if __name__ == "__main__":
    main()
