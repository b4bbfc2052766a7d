"""From findings to repaired files: offer, apply, verify, write. Each fix is a file of `gradcheck.fixes`."""
