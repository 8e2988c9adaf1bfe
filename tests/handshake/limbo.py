"""Compare ``judge_chain`` with x509-limbo's cases for web servers, and with the openssl of this machine.

    WXCERTCHECK_LIMBO=/path/to/limbo.json python -m tests.handshake.limbo

The data (https://github.com/C2SP/x509-limbo, Apache-2.0) is not committed. Prints one line per disagreement with the reason
that ``REASONS`` gives for it, and ends with 1 if one has none.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from wxcertcheck.handshake.chain import judge_chain

OUT_OF_SCOPE = {"has-crl": "revocation is not asked: the tool opens no further connection"}
"""Features that nothing here claims to check."""

_NAMES = "name constraints are left to cryptography, which reads RFC 5280 as limbo does; OpenSSL is laxer"
_WEAK = "keys this short are refused at OpenSSL's security level 2, Debian's default; the CLI is asked at level 1"
REASONS = {
    "cve::cve-2025-61727": _NAMES,
    "rfc5280::nc::nc-forbids-alternate-chain-ica": "OpenSSL applies DNS constraints to the names of CAs, too; limbo accepts",
    "rfc5280::nc::nc-forbids-same-chain-ica": "OpenSSL applies DNS constraints to the names of CAs, too; limbo accepts",
    "rfc5280::nc::": _NAMES,
    "webpki::nc::": _NAMES,
    "rfc5280::validity::notafter-exact": "notAfter belongs to the validity (RFC 5280, 4.1.2.5); OpenSSL ends a second before",
    "webpki::aki::root-with-aki-all-fields": "OpenSSL compares issuer and serial in the key identifier of a root; roots have none",
    "webpki::explicit-curve": "keys with explicit curves: told as stricter, as no public authority issues them",
    "webpki::san::wildcard-embedded-leftmost-san": "partial wildcards: the CLI takes them, Python's ssl does not",
    "webpki::malformed-aia": "an extension that cannot be parsed is refused, though OpenSSL does not look at this one",
    "webpki::forbidden-p192-leaf": _WEAK,
    "webpki::forbidden-weak-rsa-in-leaf": _WEAK,
}
"""Case, or its beginning -> why the answer differs from OpenSSL's.

Where it differs from limbo's alone, OpenSSL differs in the same way: limbo demands shapes of RFC 5280 and the CA/Browser
Forum that OpenSSL does not (the answer's ``stricter`` says so), or a limit of the verifier that is not asked for here.
"""


_STRICTER = "OpenSSL answers the same; limbo holds to RFC 5280 or the CA/Browser Forum"


def der(pem: str) -> bytes:
    import ssl

    return ssl.PEM_cert_to_DER_cert(pem.strip())


def ours(case: dict) -> bool:
    names = case["expected_peer_name"]
    at = datetime.fromisoformat(case["validation_time"]) if case["validation_time"] else datetime.now(UTC)
    chain = [der(case["peer_certificate"]), *map(der, case["untrusted_intermediates"])]
    return judge_chain(chain, [*map(der, case["trusted_certs"])], names["value"], at).accepted


def openssl(case: dict, folder: Path) -> bool:
    """``openssl verify`` as a TLS client of today asks it: purpose, name, time, security level 1."""
    name = case["expected_peer_name"]
    at = datetime.fromisoformat(case["validation_time"]) if case["validation_time"] else datetime.now(UTC)
    files = {
        "leaf": [case["peer_certificate"]],
        "untrusted": case["untrusted_intermediates"],
        "ca": case["trusted_certs"],
    }
    for key, pems in files.items():
        (folder / f"{key}.pem").write_text("\n".join(pems))
    who = ["-verify_ip" if name["kind"] == "IP" else "-verify_hostname", name["value"]]
    command = ["openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", "ca.pem", "-purpose", "sslserver"]
    command += ["-auth_level", "1", "-attime", str(int(at.timestamp())), *who]
    if case["untrusted_intermediates"]:
        command += ["-untrusted", "untrusted.pem"]
    done = subprocess.run([*command, "leaf.pem"], cwd=folder, capture_output=True, timeout=60, check=False)
    return done.returncode == 0


def main(path: str) -> int:
    cases = json.loads(Path(path).read_text())["testcases"]
    wanted = [c for c in cases if c["validation_kind"] == "SERVER" and c["expected_peer_name"]]
    count: Counter[str] = Counter()
    unexplained = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in wanted:
            if scope := next((OUT_OF_SCOPE[f] for f in case["features"] or () if f in OUT_OF_SCOPE), ""):
                count["out of scope"] += 1
                continue
            mine, theirs = ours(case), openssl(case, Path(folder))
            limbo = case["expected_result"] == "SUCCESS"
            count["cases"] += 1
            count["agree with limbo"] += mine == limbo
            count["agree with openssl"] += mine == theirs
            count["openssl agrees with limbo"] += theirs == limbo
            if mine in (limbo, theirs) and mine == limbo == theirs:
                continue
            reason = next((why for start, why in REASONS.items() if case["id"].startswith(start)), "")
            if mine == theirs:
                reason = _STRICTER
            unexplained += not reason
            said = "accepts" if mine else "refuses"
            print(
                f"{case['id']}: {said}; limbo {'accepts' if limbo else 'refuses'}, openssl {'accepts' if theirs else 'refuses'}. {scope or reason}"
            )
    print(dict(count), f"{unexplained} unexplained")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(os.environ["WXCERTCHECK_LIMBO"]))
