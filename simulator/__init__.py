"""What if: histories judged anew under other rules, through the domain only."""
