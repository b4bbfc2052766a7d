"""What a notebook or a test calls: the probe in the process it is called in."""
