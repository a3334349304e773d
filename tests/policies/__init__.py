"""Questions to the policy library, and the language model that plays in its tests."""
