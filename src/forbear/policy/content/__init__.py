"""Which forbidden acts do these words commit, given what is known?"""
