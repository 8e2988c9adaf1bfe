"""Which runtimes count as in use: processes (real ones), service units, PATH, JAVA_HOME, shims, our own environment."""

import os
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from tests.rootfs import BOTH, G1, G2, RootFS, certifi, debian, fingerprint, jdk, jks
from wxcertcheck.model import Looked, NotLooked, Runtime
from wxcertcheck.stores import processes
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.in_use import Search, Use, uses
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.stores.runtimes import runtimes


def search(root: Path | None = None, environ=None, paths=(), live: bool = False) -> Search:
    fs = FileSystem(root)
    return Search(fs, StoreReader(fs), environ or {}, tuple(Path(p) for p in paths), live)


def found(root: Path, *paths: str) -> list[tuple[str, str]]:
    """(program, executable) of what is in use in a made-up root."""
    return [(item.program, item.executable) for item in uses(search(root, paths=paths)) if isinstance(item, Use)]


def live(environ, paths=()) -> tuple:
    fs = FileSystem(None)
    return runtimes(fs, StoreReader(fs), environ, [Path(p) for p in paths], live=True)


def of(evidence, pid: int) -> list[Runtime]:
    """The runtimes that were seen as this process."""
    return [item for item in evidence if isinstance(item, Runtime) and f"process {pid}" in {t.en for t in item.seen_as}]


@pytest.fixture
def fs(tmp_path) -> RootFS:
    return RootFS(tmp_path / "root")


@pytest.fixture
def started():
    """Start programs that end with the test."""
    running = []

    def start(*command, becomes="", **options):
        """``becomes``: the name of the program that a wrapper (chroot, unshare) finally turns into."""
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
        )
        running.append(process)
        deadline = time.monotonic() + 20
        # The kernel fills in a new program's arguments and variables a moment after execve has let the parent go on.
        while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        while becomes and Path(f"/proc/{process.pid}/exe").readlink().name != becomes:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait(10)


# --- processes ----------------------------------------------------------------------------------------------------------


def test_a_process_counts_with_its_own_variables_not_with_ours(started, tmp_path):
    pin = tmp_path / "only.pem"
    pin.write_bytes((Path(__file__).parents[2] / "fixtures/roots" / f"{G1}.pem").read_bytes())
    environ = {"SSL_CERT_FILE": str(pin), "SSL_CERT_DIR": "/nowhere", "PATH": "/usr/bin:/bin"}
    process = started("/usr/bin/python3", "-c", "input()", env=environ)
    kinds = {runtime.kind: runtime for runtime in of(live({"PATH": ""}), process.pid)}
    assert kinds["python-ssl"].trusted == {fingerprint(G1)}
    process.kill()
    process.wait(10)
    assert not of(live({"PATH": ""}), process.pid)


def test_a_process_in_a_virtual_environment_is_told_by_the_path_it_was_called_by(started, tmp_path):
    venv.create(tmp_path / "env", symlinks=True)
    folder = next((tmp_path / "env/lib").iterdir()) / "site-packages"
    inside = RootFS(folder)
    inside.write("requests/__init__.py", "")
    certifi(inside, "", [G1])
    process = started(str(tmp_path / "env/bin/python"), "-c", "input()", env={"PATH": "/usr/bin"})
    kinds = {runtime.kind: runtime for runtime in of(live({"PATH": ""}), process.pid)}
    assert kinds["python-requests"].trusted == {fingerprint(G1)}


def test_a_java_process_with_its_options(started, tmp_path):
    store = tmp_path / "trust.jks"
    store.write_bytes(jks([G2]))
    (tmp_path / "Wait.java").write_text(
        "class Wait { public static void main(String[] a) throws Exception { System.in.read(); } }"
    )
    subprocess.run(["javac", "-d", tmp_path, tmp_path / "Wait.java"], check=True, timeout=60)
    option = f"-Djavax.net.ssl.trustStore={store}"
    process = started("java", "-Xmx32m", option, "-Djavax.net.ssl.trustStorePassword=changeit", "-cp", tmp_path, "Wait")
    (runtime,) = of(live({"PATH": ""}), process.pid)
    assert runtime.trusted == {fingerprint(G2)}
    assert "changeit" not in repr(runtime.variables)


@pytest.fixture(scope="module")
def go_program(tmp_path_factory) -> Path:
    """A static program that waits."""
    folder = tmp_path_factory.mktemp("go")
    source = folder / "wait.go"
    source.write_text('package main\nimport "os"\nfunc main() { os.Stdin.Read(make([]byte, 1)) }\n')
    environ = {**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off", "GOCACHE": str(folder / "cache")}
    subprocess.run(["go", "build", "-o", folder / "wait", source], check=True, timeout=240, env=environ)
    return folder / "wait"


PIVOT = 'mount --bind "$1" "$1" && cd "$1" && mkdir -p old && pivot_root . old && exec /server'


@pytest.mark.parametrize("how", ["chroot", "mount namespace"])
def test_a_process_in_another_root_is_read_there(started, go_program, tmp_path, how):
    """A container's process sees its image's store, not the host's. The image holds one static program."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs root and the right to make a mount namespace")
    image = RootFS(tmp_path / "image")
    image.program("/server", go_program.read_bytes())
    if how == "chroot":
        process = started("/usr/sbin/chroot", str(image.root), "/server", becomes="server")
    else:
        process = started("unshare", "-m", "sh", "-c", PIVOT, "sh", str(image.root), becomes="server")
    unseen = [item for item in live({"PATH": ""}) if isinstance(item, NotLooked) and item.reason == "embedded-roots"]
    assert [item.place.executable for item in unseen] == ["/server"]
    debian(image, [G2])
    (runtime,) = of(live({"PATH": ""}), process.pid)
    assert runtime.trusted >= {fingerprint(G2)}
    assert fingerprint(G1) not in runtime.trusted  # the host has it
    assert "container" in runtime.notes[0].en


def proc(tmp_path: Path, pid: int, cmdline: bytes, exe: str | None) -> Path:
    """A folder as in /proc; without ``exe`` the link cannot be read, as that of another user's process."""
    folder = tmp_path / "proc" / str(pid)
    folder.mkdir(parents=True)
    (folder / "cmdline").write_bytes(cmdline)
    if exe:
        (folder / "exe").symlink_to(exe)
    return tmp_path / "proc"


def test_another_users_process_is_judged_without_variables_and_said_so(tmp_path, monkeypatch):
    folder = proc(tmp_path, 4711, b"/usr/bin/python3\0/srv/pay.py\0", None)
    real = Path.readlink

    def readlink(path):
        if path.name == "exe":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "readlink", readlink)
    use, unseen, looked = processes.uses(search(live=True), folder)
    assert isinstance(use, Use)
    assert use.executable == "/usr/bin/python3"
    assert isinstance(unseen, NotLooked)
    assert not unseen.decides
    assert isinstance(looked, Looked)


def test_another_users_unknown_executable_decides(tmp_path, monkeypatch):
    folder = proc(tmp_path, 4712, b"/data/jdk/bin/java\0-jar\0pay.jar\0", None)

    def denied(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "readlink", denied)
    unseen, _ = processes.uses(search(live=True), folder)
    assert isinstance(unseen, NotLooked)
    assert unseen.decides


def test_a_vanished_process_and_a_kernel_thread_are_nothing(tmp_path):
    folder = proc(tmp_path, 2, b"", None)
    assert [type(item) for item in processes.uses(search(live=True), folder)] == [Looked]
    assert [type(item) for item in processes.uses(search(live=True), tmp_path / "none")] == [Looked]


def test_a_container_that_ends_while_it_is_read_keeps_its_files(started):
    process = started("/bin/sleep", "60")
    held = processes._held(Path(f"/proc/{process.pid}/root"))
    process.kill()
    process.wait(10)
    assert held is not None
    assert held.is_file("/etc/passwd")
    assert processes._held(Path(f"/proc/{process.pid}/root")) is None


# --- service units ------------------------------------------------------------------------------------------------------


def unit(fs: RootFS, text: str, name: str = "pay.service", folder: str = "/etc/systemd/system") -> None:
    fs.write(f"{folder}/{name}", f"[Unit]\nDescription=x\n[Service]\n{text}\n")


@pytest.mark.parametrize(
    "command",
    [
        "/data/jdk/bin/java -jar pay.jar",
        "-/data/jdk/bin/java -jar pay.jar",
        "@/data/jdk/bin/java pay -jar pay.jar",
        "/usr/bin/env JAVA_OPTS=x /data/jdk/bin/java -jar pay.jar",
        "/bin/sh -c 'exec /data/jdk/bin/java -jar pay.jar'",
        "/data/jdk/bin/java \\\n  -jar \\\n  pay.jar",
        "/srv/pay/start.sh",
    ],
)
def test_commands_of_units_are_seen_through(fs, command):
    jdk(fs, "/data/jdk", BOTH, "17.0.2")
    fs.program("/bin/sh")
    fs.program("/usr/bin/env")
    fs.write(
        "/srv/pay/start.sh", "#!/bin/sh\nJAVA_HOME=/data/jdk\nexec $JAVA_HOME/bin/java -Xmx1g -jar pay.jar\n", 0o755
    )
    unit(fs, f"ExecStart={command}")
    assert ("java", "/data/jdk/bin/java") in found(fs.root)


@pytest.mark.parametrize("command", ["/usr/bin/sleep /data/jdk/bin/java", "/gone/bin/java -jar pay.jar", ""])
def test_other_commands_start_no_java(fs, command):
    jdk(fs, "/data/jdk")
    fs.program("/usr/bin/sleep")
    unit(fs, f"ExecStart={command}")
    assert found(fs.root) == []


def test_etc_hides_usr_lib_a_masked_unit_starts_nothing_and_a_drop_in_replaces(fs):
    jdk(fs, "/data/old", [G1], "1.8.0_20")
    jdk(fs, "/data/new", BOTH, "17.0.2")
    unit(fs, "ExecStart=/data/old/bin/java -jar a", folder="/usr/lib/systemd/system")
    assert found(fs.root) == [("java", "/data/old/bin/java")]
    fs.write(
        "/etc/systemd/system/pay.service.d/java.conf", "[Service]\nExecStart=\nExecStart=/data/new/bin/java -jar a\n"
    )
    assert found(fs.root) == [("java", "/data/new/bin/java")]
    fs.link("/etc/systemd/system/pay.service", "/dev/null")
    assert found(fs.root) == []


def test_a_tomcat_unit_gives_its_options_to_the_jvm_of_java_home(fs):
    jdk(fs, "/data/jdk", [G1], "17.0.2")
    fs.write("/etc/trust.jks", jks([G2]))
    fs.write("/opt/tomcat/bin/startup.sh", '#!/bin/sh\nexec "$PRGDIR"/catalina.sh start "$@"\n', 0o755)
    unit(
        fs,
        "Environment=JAVA_HOME=/data/jdk\n"
        'Environment="CATALINA_OPTS=-Xmx1g -Djavax.net.ssl.trustStore=/etc/trust.jks"\n'
        "ExecStart=/opt/tomcat/bin/startup.sh",
    )
    system = FileSystem(fs.root)
    (runtime,) = [r for r in runtimes(system, StoreReader(system), {}, [], live=False) if isinstance(r, Runtime)]
    assert runtime.trusted == {fingerprint(G2)}


def test_setenv_beside_catalina_adds_to_the_options(fs):
    jdk(fs, "/data/jdk", [G1], "17.0.2")
    fs.write("/etc/trust.jks", jks([G2]))
    fs.write("/opt/tomcat/bin/startup.sh", '#!/bin/sh\nexec "$PRGDIR"/catalina.sh start "$@"\n', 0o755)
    fs.write(
        "/opt/tomcat/bin/setenv.sh",
        'export JAVA_HOME="/data/jdk"\n'
        "STORE=/etc/trust.jks\n"
        'CATALINA_OPTS="$CATALINA_OPTS -Djavax.net.ssl.trustStore=$STORE"\n',
    )
    unit(fs, "ExecStart=/opt/tomcat/bin/startup.sh")
    system = FileSystem(fs.root)
    (runtime,) = [r for r in runtimes(system, StoreReader(system), {}, [], live=False) if isinstance(r, Runtime)]
    assert runtime.trusted == {fingerprint(G2)}


def test_hundreds_of_services_with_one_runtime_are_one_runtime(fs):
    jdk(fs, "/data/jdk", BOTH, "17.0.2")
    for number in range(100):
        unit(fs, f"ExecStart=/data/jdk/bin/java -jar {number}.jar", f"app{number}.service")
    system = FileSystem(fs.root)
    (runtime,) = [r for r in runtimes(system, StoreReader(system), {}, [], live=False) if isinstance(r, Runtime)]
    assert len(runtime.seen_as) == 5
    assert "96" in runtime.seen_as[-1].en


def test_init_scripts_supervisor_and_cron(fs):
    for name in ("a", "b", "c"):
        jdk(fs, f"/data/{name}", BOTH, "17.0.2")
    fs.write("/etc/init.d/pay", "#!/bin/sh\nJAVA_HOME=/data/a\n$JAVA_HOME/bin/java -jar pay.jar &\n", 0o755)
    fs.write("/etc/supervisor/conf.d/pay.conf", "[program:pay]\ncommand=/data/b/bin/java -jar pay.jar\n")
    fs.write("/etc/cron.d/pay", "5 4 * * * root /data/c/bin/java -jar bill.jar\n")
    assert {executable for _, executable in found(fs.root)} == {f"/data/{name}/bin/java" for name in "abc"}


# --- PATH, JAVA_HOME, shims -----------------------------------------------------------------------------------------------


def test_java_home_and_path_of_this_machine(tmp_path):
    here = RootFS(tmp_path)
    jdk(here, "/jdk", [G1], "11.0.2")
    evidence = live({"JAVA_HOME": str(tmp_path / "jdk"), "PATH": ""})
    (runtime,) = [r for r in evidence if isinstance(r, Runtime) and "JAVA_HOME" in {t.en for t in r.seen_as}]
    assert runtime.trusted == {fingerprint(G1)}


def test_the_first_on_path_counts_and_busybox_is_no_wget(fs):
    fs.program("/bin/busybox")
    fs.link("/usr/bin/wget", "/bin/busybox")
    fs.program("/usr/bin/curl")
    assert [program for program, _ in found(fs.root)] == ["curl"]


def test_one_file_by_two_names_is_one_runtime(fs):
    fs.program("/usr/bin/perl")
    fs.path("/usr/bin/perl5.36.0").hardlink_to(fs.path("/usr/bin/perl"))
    assert found(fs.root) == [("perl", "/usr/bin/perl")]


@pytest.mark.parametrize(
    ("chosen", "expected"), [("3.11.7", "3.11.7"), ("3.12", "3.12.1"), ("", "3.11.7"), ("9.9", None)]
)
def test_a_pyenv_shim_leads_to_the_chosen_interpreter(tmp_path, chosen, expected):
    home = RootFS(tmp_path)
    for version in ("3.11.7", "3.12.1"):
        minor = version[:4]
        home.program(f"/pyenv/versions/{version}/bin/python{minor}")
        home.link(f"/pyenv/versions/{version}/bin/python", f"python{minor}")
        home.folder(f"/pyenv/versions/{version}/lib/python{minor}/site-packages")
    home.write("/pyenv/version", "3.11.7\n")
    shim = f'#!/usr/bin/env bash\nset -e\nprogram="${{0##*/}}"\nexport PYENV_ROOT="{tmp_path}/pyenv"\nexec pyenv exec "$program"\n'
    home.write("/pyenv/shims/python", shim, 0o755)
    environ = {"PATH": str(tmp_path / "pyenv/shims"), "PWD": str(tmp_path)} | (
        {"PYENV_VERSION": chosen} if chosen else {}
    )
    versions = [r.version for r in live(environ) if isinstance(r, Runtime) and r.executable.startswith(str(tmp_path))]
    assert versions == ([expected] if expected else [])


def test_our_own_environment_counts_only_with_a_foreign_https_client(monkeypatch, tmp_path):
    """Situation of a developer who installs the tool into a project's environment, and of one who does not."""
    venv.create(tmp_path / "env", symlinks=True)
    folder = next((tmp_path / "env/lib").iterdir()) / "site-packages"
    inside = RootFS(folder)
    inside.write(
        "wxcertcheck-0.1.dist-info/METADATA",
        "Name: wxcertcheck\nRequires-Dist: certifi\nRequires-Dist: Some_Thing>=1; extra == 'x'\n",
    )
    inside.write("some_thing-1.0.dist-info/METADATA", "Name: some-thing\nRequires-Dist: httpx\n")
    inside.write("httpx-0.28.1.dist-info/METADATA", "Name: httpx\n")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    environ = {"PATH": str(tmp_path / "env/bin")}

    def ours():
        return [r for r in live(environ) if isinstance(r, Runtime) and r.executable.startswith(str(tmp_path))]

    assert not ours()
    inside.write("requests-2.31.0.dist-info/METADATA", "Name: requests\n")
    assert ours()


# --- root file systems and projects -----------------------------------------------------------------------------------------


def test_a_root_is_searched_in_its_own_folders_and_nothing_of_this_machine_counts(fs):
    jdk(fs, "/opt/vendor/app/jre8", [G1], "1.8.0_20")
    jdk(fs, "/usr/lib/jvm/java-17", BOTH, "17.0.2")
    jdk(fs, "/home/dev/jdk", BOTH, "17.0.2")  # not a standard folder
    executables = {executable for _, executable in found(fs.root)}
    assert executables == {"/opt/vendor/app/jre8/bin/java", "/usr/lib/jvm/java-17/bin/java"}


def test_a_project_brings_its_java_and_says_that_it_is_written_in_go(fs):
    jdk(fs, "/srv/shop/runtime/jre", BOTH, "17.0.2")
    fs.write("/srv/shop/go.mod", "module shop\n")
    assert set(found(fs.root, "/srv/shop")) == {("java", "/srv/shop/runtime/jre/bin/java"), ("go", "")}
    assert found(fs.root) == []


def test_the_search_is_quick():
    """The default check must beat one call of keytool (425 ms); this is its largest part."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        live(dict(os.environ))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.4
