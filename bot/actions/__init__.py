"""The actions of the assistant: what it does and says, through the public API."""
