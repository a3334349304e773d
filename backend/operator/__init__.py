"""Operators train the assistant: the inbox of what was not understood, and the sentences it learns from."""
