"""What turns a sentence into a speech act and a service matter."""
