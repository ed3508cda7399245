"""Data: rule packs, limit classes, duty lists, calendars, organisations."""
