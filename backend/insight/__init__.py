"""How well the assistant serves: figures of conversations, counted daily, singling out nobody."""
