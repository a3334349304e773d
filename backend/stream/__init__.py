"""The stream: what just happened to a citizen, pushed to their open apps as server-sent events."""
