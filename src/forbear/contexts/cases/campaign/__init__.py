"""The day's agenda on its way to the gate: laid out, asked for when its time comes, and counted."""
