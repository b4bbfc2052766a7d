"""What is seen while a program trains: births, gradients, applied updates, verdicts."""
