"""The assistant: a Rasa project that reads what citizens say and acts through the public API."""
