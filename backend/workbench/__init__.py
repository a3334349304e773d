"""The departments' workbench: staff, their queues, and what they do with a case."""
