"""The box API: typed JSON over TLS for machines, apart from the pages for people."""
