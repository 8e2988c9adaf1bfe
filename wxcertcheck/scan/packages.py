"""Packages that carry their own CAs, or that call hosts of a rotation: manifests and lock files against a data table."""

from collections.abc import Iterator

from wxcertcheck.model import PackageUse, Rotation
from wxcertcheck.scan.tree import Tree


def packages_in(tree: Tree, rotations: tuple[Rotation, ...]) -> Iterator[PackageUse]:
    """Every known package that a manifest or lock file of the tree names."""
    return iter(())
