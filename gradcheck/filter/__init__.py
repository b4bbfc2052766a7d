"""Which findings of a report are shown: the rules that are on, the lines that changed, what was known."""
