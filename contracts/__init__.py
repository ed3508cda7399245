"""Everything that crosses a process boundary: payloads, names, options and abstract activities."""
