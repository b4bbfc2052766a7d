"""From findings to repaired files. Each fix is a file of `fixes`; `apply` offers, tries and writes them."""
