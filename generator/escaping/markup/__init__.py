"""CommonMark and HTML in descriptions: parsed, and rewritten with nothing but what is safe."""
