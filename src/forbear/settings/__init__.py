"""How is the application set up, on a developer's machine, in tests and in earnest?"""
