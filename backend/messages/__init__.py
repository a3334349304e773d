"""Messages: what citizens are told when their applications move, each told once."""
