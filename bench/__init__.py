"""Measuring programs: each compares with a baseline in the same run; `python -m bench` prints the table."""
