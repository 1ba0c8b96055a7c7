"""What does a page show, in the reader's language? Plain values for templates."""
