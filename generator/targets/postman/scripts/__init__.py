"""The scripts of requests: tests, links, paging, and the rejections that variations expect."""
