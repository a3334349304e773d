"""The conversation: one turn from the citizen's words to typed replies; Rasa sees nothing personal."""
