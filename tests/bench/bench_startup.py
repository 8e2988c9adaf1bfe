"""Start-up against the bare interpreter: ``python tests/bench/bench_startup.py`` prints ratios of medians of 21 runs.

Goals: ``--version`` at most 2 times and ``--help`` at most 8 times ``python -I -c pass``.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 21


def seconds(command: list[str]) -> float:
    """Median wall time of ``command``."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    program = str(Path(sys.executable).with_name("wxcertcheck"))
    bare = seconds([sys.executable, "-I", "-c", "pass"])
    print(f"python -I -c pass         {bare * 1000:7.1f} ms   1.0 x")
    for option in ("--version", "--help"):
        own = seconds([program, option])
        print(f"wxcertcheck {option:12}  {own * 1000:7.1f} ms  {own / bare:4.1f} x")


if __name__ == "__main__":
    main()
