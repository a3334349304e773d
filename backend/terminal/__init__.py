"""A conversation in the terminal, held through the public API like any other client's."""
