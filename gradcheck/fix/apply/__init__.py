"""From findings to repaired files: offer, apply, try in a copy, verify, write."""
