"""The audit trail: who read whose personal data, why, and on what legal basis."""
