"""A root file system read as if it were "/": nothing outside is ever reached, nothing ever hangs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.rootfs import RootFS
from wxcertcheck.errors import CannotRead
from wxcertcheck.stores.filesystem import FileSystem


@pytest.fixture
def fs(tmp_path):
    (tmp_path / "secret").write_text("outside")
    return RootFS(tmp_path / "root")


def reason(fs, path, **limits):
    with pytest.raises(CannotRead) as caught:
        FileSystem(fs.root).read_bytes(path, **limits)
    assert caught.value.message.zh
    assert caught.value.hint.en
    return caught.value.reason


def test_absolute_link_starts_at_the_root(fs):
    fs.write("/usr/share/ca.pem", "inside")
    fs.link("/etc/ssl/cert.pem", "/usr/share/ca.pem")
    assert FileSystem(fs.root).real("/etc/ssl/cert.pem") == "/usr/share/ca.pem"
    assert FileSystem(fs.root).read_bytes("/etc/ssl/cert.pem") == b"inside"


@pytest.mark.parametrize("target", ["../../../secret", "../../../../../../secret", "/../secret"])
def test_link_that_points_outside_stays_inside(fs, target):
    fs.link("/etc/ssl/cert.pem", target)
    assert reason(fs, "/etc/ssl/cert.pem") == "missing"
    fs.write("/secret", "inside")
    assert FileSystem(fs.root).read_bytes("/etc/ssl/cert.pem") == b"inside"


def test_linked_folder_that_points_outside_stays_inside(fs, tmp_path):
    fs.link("/etc/ssl", str(tmp_path))
    assert not FileSystem(fs.root).exists("/etc/ssl/secret")
    assert FileSystem(fs.root).glob("/etc/ssl/*") == []


def test_link_to_an_absolute_path_of_this_machine_is_not_followed(fs, tmp_path):
    fs.link("/etc/shadow", str(tmp_path / "secret"))
    assert FileSystem(fs.root).real("/etc/shadow") is None
    with pytest.raises(CannotRead):
        FileSystem(fs.root).on_disk("/etc/shadow")


def test_dot_dot_in_a_path_does_not_leave_the_root(fs):
    fs.write("/a/b", "x")
    assert FileSystem(fs.root).real("/a/../../../a/b") == "/a/b"


def test_loops_end(fs):
    fs.link("/loop", "loop")
    fs.link("/one", "/two")
    fs.link("/two", "/one")
    assert reason(fs, "/loop") == "symlink-loop"
    assert reason(fs, "/one/more") == "symlink-loop"
    assert FileSystem(fs.root).real("/one") is None


def test_links_that_multiply_end_quickly(fs):
    fs.folder("/l0")
    for number in range(1, 40):
        fs.link(f"/l{number}", f"l{number - 1}/../l{number - 1}/../l{number - 1}")
    started = time.monotonic()
    assert reason(fs, "/l39/x") == "symlink-loop"
    assert time.monotonic() - started < 1


def test_very_long_paths_end(fs):
    assert reason(fs, "/x" * 100_000) == "missing"
    assert reason(fs, "/etc/\0") == "missing"


def test_fifo_is_refused_at_once(fs):
    os.mkfifo(fs.path("/pipe"))
    assert reason(fs, "/pipe") == "not-a-regular-file"


def test_device_is_refused():
    with pytest.raises(CannotRead) as caught:
        FileSystem().read_bytes("/dev/zero")
    assert caught.value.reason == "not-a-regular-file"


def test_folder_is_refused(fs):
    fs.folder("/etc/ssl")
    assert reason(fs, "/etc/ssl") == "directory"


def test_sparse_gigabyte_is_refused_unread(fs):
    with fs.write("/cacerts", "").open("r+b") as file:
        file.truncate(1 << 30)
    started = time.monotonic()
    assert reason(fs, "/cacerts") == "too-large"
    assert time.monotonic() - started < 0.1


def test_limit_counts_bytes_read_not_only_the_size_told():
    """Files of /proc say that they have no bytes."""
    with pytest.raises(CannotRead) as caught:
        FileSystem().read_bytes("/proc/self/maps", limit=10)
    assert caught.value.reason == "too-large"
    assert FileSystem().read_bytes("/proc/self/maps")


def test_unreadable_file_is_said_so(fs):
    """Root may read everything, so the reader becomes nobody first."""
    fs.write("/cacerts", "x", 0o000)
    for folder in (fs.root, *list(fs.root.parents)[:4]):
        folder.chmod(0o755)
    script = (
        "import os, sys\n"
        "from pathlib import Path; from wxcertcheck.stores.filesystem import FileSystem\n"
        "from wxcertcheck.errors import CannotRead\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try: FileSystem(Path(sys.argv[1])).read_bytes('/cacerts')\n"
        "except CannotRead as error: print(error.reason)"
    )
    command = [sys.executable, "-c", script, str(fs.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "permission", done.stderr


def test_glob_follows_links_inside_and_sorts(fs):
    for version in ("8", "17"):
        fs.write(f"/usr/lib/jvm/java-{version}/lib/security/cacerts", "x")
    fs.link("/usr/lib/jvm/default", "java-17")
    fs.link("/usr/lib/jvm/broken", "java-99")
    assert FileSystem(fs.root).glob("/usr/lib/jvm/*/lib/security/cacerts") == [
        "/usr/lib/jvm/default/lib/security/cacerts",
        "/usr/lib/jvm/java-17/lib/security/cacerts",
        "/usr/lib/jvm/java-8/lib/security/cacerts",
    ]


def test_glob_two_stars_descends_a_few_folders(fs):
    fs.write("/opt/vendor/app/jre/lib/security/cacerts", "x")
    fs.link("/opt/vendor/self", "..")
    deep = "/opt/" + "a/" * 20 + "jre/lib/security/cacerts"
    fs.write(deep, "x")
    assert FileSystem(fs.root).glob("/opt/**/jre/lib/security/cacerts") == ["/opt/vendor/app/jre/lib/security/cacerts"]


def test_this_machine_and_its_root_read_the_same(fs):
    assert FileSystem().real("/etc/os-release") == os.path.realpath("/etc/os-release")
    assert FileSystem().listdir("/etc") == sorted(path.name for path in Path("/etc").iterdir())
    assert FileSystem().readlink("/proc/self/exe") == str(Path("/proc/self/exe").readlink())
