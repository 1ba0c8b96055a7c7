"""What may others know of persons, contact points, choices and contracts? One module a question."""
