"""The command line. Imports its stages lazily: `gradcheck check` never loads TensorFlow or LibCST."""

import click


@click.group()
def main() -> None:
    """Find the Keras variables that get no gradient, and the line that cuts the path."""
