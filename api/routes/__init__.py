"""Routes by resource; each module makes one router."""
