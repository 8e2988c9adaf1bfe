"""Repairs of trust stores: the exact commands for this distribution, this JDK, this file.

A store that something generates is repaired at its source and generated again; the old root is always kept.
Sources: update-ca-certificates(8), update-ca-trust(8), keytool and OpenSSL's rehash documentation, WeChat Pay's guide §4.
"""

import shlex
from collections.abc import Callable, Sequence

from msgspec import Struct

from wxcertcheck.model import Case, Finding, Fix, Root, Runtime, Safety, Store, StoreState
from wxcertcheck.text import Text


class Repair(Struct, frozen=True):
    """What a repair needs to know: the store, who reads it, the roots to add, and where to print them from."""

    store: Store
    runtime: Runtime | None
    roots: tuple[Root, ...]
    rotation: str
    switched_off: bool

    @property
    def public(self) -> bool:
        """Whether the roots are DigiCert's G1 or G2, of which we know when the public lists gained and lost them."""
        return all(root.name in ("DigiCert Global Root CA", "DigiCert Global Root G2") for root in self.roots)

    def pem(self, root: Root) -> str:
        """The command that prints a root."""
        return f"wxcertcheck rotations pem {shlex.quote(f'{self.rotation}/{root.key}')}"

    def file_name(self, root: Root, ending: str) -> str:
        """ "digicert-global-root-g2.crt"."""
        return root.name.lower().replace(" ", "-") + ending

    def into(self, folder: str, ending: str) -> list[str]:
        """Commands that put every root into ``folder``."""
        return [f"{self.pem(r)} > {shlex.quote(f'{folder}/{self.file_name(r, ending)}')}" for r in self.roots]


def store_fixes(finding: Finding, case: Case) -> tuple[Fix, ...]:
    """The repairs of the store that a finding is about."""
    stores = [item for item in finding.subjects if isinstance(item, Store)]
    runtimes = [item for item in finding.subjects if isinstance(item, Runtime)]
    if not stores:
        return (_install(),)
    roots = _roots(finding, case, stores[-1])
    repair = repair_of(stores[0], runtimes[0] if runtimes else None, roots, case, stores)
    if all(store.state is not StoreState.READ for store in stores):
        return (_missing(repair),)
    return (store_fix(repair),)


def repair_of(
    store: Store, runtime: Runtime | None, roots: tuple[Root, ...], case: Case, stores: Sequence[Store] = ()
) -> Repair:
    """What there is to repair: ``store`` lacks ``roots``; ``stores`` are all that the runtime reads."""
    lacking = {root.fingerprint for root in roots}
    off = any(c.fingerprint in lacking and not c.trusted for each in (store, *stores) for c in each.certificates)
    return Repair(store, runtime, roots, case.rotation.reference, off)


def store_fix(repair: Repair) -> Fix:
    """The repair by the mechanism that keeps the store, or else by its format."""
    make = _MECHANISMS.get(repair.store.repair) or _BY_FORMAT.get(repair.store.format, _append)
    return make(repair)


def _roots(finding: Finding, case: Case, store: Store) -> tuple[Root, ...]:
    outages = finding.outages or case.rotation.outages(store.trusted, case.on)
    wanted = {roots[0].fingerprint for outage in outages for roots in outage.lacking if roots}
    return tuple(root for root in case.rotation.roots if root.fingerprint in wanted)


def _debian(repair: Repair) -> Fix:
    if repair.switched_off:
        names = "|".join(repair.file_name(root, "").replace("-", "[_-]") for root in repair.roots)
        commands = [f"sed -i -E 's#^!(.*({names}).*)$#\\1#I' /etc/ca-certificates.conf", "update-ca-certificates"]
        return Fix(_SWITCH_ON, Safety.ASK, tuple(commands))
    commands = [*repair.into("/usr/local/share/ca-certificates", ".crt"), "update-ca-certificates"]
    return Fix(_ADD_AT_SOURCE, Safety.ASK, tuple(commands), notes=(_OR_UPGRADE_APT,) if repair.public else ())


def _rhel(repair: Repair) -> Fix:
    if repair.switched_off:
        return Fix(
            _SWITCH_ON, Safety.MANUAL, ("ls /etc/pki/ca-trust/source/bl*cklist", "update-ca-trust"), notes=(_BLOCKLIST,)
        )
    return Fix(
        _ADD_AT_SOURCE, Safety.ASK, (*repair.into("/etc/pki/ca-trust/source/anchors", ".pem"), "update-ca-trust")
    )


def _rhel6(repair: Repair) -> Fix:
    commands = (
        "update-ca-trust enable",
        *repair.into("/etc/pki/ca-trust/source/anchors", ".pem"),
        "update-ca-trust extract",
    )
    return Fix(_ADD_AT_SOURCE, Safety.ASK, commands, notes=(_EL6,))


def _suse(repair: Repair) -> Fix:
    return Fix(_ADD_AT_SOURCE, Safety.ASK, (*repair.into("/etc/pki/trust/anchors", ".pem"), "update-ca-certificates"))


def _arch(repair: Repair) -> Fix:
    return Fix(
        _ADD_AT_SOURCE,
        Safety.ASK,
        (*repair.into("/etc/ca-certificates/trust-source/anchors", ".pem"), "update-ca-trust"),
    )


def _java(repair: Repair) -> Fix:
    commands = []
    for root in repair.roots:
        file = f"{root.key}.pem"
        alias = "".join(character for character in root.name.lower() if character.isalnum())
        commands.append(f"{repair.pem(root)} > {shlex.quote(file)}")
        commands.append(
            f"{_keytool(repair)} -importcert -noprompt -trustcacerts -alias {alias} -file {shlex.quote(file)} {_keystore(repair)}"
        )
    return Fix(_IMPORT, Safety.ASK, tuple(commands), notes=(_RESTART,))


def _keytool(repair: Repair) -> str:
    executable = repair.runtime.executable if repair.runtime and repair.runtime.kind == "java" else ""
    return shlex.quote(executable.removesuffix("java") + "keytool") if executable.endswith("/java") else "keytool"


def _keystore(repair: Repair) -> str:
    """``-cacerts`` exists from JDK 9; before, and for any other store, the path."""
    runtime, path = repair.runtime, repair.store.path
    modern = runtime is not None and runtime.version.partition(".")[0] not in ("", "1", "5", "6", "7", "8")
    home = runtime.executable.removesuffix("/bin/java") if runtime else ""
    if modern and path == f"{home}/lib/security/cacerts":
        return "-cacerts -storepass changeit"
    return f"-keystore {shlex.quote(path)} -storepass changeit"


def _certifi(repair: Repair) -> Fix:
    python = shlex.quote(repair.runtime.executable) if repair.runtime and repair.runtime.executable else "python"
    if any(root.fingerprint in repair.store.trusted for root in repair.roots):
        return _append(repair)
    command = f"{python} -m pip install --upgrade certifi"
    return Fix(_UPGRADE_CERTIFI, Safety.ASK, (command,), notes=(_CERTIFI_G1,) if repair.public else ())


def _python_package(repair: Repair) -> Fix:
    python = shlex.quote(repair.runtime.executable) if repair.runtime and repair.runtime.executable else "python"
    return Fix(_UPGRADE_PACKAGE, Safety.ASK, (f"{python} -m pip install --upgrade requests certifi",))


def _composer(repair: Repair) -> Fix:
    return Fix(_UPGRADE_PACKAGE, Safety.ASK, ("composer update composer/ca-bundle",))


def _node(repair: Repair) -> Fix:
    file = "/etc/ssl/wxcertcheck-extra.pem"
    commands = [f"{repair.pem(root)} >> {file}" for root in repair.roots]
    return Fix(
        _NODE_EXTRA,
        Safety.MANUAL,
        (*commands, f"export NODE_EXTRA_CA_CERTS={file}"),
        notes=(_NODE_UPGRADE,) if repair.public else (),
    )


def _hashed_directory(repair: Repair) -> Fix:
    folder = repair.store.path
    return Fix(_ADD_AND_REHASH, Safety.ASK, (*repair.into(folder, ".pem"), f"openssl rehash {shlex.quote(folder)}"))


def _nss(repair: Repair) -> Fix:
    folder = shlex.quote("sql:" + repair.store.path.rpartition("/")[0])
    commands = []
    for root in repair.roots:
        commands += [
            f"{repair.pem(root)} > {root.key}.pem",
            f"certutil -A -d {folder} -n {shlex.quote(root.name)} -t C,, -i {root.key}.pem",
        ]
    return Fix(_IMPORT, Safety.ASK, tuple(commands))


def _append(repair: Repair) -> Fix:
    if repair.store.path == "-" or repair.store.path.startswith("/dev/"):
        return Fix(_POINT_ELSEWHERE, Safety.MANUAL, tuple(repair.pem(root) for root in repair.roots))
    path = shlex.quote(repair.store.path)
    if repair.switched_off:
        return Fix(_REPLACE_BLOCK, Safety.MANUAL, tuple(repair.pem(root) for root in repair.roots))
    if repair.store.format in _TO_PEM:
        new = shlex.quote(repair.store.path + ".pem")
        commands = [_TO_PEM[repair.store.format].format(path=path, new=new)]
        commands += [f"{repair.pem(root)} >> {new}" for root in repair.roots]
        return Fix(_CONVERT_AND_APPEND, Safety.MANUAL, tuple(commands))
    # A bundle may lack its last newline; the empty line keeps two blocks apart, and every reader of PEM passes over it.
    commands = [f"cp -p {path} {path}.bak", *(f"{{ echo; {repair.pem(root)}; }} >> {path}" for root in repair.roots)]
    return Fix(_APPEND, Safety.ASK, tuple(commands), notes=(_NEWEST_LIST,) if repair.public else ())


def _missing(repair: Repair) -> Fix:
    mechanism = repair.store.repair or _SYSTEM_PATHS.get(repair.store.path, "")
    if mechanism in ("debian", "alpine", "rhel", "rhel6", "suse", "arch"):
        return _install(mechanism, again=repair.store.state is not StoreState.MISSING)
    return Fix(_POINT_ELSEWHERE, Safety.MANUAL, notes=tuple(text for text in (repair.store.hint,) if text))


def _install(mechanism: str = "debian", *, again: bool = False) -> Fix:
    """Install the package that brings the store; ``again`` where the store is there and empty or damaged."""
    if again:
        return Fix(_REGENERATE, Safety.ASK, _REGENERATING.get(mechanism, _REGENERATING["debian"]))
    command = {
        "alpine": "apk add ca-certificates",
        "rhel": "yum install -y ca-certificates",
        "rhel6": "yum install -y ca-certificates",
        "suse": "zypper install -y ca-certificates ca-certificates-mozilla",
        "arch": "pacman -S ca-certificates",
    }.get(mechanism, "apt-get update && apt-get install -y ca-certificates")
    return Fix(_INSTALL, Safety.ASK, (command,))


_TO_PEM = {
    "der": "openssl x509 -inform DER -in {path} -out {new}",
    "pkcs7": "(openssl pkcs7 -print_certs -in {path} || openssl pkcs7 -inform DER -print_certs -in {path}) > {new}",
}
"""Formats that cannot be appended to -> how to make a PEM bundle of them."""
_REGENERATING = {
    "debian": ("apt-get install -y --reinstall ca-certificates", "update-ca-certificates --fresh"),
    "alpine": ("apk fix ca-certificates", "update-ca-certificates --fresh"),
    "rhel": ("yum reinstall -y ca-certificates", "update-ca-trust"),
    "rhel6": ("yum reinstall -y ca-certificates",),
    "suse": ("zypper install -f -y ca-certificates-mozilla", "update-ca-certificates"),
    "arch": ("pacman -S ca-certificates-utils", "update-ca-trust"),
}


_REGENERATE = Text(zh="重新安装并重新生成系统的 CA 证书", en="Reinstall and regenerate the system's CA certificates")
_REPLACE_BLOCK = Text(
    zh="库中的该证书带有“不信任”的设置，追加无效：用打印出的 PEM 替换那一段",
    en="The certificate there says that it is not trusted, and appending does not help: replace that block by the"
    " printed PEM",
)
_CONVERT_AND_APPEND = Text(
    zh="这种格式不能追加：转成 PEM，追加根证书，再让程序使用新文件",
    en="This format cannot be appended to: make PEM of it, append the root, and point the program at the new file",
)
_SYSTEM_PATHS = {
    "/etc/ssl/certs": "debian",
    "/etc/ssl/certs/ca-certificates.crt": "debian",
    "/usr/lib/ssl/certs": "debian",
    "/usr/lib/ssl/cert.pem": "debian",
    "/etc/ssl/cert.pem": "alpine",
    "/etc/pki/tls/certs/ca-bundle.crt": "rhel",
    "/etc/pki/tls/cert.pem": "rhel",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem": "rhel",
    "/etc/ssl/ca-bundle.pem": "suse",
    "/var/lib/ca-certificates/ca-bundle.pem": "suse",
}
"""Where a system's store should be: the package that puts it there is missing."""
_MECHANISMS: dict[str, Callable[[Repair], Fix]] = {
    "debian": _debian,
    "alpine": _debian,
    "rhel": _rhel,
    "rhel6": _rhel6,
    "suse": _suse,
    "arch": _arch,
    "java": _java,
    "certifi": _certifi,
    "python-package": _python_package,
    "composer": _composer,
    "node": _node,
    "hashed-directory": _hashed_directory,
    "nss": _nss,
    "file": _append,
}
_BY_FORMAT: dict[str, Callable[[Repair], Fix]] = {
    "jks": _java,
    "jceks": _java,
    "pkcs12": _java,
    "bks": _java,
    "hashed-directory": _hashed_directory,
    "nss": _nss,
}

_ADD_AT_SOURCE = Text(
    zh="把根证书加到系统信任库的来源，再重新生成", en="Add the root at the store's source and regenerate"
)
_SWITCH_ON = Text(zh="取消停用，再重新生成信任库", en="Stop switching the root off, then regenerate")
_IMPORT = Text(zh="把根证书导入这个密钥库（旧根证书保留）", en="Import the root into this store (the old one stays)")
_APPEND = Text(
    zh="把根证书追加到这个文件（先备份，旧根证书保留）",
    en="Append the root to this file (backup first; the old one stays)",
)
_INSTALL = Text(zh="安装系统的 CA 证书包", en="Install the system's CA certificates")
_UPGRADE_CERTIFI = Text(zh="升级这个环境里的 certifi", en="Upgrade certifi in this environment")
_UPGRADE_PACKAGE = Text(zh="升级自带 CA 列表的依赖包", en="Upgrade the package that carries its own CA list")
_NODE_EXTRA = Text(
    zh="让 Node 额外信任这个根证书（或升级 Node）", en="Let Node trust the root in addition (or upgrade Node)"
)
_ADD_AND_REHASH = Text(zh="放进目录并重建哈希链接", en="Put the root into the directory and rebuild its hash links")
_POINT_ELSEWHERE = Text(zh="让它指向一个存在且完好的信任库", en="Point it at a trust store that exists and is whole")
_OR_UPGRADE_APT = Text(
    zh="系统较新时，先试 apt-get install --only-upgrade ca-certificates（Alpine：apk upgrade ca-certificates）。",
    en="On a current system first try: apt-get install --only-upgrade ca-certificates (Alpine: apk upgrade ca-certificates).",
)
_BLOCKLIST = Text(
    zh="从 /etc/pki/ca-trust/source/blocklist（旧版为 blacklist）里移走这个根证书的文件，再执行 update-ca-trust。",
    en="Move the root's file out of /etc/pki/ca-trust/source/blocklist (older: blacklist), then run update-ca-trust.",
)
_EL6 = Text(
    zh="EL 6 默认不启用 update-ca-trust；不先 enable，放进 anchors 的证书不起作用。",
    en="EL 6 has update-ca-trust switched off; without enable, files in anchors have no effect.",
)
_RESTART = Text(
    zh="改完要重启 Java 进程；若改过密钥库密码，请换掉 changeit。",
    en="Restart the Java process afterwards; use your own password if the keystore's is not changeit.",
)
_CERTIFI_G1 = Text(
    zh="certifi 2015.4.28 起有 G2；2026.4.22 起不再有 G1。",
    en="certifi has G2 since 2015.4.28, and G1 no longer since 2026.4.22.",
)
_NODE_UPGRADE = Text(
    zh="Node 4.0.0（以及 0.10.34）起自带 G2；0.12 系列没有。",
    en="Node has G2 built in since 4.0.0 (and 0.10.34); the 0.12 line never got it.",
)
_NEWEST_LIST = Text(
    zh="curl 官网最新的 cacert.pem 已不含 G1：只需要 G2 时可以直接换用，仍需 G1 时请用追加的办法。",
    en="The newest cacert.pem from curl no longer holds G1: right when G2 alone is needed; else append as shown.",
)
