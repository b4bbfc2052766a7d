"""What both halves give, and what becomes of it: kinds of cut, findings, verdicts, the report."""
