"""All departments of the city, simulated in one process with a database of its own.

Nothing here imports the backend: a department is a stranger that is spoken to over HTTP.
"""
