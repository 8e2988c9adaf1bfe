"""Files that exist only in a container: what Kubernetes and Compose mount from Secrets and ConfigMaps that the tree declares.

Kubernetes: a pod's ``volumes`` (``secret``, ``configMap``, ``projected``) and its containers' ``volumeMounts``
(https://kubernetes.io/docs/concepts/storage/volumes/); data in base64 or plain. Compose: top-level ``secrets`` and ``configs``
(https://docs.docker.com/reference/compose-file/secrets/). Templates that are no YAML yet (Helm) are left alone.
"""

import base64
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_READ = 1 << 20
_TELLING = (b"mountPath", b"Secret", b"ConfigMap", b"secrets:", b"configs:")
_NODES = 50_000
_VOLUME_KINDS = (("secret", "secretName"), ("configMap", "name"))
_OBJECT_KINDS = {"Secret": "secret", "ConfigMap": "configMap"}

Holder = tuple[str, str]
"""("secret" or "configMap", its name)."""


@dataclass(frozen=True, slots=True)
class Mounted:
    """A file in a container: its ``path`` there, the ``manifest`` that mounts it, and the file in the tree that its content
    is in: as the ``entry`` with these bytes, or (``entry`` empty) as a whole.
    """

    path: str
    manifest: str
    origin: str
    line: int = 0
    entry: str = ""
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class _Object:
    """A Secret or ConfigMap: where it is declared, and its entries."""

    manifest: str
    entries: dict[str, bytes]


def mounted_files(manifests: list[str]) -> list[Mounted]:
    """Everything that these YAML files mount and whose content the tree has."""
    documents = [(path, document) for path in manifests for document in _documents(path)]
    objects: dict[Holder, _Object] = {}
    for path, document in documents:
        for part in _mappings(document):
            kind, name = _OBJECT_KINDS.get(str(part.get("kind"))), _mapping(part.get("metadata")).get("name")
            if kind and name:
                objects[kind, str(name)] = _Object(path, _entries(part, kind))
    found = []
    for path, document in documents:
        for target, holder, key in _mounts(document, objects):
            origin = objects[holder].manifest
            found.append(Mounted(target, path, origin, _line(origin, key), key, objects[holder].entries[key]))
        found += _compose(document, path)
    return found


def _line(path: str, key: str) -> int:
    """The line of an entry in its manifest (the parser keeps no lines)."""
    data = _content(path)
    found = re.search(rb"^\s*[\"']?" + re.escape(key.encode()) + rb"[\"']?\s*:", data, re.MULTILINE)
    return data.count(b"\n", 0, found.end()) + 1 if found else 0


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths are plain strings all through the scan
            return file.read(_READ)
    except OSError:
        return b""


def _documents(path: str) -> Iterator[Any]:
    data = _content(path)
    if not any(word in data for word in _TELLING):
        return
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.load_all(data.decode("utf-8", "replace"), loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return


def _mappings(document: object) -> Iterator[dict[Any, Any]]:
    """Every mapping in a document, itself included (a ``List`` holds objects); no node twice, however aliases tie them."""
    waiting, seen = [document], set[int]()
    while waiting and len(seen) < _NODES:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, (dict, list)):
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        else:
            waiting += node


def _mapping(node: object) -> dict[Any, Any]:
    return node if isinstance(node, dict) else {}


def _rows(node: object) -> list[dict[Any, Any]]:
    return [row for row in node if isinstance(row, dict)] if isinstance(node, list) else []


def _entries(part: dict[Any, Any], kind: str) -> dict[str, bytes]:
    encoded, plain = ("data", "stringData") if kind == "secret" else ("binaryData", "data")
    found = {}
    for key, value in _mapping(part.get(encoded)).items():
        try:
            found[str(key)] = base64.b64decode("".join(str(value).split()))
        except ValueError:
            continue
    return found | {str(key): str(value).encode() for key, value in _mapping(part.get(plain)).items()}


# --- Kubernetes -----------------------------------------------------------------------------------------------------------


def _mounts(document: object, objects: dict[Holder, _Object]) -> Iterator[tuple[str, Holder, str]]:
    """(path in the container, the object, its key) of every mounted file whose object is known."""
    for pod in _mappings(document):
        volumes = {str(volume.get("name")): _projected(volume, objects) for volume in _rows(pod.get("volumes"))}
        containers = [*_rows(pod.get("containers")), *_rows(pod.get("initContainers"))]
        for mount in (mount for container in containers for mount in _rows(container.get("volumeMounts"))):
            base = str(mount.get("mountPath", "")).rstrip("/")
            below = str(mount.get("subPath", "")).strip("/")
            for name, holder, key in volumes.get(str(mount.get("name")), ()):
                if not below:
                    yield f"{base}/{name}", holder, key
                elif name == below:
                    yield base, holder, key


def _projected(volume: dict[Any, Any], objects: dict[Holder, _Object]) -> list[tuple[str, Holder, str]]:
    """(name in the volume, the object, its key): all keys, or those that ``items`` chooses and names."""
    found = []
    for source in (volume, *_rows(_mapping(volume.get("projected")).get("sources"))):
        for kind, name_key in _VOLUME_KINDS:
            chosen = _mapping(source.get(kind))
            holder = kind, str(chosen.get(name_key) or chosen.get("name"))
            if not chosen or holder not in objects:
                continue
            items = {str(item.get("key")): str(item.get("path")) for item in _rows(chosen.get("items"))}
            found += [
                (items.get(key, key), holder, key) for key in objects[holder].entries if not items or key in items
            ]
    return found


# --- Compose --------------------------------------------------------------------------------------------------------------


def _compose(document: object, manifest: str) -> Iterator[Mounted]:
    """``secrets`` and ``configs`` with a file: at ``/run/secrets/NAME`` and ``/NAME``, or at the service's ``target``."""
    whole = _mapping(document)
    for section, folder in (("secrets", "/run/secrets"), ("configs", "")):
        files = {
            str(name): os.path.normpath(f"{manifest.rpartition('/')[0] or '.'}/{row['file']}")
            for name, row in _mapping(whole.get(section)).items()
            if isinstance(row, dict) and row.get("file")
        }
        targets = {f"{folder}/{name}": name for name in files}
        for service in _mapping(whole.get("services")).values():
            for row in _rows(_mapping(service).get(section)):
                if row.get("target"):
                    target = str(row["target"])
                    targets[target if target.startswith("/") else f"{folder}/{target}"] = str(row.get("source"))
        for target, name in targets.items():
            if name in files:
                yield Mounted(target, manifest, files[name])
