"""Reading the record: lists, the overdue report, one case in full; every query is bounded by the reader's reach."""
