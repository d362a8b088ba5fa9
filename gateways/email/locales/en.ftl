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
email-send-refused = The mail server has not taken the mail: “{ $answer }”
email-send-later = The mail server cannot take the mail now: “{ $answer }”
email-send-no-such-address = The mail server says that there is no such address: “{ $answer }”
email-send-mailbox-full = The recipient’s mailbox is full or closed. The mail server says: “{ $answer }”
email-send-too-large = The mail is too large for the recipient’s mail server: “{ $answer }”
email-send-over-size = The mail is too large: the mail server takes { $megabytes } MB at most.
email-send-no-utf8 = { $host } cannot send to or from addresses with letters other than Latin ones.
email-send-login-refused = The mail server does not let you send mail: “{ $answer }” Check the user name and the password in your registration.
email-send-broken = The connection to { $host } broke off before the mail was sent.
email-send-unknown = The connection to { $host } broke off before it confirmed the mail. Perhaps it was sent: ask the recipient before you send it again.
email-send-insecure = { $host } offers no connection that is protected by a valid certificate, so nothing is sent there.
email-send-busy = Too many mails are being sent now. Try again later.
email-compose-failed = A file of the mail could not be read to its end. Try again later.
