"""The demo: one district, its cases and its simulated staff on a scaled clock."""
