"""How are personal values kept so that only who needs them, and says why, sees them?"""
