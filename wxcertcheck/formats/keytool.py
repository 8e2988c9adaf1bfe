"""The second opinion on Java's keystores: the JDK's own keytool, and the way in to what the own readers refuse.

``keytool -list -rfc`` prints each entry with a few lines above the PEM. They follow the locale, so it is set on the command
line, where JAVA_TOOL_OPTIONS cannot change it, and the variables that add options are taken out. keytool answers "0 entries"
with exit code 0 for an encrypted PKCS#12 when it is given no password: it is then not asked.
"""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from wxcertcheck.errors import CannotRead
from wxcertcheck.formats import jks, pem, pkcs12
from wxcertcheck.model import Certificate, Contents
from wxcertcheck.text import Text, same

_ENTRY = re.compile(r"^Alias name: (.*)$", re.MULTILINE)
_KIND = re.compile(r"^Entry type: (\w+)", re.MULTILINE)
_STORE_KIND = re.compile(r"^Keystore type: (\S+)", re.MULTILINE | re.IGNORECASE)
_TRUSTED = "trustedCertEntry"
_HEAD = 64
_ENGLISH = ("-J-Duser.language=en", "-J-Duser.country=US", "-J-Dfile.encoding=UTF-8", "-J-Dstdout.encoding=UTF-8")
_ADDS_OPTIONS = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")


def read_with_keytool(path: Path, keytool: Path, passwords: Sequence[str] = (), timeout: float = 20.0) -> Contents:
    """What keytool lists of the store at ``path``; entries that are no trustedCertEntry carry the reason.

    ``timeout`` is in seconds, for each password tried. ``Contents.format`` is keytool's type in lower case.

    Raises `CannotRead`: "needs-password" for an encrypted PKCS#12 without a password (keytool would lie), "wrong-password",
    "unsupported" if keytool does not run, hangs or crashes, "damaged" if it refuses the store.
    """
    tried: list[str | None] = list(dict.fromkeys(passwords)) or [None]
    if tried == [None] and _is_pkcs12(path):
        tried = ["changeit"]
    refusal: CannotRead | None = None
    for password in tried:
        done = _run(path, keytool, password, timeout)
        if done.returncode == 0:
            return _contents(done.stdout.decode("utf-8", "replace"))
        refusal = _refusal(done, keytool, given=bool(passwords))
    raise refusal or _failed(keytool, same("?"))


def _is_pkcs12(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise CannotRead(
            "unsupported",
            Text(zh="无法打开 {path}：{why}", en="cannot open {path}: {why}").fill(path=path, why=error.strerror),
            Text(zh="请检查文件权限。", en="Check the file's permissions."),
        ) from None
    return pkcs12.looks_like(head)


def _run(path: Path, keytool: Path, password: str | None, timeout: float) -> "subprocess.CompletedProcess[bytes]":
    """One keytool. The password goes through the environment, where other users cannot read it as they can arguments."""
    command = [str(keytool), "-list", "-rfc", "-keystore", str(path.absolute()), *_ENGLISH]
    environment = {name: value for name, value in os.environ.items() if name not in _ADDS_OPTIONS}
    if password:
        command += ["-storepass:env", "WXCERTCHECK_STOREPASS"]
        environment["WXCERTCHECK_STOREPASS"] = password
    process = None
    try:
        process = subprocess.Popen(  # noqa: S603 - a keytool that the caller chose, with arguments of our making
            command,
            stdin=subprocess.DEVNULL,  # it asks for a password otherwise
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        out, err = process.communicate(timeout=timeout)
    except OSError as error:
        raise _failed(keytool, same(error.strerror or error)) from None
    except subprocess.TimeoutExpired:
        _end(process)
        why = Text(zh="{n} 秒内没有结果", en="no answer within {n} seconds").fill(n=f"{timeout:g}")
        raise _failed(keytool, why) from None
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _end(process: "subprocess.Popen[bytes] | None") -> None:
    """End a keytool that hangs, and what it has started: a wrapper script's JVM would keep the pipes open."""
    if process is None:
        return
    if os.name == "posix":
        import signal
        from contextlib import suppress

        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    try:
        process.communicate(timeout=2)
    except subprocess.TimeoutExpired:  # something left the session and holds a pipe; it is not ours to wait for
        return


def _contents(text: str) -> Contents:
    kind = _STORE_KIND.search(text)
    certificates: list[Certificate] = []
    problems: list[Text] = []
    starts = [*_ENTRY.finditer(text)]
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        entry = text[start.end() : end]
        entry_kind = _KIND.search(entry)
        trusted = entry_kind is not None and entry_kind[1] == _TRUSTED
        if "-----BEGIN" not in entry:
            continue  # a secret key
        try:
            listed = pem.read(entry.encode()).certificates
        except CannotRead as error:
            problems.append(error.message)
            continue
        why_not = None if trusted else jks.OF_A_PRIVATE_KEY
        certificates += [Certificate.of(found.der, start[1].strip(), why_not=why_not) for found in listed]
    return Contents(kind[1].lower() if kind else "keystore", tuple(certificates), tuple(problems))


def _refusal(done: "subprocess.CompletedProcess[bytes]", keytool: Path, *, given: bool) -> CannotRead:
    """Why keytool did not list. Its messages are English here; on stdout, with stack traces and warnings on stderr."""
    said = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
    line = next((line for line in said.splitlines() if line.startswith("keytool error:")), "")
    if "password was incorrect" in said or "tampered with" in said or "Password must be provided" in said:
        reason = "wrong-password" if given else "needs-password"
        return CannotRead(
            reason,
            Text(zh="keytool 打不开：密码不对或未提供", en="keytool does not open it: wrong password, or none given"),
            Text(zh="请提供该密钥库的密码。", en="Give the keystore's password."),
        )
    if line:
        return CannotRead(
            "damaged",
            Text(zh="keytool 拒绝该文件：{said}", en="keytool refuses the file: {said}").fill(said=line[:200]),
            Text(zh="请从备份恢复该文件，或重新生成。", en="Restore the file from a backup, or make it again."),
        )
    return _failed(keytool, Text(zh="退出码 {n}", en="exit code {n}").fill(n=done.returncode))


def _failed(keytool: Path, why: Text) -> CannotRead:
    return CannotRead(
        "unsupported",
        Text(zh="keytool 未能给出结果（{why}）：{keytool}", en="keytool gave no result ({why}): {keytool}").fill(
            why=why, keytool=keytool
        ),
        Text(
            zh="请检查该 JDK 能否运行，或用 --keytool 指定另一个。",
            en="Check that this JDK runs, or name another with --keytool.",
        ),
    )
