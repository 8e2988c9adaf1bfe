"""Files that exist only in a container: what Kubernetes and Compose mount from Secrets and ConfigMaps that the tree declares.

Kubernetes: a pod's ``volumes`` (``secret``, ``configMap``, ``projected``) and its containers' ``volumeMounts``
(https://kubernetes.io/docs/concepts/storage/volumes/); data in base64 or plain. Compose: top-level ``secrets`` and ``configs``
(https://docs.docker.com/reference/compose-file/secrets/). Templates that are no YAML yet (Helm) are left alone.
"""

import base64
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from msgspec import Struct

from wxcertcheck.scan.paths import plain_path

_READ = 1 << 20
_TELLING = (b"mountPath", b"Secret", b"ConfigMap", b"secrets:", b"configs:")
_NODES = 500_000
"""Nodes read of all manifests together, an alias counted as all that it stands for: about a second's work."""
_DEPTH = 100
"""Levels of a document: libyaml takes quadratic time over deeper ones, and no manifest is as deep."""
_ENTRIES = 500
"""Entries looked at of one Secret or ConfigMap."""
_MOUNTS = 2_000
"""Mounted files told of one document."""
_VOLUME_KINDS = (("secret", "secretName"), ("configMap", "name"))
_OBJECT_KINDS = {"Secret": "secret", "ConfigMap": "configMap"}

Holder = tuple[str, str]
"""("secret" or "configMap", its name)."""


class Mounted(Struct, frozen=True):
    """A file in a container: its ``path`` there, the ``manifest`` that mounts it, and the file in the tree that its content
    is in: as the ``entry`` with these bytes, or (``entry`` empty) as a whole.
    """

    path: str
    manifest: str
    origin: str
    line: int = 0
    entry: str = ""
    data: bytes = b""


class _Object(Struct, frozen=True):
    """A Secret or ConfigMap: where it is declared, and its entries."""

    manifest: str
    entries: dict[str, bytes]


def mounted_files(manifests: list[str]) -> list[Mounted]:
    """Everything that these YAML files mount and whose content the tree has."""
    documents, left = [], _NODES
    for path in manifests:
        for document, size in _documents(path, left):
            documents.append((path, document))
            left -= size
    objects: dict[Holder, _Object] = {}
    for path, document in documents:
        for part in _mappings(document):
            kind, name = _OBJECT_KINDS.get(_text(part.get("kind"))), _text(_mapping(part.get("metadata")).get("name"))
            if kind and name:
                objects[kind, name] = _Object(path, _entries(part, kind))
    found = []
    for path, document in documents:
        for target, holder, key in islice(_mounts(document, objects), _MOUNTS):
            origin = objects[holder].manifest
            found.append(Mounted(target, path, origin, _line(origin, key), key, objects[holder].entries[key]))
        found += _compose(document, path)
    return found


def _line(path: str, key: str) -> int:
    """The line of an entry in its manifest (the parser keeps no lines)."""
    data = _content(path)
    found = re.search(rb"^[ \t]*[\"']?" + re.escape(key.encode()) + rb"[\"']?\s*:", data, re.MULTILINE)
    return data.count(b"\n", 0, found.end()) + 1 if found else 0


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths are plain strings all through the scan
            return file.read(_READ)
    except OSError:
        return b""


def _documents(path: str, most: int) -> Iterator[tuple[Any, int]]:
    """The documents of a manifest with the number of their nodes, up to ``most`` nodes: mappings, lists and text."""
    data = _content(path)
    if most <= 0 or not any(word in data for word in _TELLING):
        return
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from _built(yaml.parse(data.decode("utf-8", "replace"), loader), most)
    except (yaml.YAMLError, ValueError):
        return


def _built(events: Iterator[Any], most: int) -> Iterator[tuple[Any, int]]:
    """Documents from the parser's events, every scalar as text; ends at a document that is too deep or too large.

    PyYAML's own constructor recurses (deep nesting kills the process), and aliases of aliases make a few lines
    exponentially large: here an alias counts as all that it stands for.
    """
    import yaml

    starts, ends = (yaml.MappingStartEvent, yaml.SequenceStartEvent), (yaml.MappingEndEvent, yaml.SequenceEndEvent)
    opened: list[tuple[Any, list[Any], int]] = []
    """Of every node around: its first event, its children so far, and the count before it."""
    anchors: dict[str, tuple[Any, int]] = {}
    count, before = 0, 0
    for event in events:
        if isinstance(event, starts):
            opened.append((event, [], count))
            if len(opened) > _DEPTH:
                return
            continue
        if isinstance(event, yaml.DocumentStartEvent):
            anchors, before = {}, count
            continue
        if isinstance(event, yaml.AliasEvent):
            node, size = anchors.get(event.anchor or "", ("", 0))  # unknown: of a node around it
            count += size
        elif isinstance(event, yaml.ScalarEvent):
            node = _anchored(anchors, event.anchor, event.value, 1)
        elif isinstance(event, ends):
            start, children, first = opened.pop()
            made = children if isinstance(start, yaml.SequenceStartEvent) else _paired(children)
            node = _anchored(anchors, start.anchor, made, count - first)
        else:
            continue
        count += 1
        if count > most:
            return
        if opened:
            opened[-1][1].append(node)
        else:
            yield node, count - before


def _anchored(anchors: dict[str, tuple[Any, int]], anchor: str | None, node: object, size: int) -> object:
    """The node, kept under its anchor if it has one."""
    if anchor:
        anchors[anchor] = node, size
    return node


def _paired(children: list[Any]) -> dict[str, Any]:
    """Keys and values in turn as a mapping, with those of ``<<`` where it has no own."""
    pairs = [(_text(key), value) for key, value in zip(children[::2], children[1::2], strict=True)]
    merged: dict[str, Any] = {}
    for key, value in pairs:
        if key == "<<":
            for other in reversed(_rows([value] if isinstance(value, dict) else value)):
                merged.update(other)
    return merged | {key: value for key, value in pairs if key != "<<"}


def _mappings(document: object) -> Iterator[dict[str, Any]]:
    """Every mapping in a document, itself included (a ``List`` holds objects); no node twice, however aliases tie them."""
    waiting, seen = [document], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, (dict, list)):
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        else:
            waiting += node


def _mapping(node: object) -> dict[str, Any]:
    return node if isinstance(node, dict) else {}


def _rows(node: object) -> list[dict[str, Any]]:
    return [row for row in node if isinstance(row, dict)] if isinstance(node, list) else []


def _text(node: object) -> str:
    return node if isinstance(node, str) else ""


def _entries(part: dict[str, Any], kind: str) -> dict[str, bytes]:
    encoded, plain = ("data", "stringData") if kind == "secret" else ("binaryData", "data")
    found = {}
    for key, value in islice(_mapping(part.get(encoded)).items(), _ENTRIES):
        try:
            found[key] = base64.b64decode("".join(_text(value).split()))
        except ValueError:
            continue
    written = islice(_mapping(part.get(plain)).items(), _ENTRIES)
    return found | {key: _text(value).encode("utf-8", "replace") for key, value in written}


# --- Kubernetes -----------------------------------------------------------------------------------------------------------


def _mounts(document: object, objects: dict[Holder, _Object]) -> Iterator[tuple[str, Holder, str]]:
    """(path in the container, the object, its key) of every mounted file whose object is known."""
    for pod in _mappings(document):
        volumes = {_text(volume.get("name")): _projected(volume, objects) for volume in _rows(pod.get("volumes"))}
        containers = [*_rows(pod.get("containers")), *_rows(pod.get("initContainers"))]
        for mount in (mount for container in containers for mount in _rows(container.get("volumeMounts"))):
            base = _text(mount.get("mountPath")).rstrip("/")
            below = _text(mount.get("subPath")).strip("/")
            for name, holder, key in volumes.get(_text(mount.get("name")), ()):
                if not below:
                    yield f"{base}/{name}", holder, key
                elif name == below:
                    yield base, holder, key


def _projected(volume: dict[str, Any], objects: dict[Holder, _Object]) -> list[tuple[str, Holder, str]]:
    """(name in the volume, the object, its key): all keys, or those that ``items`` chooses and names."""
    found = []
    for source in (volume, *_rows(_mapping(volume.get("projected")).get("sources"))):
        for kind, name_key in _VOLUME_KINDS:
            chosen = _mapping(source.get(kind))
            holder = kind, _text(chosen.get(name_key)) or _text(chosen.get("name"))
            if not chosen or holder not in objects:
                continue
            items = {_text(item.get("key")): _text(item.get("path")) for item in _rows(chosen.get("items"))}
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
            name: plain_path(f"{manifest.rpartition('/')[0] or '.'}/{row['file']}")
            for name, row in _mapping(whole.get(section)).items()
            if _text(_mapping(row).get("file"))
        }
        targets = {f"{folder}/{name}": name for name in files}
        for service in _mapping(whole.get("services")).values():
            for row in _rows(_mapping(service).get(section)):
                target = _text(row.get("target"))
                if target:
                    targets[target if target.startswith("/") else f"{folder}/{target}"] = _text(row.get("source"))
        for target, name in targets.items():
            if name in files:
                yield Mounted(target, manifest, files[name])
