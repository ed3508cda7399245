"""Chapters of the mechanism beside the main job: each module holds the commands, events, folds and notices of one.

The rules of a chapter stand in `domain/decide/<chapter>.py`, its numbers in its part of the rule pack (`domain.parts`),
its state in one field of the annex (`domain.annex`), who may do what in `domain.authority`.
"""
