"""What the interpreter speaks of: values, the flow graph, scopes, frames, effects of library calls."""
