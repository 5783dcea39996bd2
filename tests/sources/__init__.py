"""``make sources``: compares the embedded description with the sources that it is made from."""
