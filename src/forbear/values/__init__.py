"""The words every floor shares: codes, days, money, decisions, errors. Standard library only."""
