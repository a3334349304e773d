"""How a result reaches people: into the wallet, by post with tracking, or over the counter with a code."""
