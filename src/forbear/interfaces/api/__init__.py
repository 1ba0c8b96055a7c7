"""The interface for lenders' systems: it translates, and every change is an action of a context."""
