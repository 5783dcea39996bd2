"""The scripts of requests: tests, links, paging, and the refusals that variations expect."""
