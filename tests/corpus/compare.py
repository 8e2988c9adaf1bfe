"""Compare ``scan`` with labelled places in public repositories.

    compare.py FOLDER LABELS [--tests] [--rule WXC201] [-- options of score.py]

FOLDER holds the repositories, written out at their labelled commits as ``owner+name``; LABELS is the folder with
``labels.jsonl``, ``bundles.jsonl`` and ``score.py``. Each repository is scanned and judged by itself; the places of its
WXC2xx findings go to ``score.py``. Then the certificates that the scan read are compared with ``bundles.jsonl``. Neither
repositories nor labels are part of this project.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from wxcertcheck.model import CertificateFile, Evidence, FilePlace, Rotation
from wxcertcheck.pipeline import report_on
from wxcertcheck.rotations import load_all, load_rotation
from wxcertcheck.scan import ScanRequest, scan


def findings_in(folder: Path, evidence: tuple[Evidence, ...], rotation: Rotation) -> Iterator[dict[str, object]]:
    """The WXC2xx findings of one repository as score.py wants them."""
    for finding in report_on(evidence, rotation, datetime.now(UTC), 0.0).findings:
        if finding.rule.startswith("WXC2") and isinstance(finding.place, FilePlace):
            yield {
                "repo": folder.name.replace("+", "/", 1),
                "path": str(Path(finding.place.path).relative_to(folder)),
                "line": finding.place.line,
                "rule": finding.rule,
                "pattern": getattr(finding.subjects[0], "pattern", ""),
            }


def wrong_contents(folder: Path, evidence: tuple[Evidence, ...], bundles: list[dict[str, object]]) -> Iterator[str]:
    """Certificate files whose roots were read otherwise than labelled."""
    g1, g2 = (root.fingerprint for root in load_rotation("wechatpay-2024").roots[:2])
    seen = {item.place.path: item.store for item in evidence if isinstance(item, CertificateFile)}
    for bundle in bundles:
        if bundle["repo"] != folder.name.replace("+", "/", 1) or not bundle["n_certs"]:
            continue
        store = seen.get(str(folder / str(bundle["path"])))
        held = {c.fingerprint for c in store.certificates} if store else set()
        if (g1 in held, g2 in held) != (bundle["has_g1"], bundle["has_g2"]):
            yield f"{bundle['repo']}/{bundle['path']}: labelled {bundle['has_g1']}/{bundle['has_g2']}, read {len(held)}"


def main() -> None:
    """Scan, judge, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--tests", action="store_true")
    parser.add_argument("--output", type=Path)
    arguments, rest = parser.parse_known_args()
    bundles = [json.loads(line) for line in (arguments.labels / "bundles.jsonl").read_text("utf-8").splitlines()]
    rotation, rotations, started = load_rotation("wechatpay-2024"), tuple(load_all()), time.monotonic()
    output = arguments.output or Path(tempfile.mkdtemp()) / "findings.jsonl"
    wrong: list[str] = []
    with output.open("w", encoding="utf-8") as file:
        for folder in sorted(path for path in arguments.folder.iterdir() if path.is_dir()):
            evidence = scan(ScanRequest((str(folder),), rotations, include_tests=arguments.tests))
            wrong += wrong_contents(folder, evidence, bundles)
            file.writelines(json.dumps(row) + "\n" for row in findings_in(folder, evidence, rotation))
    print(f"scanned in {time.monotonic() - started:.1f} s; findings in {output}")
    print(f"certificate files read otherwise than labelled: {len(wrong)} of {len(bundles)}", *wrong, sep="\n  ")
    options = [option for option in rest if option != "--"] + (["--tests"] if arguments.tests else [])
    subprocess.run([sys.executable, str(arguments.labels / "score.py"), str(output), *options], check=True)


if __name__ == "__main__":
    main()
