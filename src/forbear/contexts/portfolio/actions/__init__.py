"""What may be done to persons, contact points, choices and contracts? One module a noun."""
