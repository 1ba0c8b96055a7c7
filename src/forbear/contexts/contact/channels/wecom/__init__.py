"""Messages to customers through registered WeCom accounts of staff, who confirm each one."""
