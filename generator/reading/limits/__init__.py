"""How large, deep and costly a description may be."""
