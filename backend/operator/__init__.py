"""The operators' side of the assistant over HTTP: what it learns from, and which version of it answers."""
