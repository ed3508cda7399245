"""Ways to reach somebody outside the application: one module per channel."""
