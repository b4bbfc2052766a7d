"""What the checks ask of the flow graph: who is reached, who is starved, and by what words."""
