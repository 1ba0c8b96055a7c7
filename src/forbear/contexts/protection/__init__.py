"""How are personal data kept so that a stolen database tells nothing about a person?"""
