"""What each kind of code does: expressions, statements, calls, attributes, layers, library functions."""
