"""E-mail by SMTP: each message once, its bounces and complaints found again."""
