"""Who works here, in which teams, and what may they do?"""
