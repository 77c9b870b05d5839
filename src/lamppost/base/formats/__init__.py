"""How dates and numbers are written in a language, where Django says nothing of its own."""
