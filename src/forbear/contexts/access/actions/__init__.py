"""What can be done about ways in. One function a use-case."""
