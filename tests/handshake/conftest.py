"""One PKI for the whole folder: OLD and NEW root, an intermediate under each, a cross-signed twin, and leaves."""

from dataclasses import dataclass

import pytest

from wxcertcheck.lab import pki

HOST = "api.pay.test"


@dataclass(frozen=True)
class Pki:
    """The certificates that the tests play with."""

    old_root: pki.Issued
    new_root: pki.Issued
    old: pki.Issued
    new: pki.Issued
    cross: pki.Issued
    alone: pki.Issued
    issuer: pki.Issued


@pytest.fixture(scope="session")
def own() -> Pki:
    old_root, new_root = pki.root("Lab OLD root"), pki.root("Lab NEW root")
    old_issuer, issuer = pki.intermediate(old_root, "Lab OLD issuer"), pki.intermediate(new_root, "Lab NEW issuer")
    twin = pki.cross_sign(new_root, old_root)
    return Pki(
        old_root=old_root,
        new_root=new_root,
        old=pki.leaf(old_issuer, [HOST]),
        new=pki.leaf(issuer, [HOST]),
        cross=pki.leaf(issuer, [HOST], chain=[issuer.certificate, twin.certificate]),
        alone=pki.leaf(issuer, [HOST], chain=[]),
        issuer=issuer,
    )
