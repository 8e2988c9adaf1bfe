"""Time ``wxcertcheck scan`` against ripgrep and semgrep on a tree of at least 50,000 files.

    bench_scan.py [--tree FOLDER] [--files 50000] [--runs 3] [--semgrep PROGRAM]

Without ``--tree`` a tree is built in a temporary folder by copying what is installed: Python's libraries, and whatever of
/usr/share, /usr/include and language runtimes there is. ripgrep searches the rules' words as regular expressions (a
pattern's words, with ``\\b`` at each end that is part of a name), ``--no-unicode``, as many threads as the scan has workers,
and prints every line; a second line of figures has the same words as fixed strings (``-F``), which is less than the rules
ask. Neither parses anything. semgrep has a dozen rules. All look at the same files: nothing is ignored, test code counts.
The runs alternate; figures are medians of whole processes; memory is the largest sum of
the proportional set sizes of all processes, sampled from /proc.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path

SOURCES = (sysconfig.get_paths()["purelib"], sysconfig.get_paths()["stdlib"], "/usr/lib/node_modules", "/usr/lib/python3",
           "/usr/include", "/usr/lib/google-cloud-sdk", "/usr/lib/go-1.19/src", "/usr/share/gems", "/usr/share/php", "/usr/share",
           str(Path.home() / ".pyenv" / "versions"))  # fmt: skip
SEMGREP_RULES = """
rules:
  - {id: verify, languages: [python], severity: INFO, message: m, pattern: "$F(..., verify=$V, ...)"}
  - {id: context, languages: [python], severity: INFO, message: m, pattern: "ssl.create_default_context(..., cafile=$V, ...)"}
  - {id: locations, languages: [python], severity: INFO, message: m, pattern: "$C.load_verify_locations(...)"}
  - {id: property, languages: [java], severity: INFO, message: m, pattern: 'System.setProperty("javax.net.ssl.trustStore", $V)'}
  - {id: factory, languages: [java], severity: INFO, message: m, pattern: "$T.init($K);"}
  - {id: cainfo, languages: [php], severity: INFO, message: m, pattern: "curl_setopt($C, CURLOPT_CAINFO, $V)"}
  - {id: peer, languages: [php], severity: INFO, message: m, pattern: "curl_setopt($C, CURLOPT_SSL_VERIFYPEER, $V)"}
  - {id: roots, languages: [go], severity: INFO, message: m, pattern: "tls.Config{..., RootCAs: $V, ...}"}
  - {id: skip, languages: [go], severity: INFO, message: m, pattern: "tls.Config{..., InsecureSkipVerify: true, ...}"}
  - {id: ruby, languages: [ruby], severity: INFO, message: m, pattern: "$H.ca_file = $V"}
  - {id: node, languages: [javascript], severity: INFO, message: m, pattern: "{..., rejectUnauthorized: false, ...}"}
  - {id: c, languages: [c], severity: INFO, message: m, pattern: "curl_easy_setopt($C, CURLOPT_CAINFO, $V);"}
"""


def build(folder: Path, wanted: int) -> None:
    """Copy ``wanted`` regular files below 1 MB into ``folder``; at most a quarter from each source, so that many kinds mix."""
    count = 0
    for number, source in enumerate(SOURCES):
        taken = 0
        for base, _, names in os.walk(source):
            target = folder / str(number) / Path(base).relative_to(source)
            for name in names:
                if count >= wanted:
                    return
                path = Path(base, name)
                if taken < wanted // 4 and not path.is_symlink() and path.is_file() and path.stat().st_size < 1 << 20:
                    target.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target / name)
                    count += 1
                    taken += 1
            if taken >= wanted // 4:
                break
    print(f"only {count} files found to copy", file=sys.stderr)


def resident(root: int) -> int:
    """Bytes resident in a process and its descendants (proportional share, so forked pages count once)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024
        except (OSError, StopIteration, ValueError):
            continue
    return total


def run(command: list[str], environ: dict[str, str], *, watched: bool) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds of the process and its children, and peak memory of one run (0 unless ``watched``)."""
    before = os.times()
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ)
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, resident(process.pid))

    watcher = threading.Thread(target=watch)
    if watched:
        watcher.start()
    process.wait(timeout=1800)
    wall = time.monotonic() - started
    done.set()
    if watched:
        watcher.join()
    after = os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system, peak


def measure(commands: dict[str, list[str]], runs: int, *, watched: bool) -> dict[str, tuple[float, float]]:
    """Run the commands in turn, print a line for each, return their median wall and CPU times.

    ``watched``: sample the memory, which takes a tenth of two cores; such a run's times are not compared.
    """
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}
    results: dict[str, list[tuple[float, float, int]]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            results[name].append(run(command, environ, watched=watched))
    medians = {}
    for name, found in results.items():
        wall, cpu = statistics.median(wall for wall, _, _ in found), statistics.median(cpu for _, cpu, _ in found)
        peak = max(peak for _, _, peak in found)
        memory = f"   peak {peak / 2**20:6.0f} MB" if watched else ""
        print(f"{name:34} wall {wall:7.2f} s   CPU {cpu:7.2f} s{memory}", flush=True)
        medians[name] = wall, cpu
    return medians


def rule_files(folder: Path) -> tuple[Path, Path]:
    """The scan's words, one a line: as fixed strings, and as regular expressions with the borders of names."""
    from wxcertcheck.rotations import load_all
    from wxcertcheck.scan.look import Looker
    from wxcertcheck.scan.paths import Flags
    from wxcertcheck.scan.request import Limits

    words = sorted(word for word in Looker(tuple(load_all()), Limits(), Flags(())).every_word if word.isprintable())
    fixed, expressions = folder / "words", folder / "expressions"
    fixed.write_text("\n".join(words))
    expressions.write_text("\n".join(map(as_expression, words)))
    return fixed, expressions


def as_expression(word: str) -> str:
    """A word as a whole name or the whole start or end of one, for ripgrep."""
    escaped = re.sub(r"[\\.+*?()|\[\]{}^$]", r"\\\g<0>", word)
    borders = ["\\b" if re.match(r"\w", end) else "" for end in (word[0], word[-1])]
    return borders[0] + escaped + borders[1]


def main() -> None:
    """Build the tree, run all, compare with the bounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--semgrep", help="path of semgrep's program, from an environment of its own")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        tree = arguments.tree or Path(scratch) / "tree"
        if arguments.tree is None:
            build(tree, arguments.files)
        files = [path for path in tree.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        print(f"{len(files)} files, {size / 2**20:.0f} MB; {len(os.sched_getaffinity(0))} cores")
        workers = str(min(4, len(os.sched_getaffinity(0))))
        program = str(Path(sys.executable).with_name("wxcertcheck"))
        scan = [program, "scan", str(tree), "--jobs", workers, "--format", "json", "--no-ignore", "--include-tests"]
        words, expressions = rule_files(Path(scratch))
        commands = {"wxcertcheck scan": scan}
        rg = ["rg", "--no-unicode", "--no-ignore", "--hidden", "-j", workers, "-n"]
        if shutil.which("rg"):
            commands["ripgrep, rules as expressions"] = [*rg, "-f", str(expressions), str(tree)]
            commands["ripgrep -F, words alone"] = [*rg, "-F", "-f", str(words), str(tree)]
        measure({f"warm-up: {name}": command for name, command in commands.items()}, 1, watched=True)
        medians = measure(commands, arguments.runs, watched=False)
        own, own_cpu = medians.pop("wxcertcheck scan")
        for name, (wall, cpu) in medians.items():
            print(f"  {own / wall:.2f} x the wall time, {own_cpu / cpu:.2f} x the CPU time of {name}")
        print("  (bound: 1.6 x the wall time of ripgrep with the same rules)")
        if arguments.semgrep:
            rules = Path(scratch) / "rules.yaml"
            rules.write_text(SEMGREP_RULES)
            command = [arguments.semgrep, "scan", "--metrics=off", "--disable-version-check", "--no-git-ignore",
                       "--x-ignore-semgrepignore-files", "-j", workers, "--config", str(rules), "--json", str(tree)]  # fmt: skip
            slow, _ = measure({"semgrep, 12 rules": command}, min(3, arguments.runs), watched=False)[
                "semgrep, 12 rules"
            ]
            print(f"  {slow / own:.0f} x faster than semgrep (bound 20)")


if __name__ == "__main__":
    main()
