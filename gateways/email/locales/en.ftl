email-name = Email gateway
email-prompt-label = Mail address
email-prompt-description = For example alice@example.org.

email-registration-title = Email
email-field-address = Mail address
email-bad-address = That is no mail address. Give it as in alice@example.org.

email-no-way = You have no mailbox registered here. Register with the gateway first.
email-mail-too-large = That mail is larger than this gateway passes on.
email-spool-full = Too many large mails are on their way now. Try again later.

email-server-unreachable = The mail server { $host } cannot be used: there is no such server, it does not answer as a mail server with a valid certificate, or this gateway does not connect to it. Check its name and port.

email-oauth-over = Your mail provider no longer lets this gateway in. Register again to agree once more.
email-oauth-away = Your mail provider cannot be asked to let this gateway in just now. It is tried again.
email-mail-gone = That mail is no longer here. Open it in your mailbox.
