"""``make sources``: the embedded description against the sources that it is made from."""
