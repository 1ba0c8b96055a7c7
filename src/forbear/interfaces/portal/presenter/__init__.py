"""In which form are values shown to the person?"""
