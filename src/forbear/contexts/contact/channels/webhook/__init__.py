"""The lender's own service, such as that of its app, which takes signed messages over HTTP."""
