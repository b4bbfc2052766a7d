"""What the interpreter speaks of: values, the flow graph, scopes, frames, measured effects of library calls."""
