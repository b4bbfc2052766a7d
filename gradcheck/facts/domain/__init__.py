"""What the interpreter speaks of: values, the flow graph, scopes and frames."""
