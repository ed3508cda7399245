"""The pages: server-rendered HTML over the same commands and reads as the API."""
