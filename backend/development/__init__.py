"""What only a development city has: demo citizens and a readable SMS outbox."""
