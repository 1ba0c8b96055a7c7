"""The parts of the application that run without anybody asking."""
