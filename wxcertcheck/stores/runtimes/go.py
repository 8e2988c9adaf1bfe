"""Programs built with Go: the first bundle found, and every file of the directories. Go itself ships no roots.

A program may carry roots of its own (golang.org/x/crypto/x509roots/fallback): they count only where the system has
none, and are not read here.
"""

from collections.abc import Iterator

from wxcertcheck.errors import CannotRead
from wxcertcheck.model import NotLooked, Runtime, RuntimePlace, StoreState
from wxcertcheck.stores.in_use import Use
from wxcertcheck.stores.runtimes import openssl
from wxcertcheck.stores.runtimes.shims import resolve_shim
from wxcertcheck.stores.runtimes.trust import Default, Program, Settings, runtime
from wxcertcheck.text import Text

FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""In Go's order: Debian, Fedora and RHEL 6, openSUSE, OpenELEC, CentOS and RHEL 7, Alpine (root_linux.go)."""

DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs")
"""SLES and Debian, Fedora and RHEL (root_linux.go)."""

_EMBEDDED = Text(
    zh="{executable} 是 Go 程序，而这里没有任何 CA 文件；程序内嵌的根证书没有读取",
    en="{executable} was built with Go and there is no CA file here; roots embedded in the program were not read",
)
_EMBEDDED_HINT = Text(
    zh="请在镜像中放入 CA 文件（例如 COPY --from=alpine /etc/ssl/certs/ca-certificates.crt），或查看 go.mod 是否引用"
    " golang.org/x/crypto/x509roots/fallback",
    en="Put a CA file into the image (COPY --from=alpine /etc/ssl/certs/ca-certificates.crt …), or see whether go.mod"
    " requires golang.org/x/crypto/x509roots/fallback",
)


def look(use: Use) -> Iterator[Runtime | NotLooked]:
    """The row of Go: for a program that runs, for the toolchain on PATH, for a project with a go.mod."""
    executable = resolve_shim(use, use.executable) if use.executable else ""
    if executable is None:
        return
    settings = Settings(
        openssl.variables(use.environ),
        {
            "file": tuple(Default(path) for path in FILES),
            "directory": tuple(Default(path) for path in DIRECTORIES if use.fs.is_dir(path)),
        },
    )
    version = _toolchain_version(use, executable) if use.program == "go-toolchain" else ""
    name = (
        f"go {version}".rstrip() if use.program == "go-toolchain" or not executable else executable.rpartition("/")[2]
    )
    answer = runtime(use, "go", Program(name, version, executable), settings)
    if use.program == "go" and executable and all(s.store.state is StoreState.MISSING for s in answer.sources):
        message = _EMBEDDED.fill(executable=executable)
        yield NotLooked(RuntimePlace(name, executable), "embedded-roots", message, _EMBEDDED_HINT, decides=True)
        return
    yield answer


def _toolchain_version(use: Use, executable: str) -> str:
    """The first line of VERSION beside the toolchain."""
    real = use.fs.real(executable) or executable
    try:
        text = use.fs.read_bytes(f"{real.removesuffix('/bin/go')}/VERSION", 1024).decode("utf-8", "replace")
    except CannotRead:
        return ""
    return text.split("\n")[0].removeprefix("go").strip()
