"""Prompts (提示-服务): telling citizens what they are due, and doing it when they say yes."""
