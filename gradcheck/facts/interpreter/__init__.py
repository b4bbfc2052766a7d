"""Runs a program on abstract values, and logs what became of every weight."""
