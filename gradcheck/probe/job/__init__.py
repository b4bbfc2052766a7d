"""What parent and child agree on: the job, the outcome, how a target is loaded."""
