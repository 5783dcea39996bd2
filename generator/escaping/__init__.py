"""The only doors from the text of a description into other languages.

A description comes from a third party. Whatever it contains remains text in the JavaScript, shell, Markdown,
HTML, YAML, CSV, URL, file name or Postman variable that it is written into.
"""
