"""What the interpreter works on: values, the flow graph, scopes and frames."""
