"""Roots to put into stores, and the real programs that make and read them."""

import os
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

USUAL = "changeit"
ROOTS = Path(__file__).parents[2] / "fixtures" / "roots"
# The variables of the machine that runs the tests must not change what these programs do.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("SSL_", "JAVA_", "JDK_", "_JAVA", "NODE_", "OPENSSL_", "LC_", "LANG"))
}


def run(*command: str | Path, check: bool = True, **extra: str) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, timeout=60, check=False, env={**ENVIRONMENT, **extra}
    )
    if check and done.returncode:
        raise AssertionError(f"{command}: {done.stdout!r} {done.stderr!r}")
    return done


def keytool(*arguments: str | Path, check: bool = True, **extra: str) -> subprocess.CompletedProcess[bytes]:
    return run("keytool", *arguments, "-J-Duser.language=en", check=check, **extra)


def listed_by_keytool(store: Path, *arguments: str) -> list[bytes]:
    """The certificates that keytool prints, in its order."""
    text = keytool("-list", "-rfc", "-keystore", store, *arguments).stdout.decode()
    return [
        ssl.PEM_cert_to_DER_cert("-----BEGIN" + part)
        for part in text.split("-----BEGIN")[1:]
        for part in [part.partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----"]
    ]


@pytest.fixture(scope="session")
def root() -> Callable[[str], bytes]:
    """root("digicert-global-root-g2"): the DER of a fixture."""

    def load(name: str) -> bytes:
        return ssl.PEM_cert_to_DER_cert((ROOTS / f"{name}.pem").read_text())

    return load


@pytest.fixture(scope="session")
def g1(root) -> bytes:
    return root("digicert-global-root-ca")


@pytest.fixture(scope="session")
def g2(root) -> bytes:
    return root("digicert-global-root-g2")


@pytest.fixture(scope="session")
def baltimore(root) -> bytes:
    return root("baltimore-cybertrust-root")


@pytest.fixture(scope="session")
def all_roots() -> list[bytes]:
    return [ssl.PEM_cert_to_DER_cert(path.read_text()) for path in sorted(ROOTS.glob("*.pem"))]


@pytest.fixture(scope="session")
def made_by_keytool(tmp_path_factory) -> Callable[..., Path]:
    """made_by_keytool("jks", "digicert-global-root-g2", …): a store made by the JDK, made once a session."""
    folder = tmp_path_factory.mktemp("stores")
    made: dict[tuple[str, ...], Path] = {}

    def make(kind: str, *names: str, options: tuple[str, ...] = (), password: str = USUAL) -> Path:
        key = (kind, *names, *options, password)
        if key not in made:
            store = folder / f"{len(made)}.{kind}"
            for name in names:
                keytool(
                    "-importcert", "-noprompt", "-storetype", kind, "-keystore", store, "-storepass", password,
                    "-alias", name, "-file", ROOTS / f"{name}.pem", *options,
                )  # fmt: skip
            made[key] = store
        return made[key]

    return make
