"""The policy library: what the city and the state have ruled, and answers that name their source."""
