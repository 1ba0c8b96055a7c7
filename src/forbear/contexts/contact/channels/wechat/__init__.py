"""Messages by WeChat: an official account, and what both it and WeCom have in common."""
