"""gradcheck inside other tools: pytest and notebooks. Each is loaded by its host, and by nobody else."""
