"""Handing a conversation over to a person: the queue, the agent who takes it, and the way back."""
