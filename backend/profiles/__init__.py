"""What government already knows of a citizen, by section, each with its source and time."""
