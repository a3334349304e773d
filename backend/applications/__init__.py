"""Applications (办件): from a prefilled draft to the department's result."""
