irc-name = IRC gateway
irc-name-fixed = IRC gateway to { $server }
irc-prompt-label = Channel or nick, and server
irc-prompt-description = For example “#channel irc.libera.chat” or “nick irc.libera.chat”.

irc-registration-title = IRC
irc-registration-instructions = Joining channels needs no registration. Registering keeps your nick, and your account on a server if you give it. The account is tried out at the server.
irc-field-nick = Nick
irc-field-realname = Real name shown to others
irc-field-server = Server
irc-field-account = Account on this server (SASL)
irc-field-password = Password of the account
irc-field-connect = Connect when I come online, and stay connected
irc-field-username = User name
irc-field-port = Port
irc-field-tls = Encrypt the connection (TLS)
irc-field-verify = Check the certificate of the server
irc-field-encoding = Character set for incoming text that is not UTF-8
irc-field-outgoing-encoding = Character set for outgoing text (empty: UTF-8)
irc-field-server-password = Password of the server itself
irc-field-nickserv-password = Password for NickServ (only for networks without SASL)
irc-field-forget-passwords = Forget the passwords kept for this server
irc-field-commands = Lines to send after connecting
irc-field-lines-per-second = Lines a second at most
irc-field-burst = Lines that may go at once

irc-bad-nick = This nick cannot be used on IRC. Use letters, digits and - _ [ ] { "{" } { "}" } \ | ^ `, with no digit first.
irc-bad-server = This is not the name of a server. Give a host name such as irc.libera.chat.
irc-bad-encoding = This character set is not known. Try windows-1251, koi8-r or iso-8859-15.
irc-bad-number = A number is missing or out of range. Check the port and the limits.
irc-bad-commands = At most { $limit } lines of 400 characters can be sent after connecting.
irc-bad-key = This channel key cannot be right: keys have no spaces, commas or control characters.
irc-server-needed = Say which server the password is for.
irc-server-not-allowed = { $server } cannot be reached through this gateway. Ask the operator to list it.
irc-sasl-refused = The server did not accept the account or the password. Correct them and try again.
irc-sasl-missing = The server offers no sign-in by SASL here. Remove the account, or use NickServ instead.
irc-tls-failed = No secure connection to { $server } is possible: its certificate or its TLS was not accepted. Nothing was sent to it.
irc-unreachable = { $server } cannot be reached. Channels that you are in there are tried again by themselves; anything else you can try again in a while.
irc-closed-by-server = { $server } closed the connection: { $answer }
irc-garbage = What the server sends is not IRC. The connection was ended.
irc-disconnected = The connection to the server was lost.
irc-outcome-unknown = The connection was lost before the server confirmed this. It may or may not have arrived; it is not sent again.
irc-no-answer = The server gave no answer in time. Try again later.
irc-refused = The server says: { $answer }
irc-removed = The server put you out again: { $answer }
irc-same-channel = You are in this channel already, under another spelling of its name.
irc-not-joined = You are not in this channel. Join it first.
irc-not-connected = You are not connected to { $server }.
irc-no-such-nick = Nobody has this nick now.
irc-no-such-rank = This server has no such rank. Choose another one.
irc-no-such-mode = This server has no such setting for channels.
irc-bad-mask = There is no such entry in the list of bans.
irc-no-session = You are not connected to the gateway. Come online first.
irc-empty-message = There is nothing to send in this message.
irc-message-too-long = The message is too long for IRC: it would become more than { $lines } lines. Send it in parts.
irc-too-fast = You are sending faster than the server takes it. Wait a moment and send it again.
irc-too-many-waiting = Too much is waiting for this connection. Try again in a moment.
irc-too-many-channels = You may be in { $limit } channels of one server at once. Leave one first.
irc-too-many-servers = You may be connected to { $limit } servers at once. Leave one first.
irc-server-takes-no-messages = A server takes no messages. Write to a channel or a nick.

irc-command-configure-server = Settings for a server
irc-command-connect-server = Connect to a server
irc-command-disconnect-server = Disconnect from a server
irc-command-servers = My servers
irc-command-whois = Who is this?
irc-which-server = Which server?
irc-configure-title = Settings for { $server }
irc-configure-instructions = They are used when the connection is made the next time. Password fields left empty keep what is on record.
irc-configured = The settings for { $server } are kept.
irc-connecting = Connecting to { $server }.
irc-disconnected-from = Disconnected from { $server }.
irc-servers = Your servers:
irc-no-servers = You are connected to no server.
irc-server-state = { $server }: { $state ->
    [connected] connected
    [connecting] connecting
    [transient-failure] not reachable at the moment
    [bad-credentials] password refused
   *[idle] not connected
}
irc-whois = { $nick } is { $name }
irc-line = { $text }
