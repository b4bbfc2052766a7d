"""One file per fix: `FIXER` is the row of data that describes it, `fix` the rewriting itself.

`fix(tree, finding)` gives the module with the finding repaired, or None where it cannot: then nothing is
offered. It need not check its work: a fix is offered only if the rewritten text no longer shows the finding
and shows no other one. The fix of a rule stands on the rule's page, under `## Fix`, as it is made of the
page's own example.
"""
