"""One file per rule: its docstring is the page, `RULE` the row of data, `check` the question to the facts."""
