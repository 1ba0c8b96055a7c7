"""What may a person ask for and object to: disputes, complaints, hardship, help, their own data?"""
