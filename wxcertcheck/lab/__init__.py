"""A rehearsal: an own PKI with an OLD and a NEW root, local servers that show both chains, a rotation file for them."""
