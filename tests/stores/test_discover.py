"""Finding stores: places of the table, projects, the whole file system; and bad input that costs only itself."""

import os
import subprocess
import sys
import time

import pytest

from tests.rootfs import (
    BOTH,
    G1,
    G2,
    OTHERS,
    RootFS,
    alpine,
    arch,
    bundle,
    certifi,
    debian,
    fingerprint,
    jdk,
    jks,
    pem,
    rhel,
    rhel6,
    suse,
)  # fmt: skip
from wxcertcheck.model import Looked, NotLooked, Runtime, Store, StoreState
from wxcertcheck.stores import SurveyRequest, survey
from wxcertcheck.stores.discover import Scope, discover, home_folders, join
from wxcertcheck.stores.filesystem import FileSystem
from wxcertcheck.stores.reading import StoreReader
from wxcertcheck.stores.walk import walk

ALL = frozenset(map(fingerprint, BOTH))


@pytest.fixture
def fs(tmp_path):
    return RootFS(tmp_path / "root")


def find(fs, **scope):
    files = FileSystem(fs.root)
    return list(discover(files, StoreReader(files), Scope(home_folders(files, None), **scope)))


def stores(fs, **scope):
    return {store.path: store for store in find(fs, **scope) if isinstance(store, Store)}


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        (debian, {("debian", "debian")}),
        (rhel, {("rhel", "rhel"), ("rhel-trust", "rhel"), ("rhel-email", "rhel"), ("rhel-java", "rhel")}),
        (rhel6, {("rhel", "rhel6"), ("rhel-trust", "rhel6"), ("rhel-java", "rhel6")}),
        (suse, {("suse", "suse"), ("suse-java", "suse")}),
        (alpine, {("alpine", "alpine")}),
        (arch, {("arch", "arch"), ("arch-java", "arch")}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_distribution_with_what_regenerates_its_stores(fs, layout, expected):
    layout(fs)
    found = stores(fs)
    assert {(store.kind, store.repair) for store in found.values()} == expected
    assert all(store.trusted == ALL for store in found.values() if store.kind != "rhel-email")
    assert all(store.trusted == frozenset() for store in found.values() if store.kind == "rhel-email")


def test_email_bundles_never_decide(fs):
    rhel(fs)
    found = stores(fs, all=True)
    assert {store.kind for store in found.values() if not store.decides} == {"rhel-email"}


def test_static_bundle_on_a_new_rhel_is_somebodys_own_file(fs):
    """`update-ca-trust enable` exists on EL 6 alone."""
    rhel(fs)
    fs.path("/etc/pki/tls/certs/ca-bundle.crt").unlink()
    fs.write("/etc/pki/tls/certs/ca-bundle.crt", bundle([G1]))
    assert stores(fs)["/etc/pki/tls/certs/ca-bundle.crt"].repair != "rhel6"


@pytest.mark.parametrize(
    ("home", "version"),
    [
        ("/usr/lib/jvm/java-8-openjdk-amd64", "1.8.0_20"),
        ("/usr/lib/jvm/java-17-openjdk-amd64", "17.0.2"),
        ("/usr/java/jdk1.7.0_80", "1.7.0_80"),
        ("/usr/local/openjdk-11", "11.0.2"),
        ("/opt/vendor/app/jre", "17.0.2"),
        ("/opt/jdk-21", "21"),
        ("/root/.sdkman/candidates/java/21-tem", "21"),
        ("/home/dev/.jdks/corretto-17", "17.0.2"),
    ],
)
def test_java_homes(fs, home, version):
    jdk(fs, home, version=version)
    [store] = stores(fs).values()
    assert store.path.startswith(home)
    assert (store.kind, store.repair, store.trusted) == ("jvm", "java", ALL)


def test_jssecacerts_is_found_beside_cacerts(fs):
    jdk(fs, "/usr/lib/jvm/java-17", version="17.0.2")
    fs.write("/usr/lib/jvm/java-17/lib/security/jssecacerts", jks([G1]))
    assert {path.rpartition("/")[2] for path in stores(fs)} == {"cacerts", "jssecacerts"}


def test_names_of_one_java_home_are_one_store(fs):
    jdk(fs, "/usr/lib/jvm/java-17", version="17.0.2")
    fs.link("/usr/lib/jvm/default-java", "java-17")
    assert list(stores(fs)) == ["/usr/lib/jvm/java-17/lib/security/cacerts"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/usr/lib/python3/dist-packages/certifi/cacert.pem", "certifi"),
        ("/usr/lib/python3/dist-packages/pip/_vendor/certifi/cacert.pem", "pip"),
        ("/usr/local/lib/python3.9/site-packages/requests/cacert.pem", "requests"),
        ("/usr/lib64/python3.6/site-packages/botocore/cacert.pem", "botocore"),
        ("/home/app/.local/lib/python3.9/site-packages/httplib2/cacerts.txt", "httplib2"),
        ("/root/.pyenv/versions/3.9.1/lib/python3.9/site-packages/boto/cacerts/cacerts.txt", "boto"),
        ("/opt/venv/lib/python3.9/site-packages/stripe/data/ca-certificates.crt", "stripe"),
        ("/opt/conda/ssl/cacert.pem", "conda"),
        ("/usr/lib/google-cloud-sdk/lib/third_party/certifi/cacert.pem", "google-cloud-sdk"),
        ("/u01/oracle/wlserver/server/lib/DemoTrust.jks", "weblogic"),
        ("/opt/payara/glassfish/domains/domain1/config/cacerts.jks", "glassfish"),
        ("/usr/local/ssl/cert.pem", "openssl"),
    ],
)
def test_other_places(fs, path, kind):
    fs.write(path, jks(BOTH) if path.endswith("jks") else bundle(BOTH))
    [store] = stores(fs).values()
    assert (store.path, store.kind, store.trusted) == (path, kind, ALL)


def test_project_lists_count_unless_they_are_an_sdks_own(fs):
    certifi(fs, "/srv/shop/.venv/lib/python3.9/site-packages", [G1])
    fs.write("/srv/shop/vendor/composer/ca-bundle/res/cacert.pem", bundle([G1]))
    fs.write("/srv/shop/.venv/lib/python3.9/site-packages/pip/_vendor/certifi/cacert.pem", bundle([G1]))
    fs.write("/srv/shop/vendor/stripe/stripe-php/data/ca-certificates.crt", bundle([G1]))
    found = stores(fs, projects=("/srv/shop",))
    assert {store.kind: store.decides for store in found.values()} == {
        "certifi": True, "composer": True, "pip": False, "stripe": False,
    }  # fmt: skip


def test_project_files_are_found_by_content(fs):
    """sdk-bundles: files of any name that hold a root that matters, or many certificates; a key pair is neither."""
    wanted = frozenset(map(fingerprint, (G1, G2)))
    fs.write("/srv/shop/certs/wechat.pem", pem(G1))
    fs.write("/srv/shop/certs/unrelated.pem", pem("isrg-root-x1"))
    fs.write("/srv/shop/certs/rootca.pem", pem("isrg-root-x1"))
    fs.write("/srv/shop/trust.jks", jks([G1]))
    fs.write("/srv/shop/notes.pem", "no certificate in here")
    found = stores(fs, projects=("/srv/shop",), wanted=wanted)
    assert set(found) == {"/srv/shop/certs/wechat.pem", "/srv/shop/certs/rootca.pem", "/srv/shop/trust.jks"}
    assert not any(store.decides for store in found.values())


def test_everywhere_finds_what_the_table_does_not_know(fs):
    fs.write("/data/strange/place/ca.crt", pem(G1))
    fs.write("/data/x/lib/security/cacerts", jks([G1]))
    fs.write("/proc/1/cacert.pem", pem(G1))
    fs.write("/data/.git/cacert.pem", pem(G1))
    assert not stores(fs)
    found = stores(fs, everywhere=True, wanted=frozenset({fingerprint(G1)}))
    assert set(found) == {"/data/strange/place/ca.crt", "/data/x/lib/security/cacerts"}


def test_everywhere_counts_the_files_it_looked_at(fs):
    fs.write("/a/b", "x")
    fs.write("/a/c", "x")
    [looked] = [item for item in find(fs, everywhere=True) if isinstance(item, Looked)]
    assert looked.count == 2


def test_one_content_is_one_store_with_all_its_places(fs):
    for version in ("3.8", "3.9"):
        certifi(fs, f"/usr/lib/python{version}/site-packages")
    certifi(fs, "/usr/lib/python3.7/site-packages", [G1])
    joined = join([store for store in find(fs) if isinstance(store, Store)])
    assert sorted(len(store.places) for store in joined) == [1, 2]


BAD = {
    "/etc/ssl/certs/ca-certificates.crt": b"-----BEGIN CERTIFICATE-----\nMIID",
    "/usr/lib/jvm/a/lib/security/cacerts": os.urandom(5000),
    "/usr/lib/python3.5/site-packages/certifi/cacert.pem": b"",
    "/usr/lib/python3.6/site-packages/certifi/cacert.pem": b"\xff" * 100,
    "/etc/nginx/nginx.conf": b"\0\1\2" * 1000,
    "/etc/ca-certificates.conf": b"!\0\n!../../../../etc/shadow\n!" + b"x" * 100_000,
    "/etc/os-release": os.urandom(100),
}


def test_bad_input_costs_only_itself(fs):
    """Everything wrong at once, and one good store: it is still reported, quickly, without a traceback."""
    for path, content in BAD.items():
        fs.write(path, content)
    for folder in ("b", "c", "d", "e"):
        fs.folder(f"/usr/lib/jvm/{folder}/lib/security")
    os.mkfifo(fs.path("/usr/lib/jvm/b/lib/security/cacerts"))
    fs.link("/usr/lib/jvm/c/lib/security/cacerts", "cacerts")
    fs.folder("/usr/lib/jvm/d/lib/security/cacerts")
    with fs.write("/usr/lib/jvm/e/lib/security/cacerts", "").open("r+b") as file:
        file.truncate(1 << 30)
    fs.link("/usr/lib/python3.7/site-packages", "/usr/lib/python3.7")
    fs.link("/usr/lib/python3.7/site-packages2", "..")
    jdk(fs, "/usr/lib/jvm/good", version="17.0.2")
    started = time.monotonic()
    evidence = survey(SurveyRequest(root=fs.root, all=True, everywhere=True))
    assert time.monotonic() - started < 10
    read = [source.store for item in evidence if isinstance(item, Runtime) for source in item.sources]
    found = {store.path: store for store in (*read, *evidence) if isinstance(store, Store)}
    assert found["/usr/lib/jvm/good/lib/security/cacerts"].trusted == ALL
    states = {path: found[path].state for path in found if "/jvm/" in path or "certifi" in path}
    assert states["/usr/lib/jvm/a/lib/security/cacerts"] is StoreState.DAMAGED
    assert states["/usr/lib/jvm/d/lib/security/cacerts"] is StoreState.DAMAGED
    assert states["/usr/lib/jvm/b/lib/security/cacerts"] is StoreState.UNREADABLE
    assert states["/usr/lib/jvm/e/lib/security/cacerts"] is StoreState.UNREADABLE
    assert states["/usr/lib/python3.5/site-packages/certifi/cacert.pem"] is StoreState.EMPTY
    assert all(store.problem and store.hint for store in found.values() if store.state is not StoreState.READ)


def test_without_all_an_unreadable_store_is_one_gap_that_does_not_decide(fs):
    fs.folder("/usr/lib/jvm/b/lib/security")
    os.mkfifo(fs.path("/usr/lib/jvm/b/lib/security/cacerts"))
    gaps = [i for i in survey(SurveyRequest(root=fs.root)) if isinstance(i, NotLooked) and i.reason == "store-unread"]
    assert [(gap.place.path, gap.decides) for gap in gaps] == [("/usr/lib/jvm/b/lib/security/cacerts", False)]


def test_folders_that_cannot_be_entered_are_told(fs):
    fs.write("/data/secret/cacert.pem", pem(G1))
    fs.path("/data/secret").chmod(0)
    for folder in (fs.root, *list(fs.root.parents)[:4]):
        folder.chmod(0o755)
    script = (
        "import os, sys; from wxcertcheck.stores.walk import walk\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "print(walk(sys.argv[1], sys.argv[1]).unreadable)"
    )
    command = [sys.executable, "-c", script, str(fs.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == str([str(fs.path("/data/secret"))])


def test_a_very_deep_tree_ends(fs):
    deep = fs.root
    for _ in range(200):
        deep /= "d"
    deep.mkdir(parents=True)
    result = walk(str(fs.root), str(fs.root))
    assert result.unreadable


def test_a_hostile_image_cannot_reach_out(fs, tmp_path):
    """Every link of the image points at a store of the machine that audits; none of them may be read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "cacert.pem").write_bytes(bundle(BOTH))
    for path in ("/etc/ssl/certs/ca-certificates.crt", "/usr/lib/jvm/x/lib/security/cacerts", "/srv/shop/cacert.pem"):
        fs.link(path, str(outside / "cacert.pem"))
    fs.link("/usr/lib/python3", str(outside))
    fs.link("/srv/shop/linked", f"../../../../../../../../../../..{outside}")
    evidence = survey(
        SurveyRequest(root=fs.root, all=True, everywhere=True, paths=(fs.path("/x").relative_to(fs.root).parent,))
    )
    assert not [item for item in evidence if isinstance(item, Store) and item.certificates]
    assert OTHERS
    assert G2 in BOTH
