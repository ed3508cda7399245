"""Pages by screen; each module makes one router."""
