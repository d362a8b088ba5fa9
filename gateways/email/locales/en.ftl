email-name = Email gateway
email-prompt-label = Mail address
email-prompt-description = For example alice@example.org.

email-registration-title = Email
email-field-address = Mail address of your mailbox
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

email-account-away = That account takes no mail now.
email-flood = { $address } has sent more than { $count } mails in { $minutes } minutes. Further ones are not shown for a while; those to your own mailbox stay there.
email-flood-refused = Too many mails of one sender for now. Try again later.
email-people-and-rooms-only = Only people and groups can be written to here.
email-unknown-room = There is no such group here. A group begins with a mail to several people, or with the command “group”.
email-unknown-mail = That mail is not known here any more.
email-closed-list = Nobody can write to that list, or its address is not known yet.
email-list-not-yours = Who is on a mailing list is decided by the list itself.
email-group-full = That group has as many people as it can have.
email-not-a-member = That person is not in the group.
email-room-cannot = Groups of mail have no rights that could be given or taken.
email-room-trouble = The group could not be read. Try again later.
email-name-by-registration = Your name in mails is set in your registration.
email-own-address = That is your own address.
email-no-reply = { $address } is an address that nobody reads.
email-subject-noted = Your next mail there will have the subject “{ $subject }”.
email-some-refused = The mail was not taken for { $refused }. Everybody else gets it.
email-delayed-for = Your mail “{ $subject }” has not reached { $address } yet; it is being tried further.
email-remark-not-you = This says that it is from you, and nothing proves it.
email-remark-unverified = The sender could not be verified: this may be from somebody else.
email-remark-spam = A filter takes this for spam.
email-remark-automatic = An automatic message.
email-remark-others = Also to { $people }
email-remark-answers = Answers go to { $people }
email-remark-come = New in this conversation: { $people }
email-remark-gone = No more in this conversation: { $people }
email-remark-file-refused = A file was left out because its kind can do harm: { $name }
email-remark-files-refused = { $count ->
    [one] { $count } more file was left out for the same reason.
   *[other] { $count } more files were left out for the same reason.
}
email-text-cut = The text is too long to be shown; all of it is in the file.
email-parts-cut = This mail is larger or more nested than the gateway takes apart; some of it is missing here.
email-no-text = A mail without text.
email-quotation-left-out = Quoted text is left out; the command “full” shows it.
email-encrypted-pgp = Encrypted with OpenPGP. This gateway cannot open it; it is attached as { $file }.
email-encrypted-smime = Encrypted with S/MIME. This gateway cannot open it; it is attached as { $file }.
email-smime-wrapped = Wrapped in an S/MIME signature. This gateway cannot open it; it is attached as { $file }.
email-pgp-key = An OpenPGP key is attached as { $file }.
email-signature-unchecked = Signed; the signature was not checked.
email-winmail = Outlook has packed its files into winmail.dat.
email-contact = Contact: { $details }
email-event = Event: { $title }
email-event-invitation = Invitation: { $title }
email-event-updated = Changed invitation: { $title }
email-event-cancelled = Cancelled: { $title }
email-event-counter = Another time is proposed: { $title }
email-event-reply = { $answer ->
    [accepted] { $who } accepts: { $title }
    [declined] { $who } declines: { $title }
    [tentative] { $who } may come: { $title }
   *[other] { $who } has answered: { $title }
  }
email-event-when = When: { $times }
email-event-when-utc = When: { $times } ({ $utc } UTC)
email-event-where = Where: { $place }
email-event-organizer = Organiser: { $organizer }
email-event-repeated = It is repeated.
email-event-daily = { $interval ->
    [1] Every day
   *[other] Every { $interval } days
  }
email-event-workdays = From Monday to Friday
email-event-weekly = { $interval ->
    [1] Every week
   *[other] Every { $interval } weeks
  }{ $day ->
    [mo] {" "}on Monday
    [tu] {" "}on Tuesday
    [we] {" "}on Wednesday
    [th] {" "}on Thursday
    [fr] {" "}on Friday
    [sa] {" "}on Saturday
    [su] {" "}on Sunday
   *[none] {""}
  }
email-event-monthly = { $interval ->
    [1] Every month
   *[other] Every { $interval } months
  }
email-event-yearly = { $interval ->
    [1] Every year
   *[other] Every { $interval } years
  }
email-event-count = { $count ->
    [one] Once
   *[other] { $count } times in all
  }
email-event-until = Until { $until }
email-mailbox-certificate = { $host } shows no valid certificate, so your mailbox there is not opened. Its operator must renew it; the gateway tries again by itself.
email-mailbox-insecure = { $host } does not protect the connection (STARTTLS), so your password is not sent there. Use its port for TLS instead, usually 993.
email-mailbox-login-refused = { $host } does not accept the login of your mailbox. The gateway does not try again by itself: register again with the password of today.
email-mailbox-login-refused-because = { $host } does not accept the login of your mailbox and says: “{ $answer }”. The gateway does not try again by itself: register again with the password of today.
email-mailbox-busy = { $host } takes no further logins of yours just now. The gateway tries again by itself.
email-mailbox-lost = The connection to your mailbox at { $host } is broken. The gateway tries again by itself.
email-mailbox-garbage = { $host } does not answer as a mail server should. The gateway tries again by itself.
email-mailbox-no-access = { $host } lets nobody read your inbox just now. The gateway tries again by itself.
email-mailbox-no-folder = Your mailbox has no folder “{ $folder }”: nothing of it is shown. Change the folders in your settings.
email-mailbox-folder-gone = The folder “{ $folder }” of your mailbox is gone: nothing of it is shown any more.
email-mailbox-renumbered = Your mail server has numbered the folder “{ $folder }” anew. { $count } older mails, which may be new, are not shown here: look into the mailbox.
email-mailbox-mail-left = A mail of { $date } (UTC) in the folder “{ $folder }” cannot be read by the gateway and is left there. Look into the mailbox.
email-mailbox-full = Your mailbox is full: what you send is sent, but no copy of it is put into the mailbox. Delete something there.
email-mailbox-copy-lost = What you sent has been sent, but no copy of it could be put into your mailbox.

email-command-addresses = My mail addresses
email-command-full = A mail with its quotations
email-command-group = Write to several people
email-command-subject = Subject of the next mail
email-command-unsubscribe = Unsubscribe from a mailing list
email-address-mailbox = { $address }: your own mailbox
email-address-domain = { $address }: an address of this gateway
email-address-usual = You write to strangers from { $address }.
email-field-conversation = Mail address, or address of the group
email-field-addresses = Mail addresses, one on each line
email-field-subject = Subject
email-field-list = Mailing list
email-full-instructions = Shows the last mail of which something was left out, with all its text. Leave the field empty for the last one of all.
email-full-none = There is no such mail, or it is too long ago.
email-full-of = { $conversation }: { $subject }

    { $text }
email-group-instructions = You are invited to a group of these people. What you say there goes to all of them in one mail.
email-group-two = Name at least two people besides yourself.
email-group-made = You have been invited to the group.
email-subject-instructions = Your next mail begins a new thread with this subject. You can also begin a message with a line “Subject: …”.
email-unsubscribe-instructions = You will get no more mails from there.
email-unsubscribe-none = You have had no mails here that one can unsubscribe from.
email-unsubscribe-failed = The sender did not take the wish. Look for a link at the end of its mails.
email-unsubscribed = { $id } was told that you want no more mails.
email-list-named = { $name } ({ $id })
email-limitation-late = A mail may take minutes to arrive; it is not known whether it was read, unless the other side tells.
email-limitation-change = A mail that has gone out cannot be changed: corrections and retractions are mails of their own.
email-limitation-encryption = Encrypted mail cannot be read here.

email-not-your-address = You can send only from your own address.
email-limit-recipients = One mail can go to { $limit } people at most.
email-limit-mails = You have sent { $limit } mails today, which is the most that this gateway passes on for one user. Go on tomorrow.
email-limit-bytes = Your mails of today would be larger than { $megabytes } MB together, which is the most that this gateway passes on for one user. Go on tomorrow.
email-limit-new = You have written to too many new people: { $limit } in an hour are allowed. Go on later.
email-not-signed = The gateway cannot sign its mails now, so none go out. Its operator has to look after that.
email-ways-trouble = Mail cannot be sent now; it is tried again when you connect.

email-failed-unknown = There is no mailbox { $address }.{ $answer }
email-failed-domain = There is nobody who takes mail for { $address }.{ $answer }
email-failed-full = The mailbox { $address } is full.{ $answer }
email-failed-disabled = The mailbox { $address } takes no mail now.{ $answer }
email-failed-size = The mail is too large for { $address }.{ $answer }
email-failed-loop = The mail to { $address } went in circles.{ $answer }
email-failed-unreachable = The mail server of { $address } could not be reached.{ $answer }
email-failed-content = The server of { $address } does not want what is in the mail.{ $answer }
email-failed-sender = The server of { $address } does not believe who has sent the mail.{ $answer }
email-failed-refused = The server of { $address } has refused the mail.{ $answer }
email-failed = The mail did not reach { $address }.{ $answer }
email-address-lost = Your address of this gateway is yours no more: somebody else has it, or the gateway’s mail domain is another one now. Choose another address by registering again.
email-registration-instructions = Your password is tried with your mail provider and kept encrypted. The mail servers are looked for; give them yourself only if they are not found.
email-field-way = What you want
email-way-mailbox = My own mailbox elsewhere
email-way-domain = An address of this gateway
email-way-both = Both
email-field-password = Its password (leave it empty to agree at your provider's page instead, where that is possible)
email-field-local = Address you would like here, before @{ $domain }
email-field-name = Your name in mails
email-field-manual = I give the mail servers myself
email-way-not-offered = This gateway does not offer that.
email-address-needed = Give the mail address of your mailbox.
email-password-needed = Give the password of your mailbox.
email-mailbox-of-domain = That is an address of this gateway itself: choose an address here instead of a mailbox elsewhere.
email-bad-local = That address cannot be had here. Take 2 to 40 letters, digits, dots, hyphens or underscores, and no name that others could take for the operator's.
email-no-address-for-user = Your XMPP address cannot be a mail address here.
email-address-taken = { $address } is not free. Choose another address.

email-servers-title = Mail servers
email-servers-not-found = The servers of your mailbox were not found. Your provider's help pages tell them.
email-servers-unsure = These servers were found, but nothing proves that they are those of your provider. Check them before your password goes there.
email-servers-manual = Your provider's help pages tell these.
email-field-imap = IMAP server
email-field-imap-port = IMAP port
email-field-imap-security = IMAP encryption
email-field-smtp = SMTP server
email-field-smtp-port = SMTP port
email-field-smtp-security = SMTP encryption
email-security-tls = TLS from the start
email-security-starttls = STARTTLS
email-field-user = User name (default: your mail address)
email-field-password-again = Password (empty: the one that you have given already)
email-bad-server = A server is a name such as imap.example.org and a port such as 993.

email-imap-refused = The IMAP server { $host } refuses the user name or the password.
email-smtp-refused = The IMAP server lets you in, but the SMTP server { $host } refuses the user name or the password.
email-refused-app-password = { $host } refuses the password. This provider wants one made for mail programs: make it at { $link } and register with it.
email-refused-switch-on = { $host } refuses the password. Check it, and switch IMAP on for mail programs first: { $link }
email-refused-oauth-only = { $host } takes no passwords from mail programs. The operator of this gateway has to be registered with this provider first; ask him.
email-refused-use-oauth = { $host } takes no passwords from mail programs. Register without a password: you will be asked to agree at your provider's page.

email-agree-title = Agree at your provider
email-agree-browser = Open { $link } and let this gateway read and send your mail at { $provider }. At the end the page shows a code: give it here.
email-agree-device = Open { $link }, type the code { $code } and let this gateway read and send your mail at { $provider }. Then go on here.
email-field-code = Code that the page has shown
email-agree-open = You have not agreed yet. Open the link first.
email-agree-wrong-code = That is not the code that the page has shown.
email-agree-denied = You have not agreed, so nothing was registered.
email-agree-failed = Your provider's answer could not be used. Try again; if it stays so, tell the operator of this gateway.
email-agree-expired = That took too long. Register again.
email-agree-not-lasting = Your provider lets this gateway in for a short while only, which is of no use. Tell the operator of this gateway.
email-agree-refused = { $host } does not let this gateway into { $address }. Have you agreed as another user?
email-agree-impossible = This gateway cannot ask for your agreement at your provider just now. Tell its operator.
email-agree-busy = Too many people are about to agree now. Try again later.

email-registered-mailbox = Mailbox { $address }: IMAP { $imap }, SMTP { $smtp }.
email-registered-domain = Your address here: { $address }

email-command-settings = Mail settings
email-command-folders = Folders of my mailbox
email-setting-show = Whose mail becomes chat
email-show-everything = Everybody's
email-show-conversations = People's: no newsletters and other bulk mail
email-show-contacts = That of my contacts only
email-setting-folders = More folders or labels that become chat, one per line
email-setting-rooms = A mail with several recipients is a room
email-setting-seen = A mail that I answer counts as read in the mailbox
email-setting-join = Seconds for which my messages wait to become one mail (0: each is a mail at once)
email-setting-html = Send my styling as HTML too
email-setting-receipts = Tell others that I have read their mail
email-setting-send-from = Where mail to new correspondents goes out
email-send-from-mailbox = My own mailbox
email-send-from-domain = My address here
email-settings-taken = Noted.
email-bad-join = Give a number of seconds from 0 to { $max }.
email-bad-folders = Give at most { $max } folders, each on a line of its own.
email-bad-name = That name is too long.
email-no-mailbox = You have no mailbox of your own registered here.
email-folders-instructions = These can be named in your settings:
email-folder = { $path }
email-folder-watched = { $path } (becomes chat)
email-folders-more = { $left ->
    [one] and one more
   *[other] and { $left } more
}

email-too-many-tries = Those were too many attempts. Make sure of your password and register again.

email-remark-left = This mail is too large for the gateway: { $megabytes } MB of it are left in your mailbox.
email-sender-refused = Mail of this sender is not taken here.
