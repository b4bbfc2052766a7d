"""gradcheck inside the user's own process: a notebook, a test, a training script that wants to know."""
