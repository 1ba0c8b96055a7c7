"""How does the application reach its PostgreSQL, and what does the database itself guarantee?"""
