"""The HTTP API: resources, commands and problems under `/api/v1`."""
