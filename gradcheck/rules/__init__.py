"""One file per rule: its docstring is the page, `RULE` the row of data, `check` the question it asks of the facts."""
