"""The only doors from the text of a description into another language.

A description is data from somebody else. Whatever it says, it stays text in the JavaScript, shell, Markdown,
HTML, YAML, CSV, URL, file name or Postman variable that it is written into.
"""
