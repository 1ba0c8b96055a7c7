"""To whom is a lesson offered, to whom by lot not, and what does it change?"""
