"""What library calls do to a gradient: the language of a row, and one table for each library."""
