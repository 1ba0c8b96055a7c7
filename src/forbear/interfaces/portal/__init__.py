"""The portal: calm pages for the person who owes, and for whoever was contacted."""
