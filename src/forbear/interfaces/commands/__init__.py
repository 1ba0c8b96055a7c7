"""The command line: each command translates its options, makes one call, and shows the answer."""
