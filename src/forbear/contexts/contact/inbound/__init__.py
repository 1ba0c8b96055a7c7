"""What people write to us, by whatever channel: kept first, understood after, never lost."""
