"""One file per rule: its docstring is the page, `RULE` the row of data. A rule that asks for more than every
cut of its kind has a `check(facts)`, too."""
