"""One call a collector and day, drawn by lot, listened to and talked over."""
