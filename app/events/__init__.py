"""What happened, told to the outside: typed events, written in the transaction of what they tell of."""
