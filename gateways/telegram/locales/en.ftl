telegram-spoiler = Part of this is hidden as a spoiler in Telegram.
telegram-forwarded = Forwarded from { $from }
telegram-forwarded-unknown = Forwarded
telegram-via = Sent through the bot { $bot }
telegram-signed = Signed: { $author }
telegram-vanishing = { $kind ->
    [photo] A photo that disappears once it is seen. Look at it in Telegram on your phone.
    [video] A video that disappears once it is seen. Watch it in Telegram on your phone.
    [round] A video message that disappears once it is seen. Watch it in Telegram on your phone.
    [voice] A voice message that disappears once it is heard. Listen to it in Telegram on your phone.
   *[other] A file that disappears once it is opened. Open it in Telegram on your phone.
}
telegram-unsupported = This message has something that cannot be shown here ({ $name }). Look at it in Telegram.
telegram-live-location = A live location: it changes as the person moves.
telegram-sticker-animated = An animated sticker of which there is no picture.
telegram-poll-one = A poll. Vote with “vote” and the number of an answer, as in: vote 1
telegram-poll-several = A poll in which several answers may be chosen. Vote with “vote” and their numbers, as in: vote 1 2
telegram-poll-quiz = A quiz. Answer with “vote” and the number of an answer, as in: vote 1
telegram-poll-closed = A poll that has ended.
telegram-poll-voters = { $count ->
    [0] Nobody has voted yet.
    [one] { $count } person has voted.
   *[other] { $count } people have voted.
}
telegram-buttons = Press a button with “press” and its number, as in: press 1

telegram-service-created = { $who } created the chat.
telegram-service-joined = { $who } joined.
telegram-service-joined-by-link = { $who } joined by an invite link.
telegram-service-joined-by-request = { $who } was let in on request.
telegram-service-added = { $who } added { $names }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}.
telegram-service-left = { $who } left.
telegram-service-removed = { $who } removed { $names }{ $more ->
    [0] {""}
   *[other] {" "}and { $more } more
}.
telegram-service-title = { $who } changed the title to “{ $title }”.
telegram-service-photo = { $who } changed the picture.
telegram-service-photo-removed = { $who } removed the picture.
telegram-service-pinned = { $who } pinned a message.
telegram-service-history-cleared = The history was cleared in Telegram.
telegram-service-screenshot = { $who } took a screenshot.
telegram-service-contact-joined = { $who } has come to Telegram.
telegram-service-migrated = The group has become a supergroup.
telegram-service-topic-created = { $who } opened the topic “{ $title }”.
telegram-service-topic-renamed = { $who } renamed the topic to “{ $title }”.
telegram-service-topic-closed = { $who } closed the topic.
telegram-service-topic-reopened = { $who } reopened the topic.
telegram-service-call = { $kind ->
    [video] Video call
   *[voice] Call
} from { $who }, { $duration }
telegram-service-call-missed = { $kind ->
    [video] Video call
   *[voice] Call
} from { $who }, not answered. Calls are possible in Telegram only.
telegram-service-timer = { $who } has new messages deleted by themselves after { $unit ->
    [month] { $count ->
        [one] { $count } month
       *[other] { $count } months
    }
    [week] { $count ->
        [one] { $count } week
       *[other] { $count } weeks
    }
    [day] { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
    [hour] { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
    [minute] { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
   *[second] { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
}.
telegram-service-timer-off = { $who } no longer has messages deleted by themselves.
telegram-service-other = Something happened here that only Telegram itself can show ({ $name }).

telegram-name = Telegram gateway
telegram-prompt-label = Telegram user
telegram-prompt-description = A phone number with + and the country code, a user name such as @alice, or a t.me link.
telegram-limitation-secret = Secret chats stay on the device that they were begun on; they cannot be shown here.
telegram-limitation-calls = Calls are possible in Telegram itself only; here you are told that there was one.
telegram-limitation-online = Being online here does not show you as online in Telegram.
telegram-limitation-bot-history = A bot sees nothing that was said before it came, or while it was away for long.
telegram-limitation-bot-plain = The bot is no administrator: unless its privacy mode is off (@BotFather, /setprivacy), it hears only commands and answers to itself; it sees no reactions, and cannot take away words of others.

telegram-registration-title = Telegram
telegram-registration-instructions = Your Telegram account is opened here as one more device. With a phone number, Telegram sends you a code in the next step; with a QR code, you scan a picture with your phone; a bot needs its token. What Telegram gives to this gateway for it is kept encrypted.
telegram-field-phone = Phone number with + and the country code
telegram-field-way = How to log in
telegram-field-proxies = Your own proxies, one link on each line (tg://proxy…, tg://socks…, socks5://…, http://…); “direct” is the way without one; may be empty
telegram-way-phone = By phone number and a code
telegram-way-qr = By a QR code, scanned with a phone that is logged in
telegram-way-bot = As a bot, by its token
telegram-way-not-offered = There is no such way to log in. Choose one from the list.
telegram-bad-phone = That is not a phone number that Telegram knows. Give it with + and the country code, such as +44 20 7946 0018.
telegram-phone-banned = Telegram has banned this number. Only Telegram can lift that: write to recover@telegram.org.
telegram-bad-proxy = That is not a list of proxies. Give one link on each line, at most ten, such as tg://proxy?server=proxy.example.org&port=443&secret=… or socks5://user:password@proxy.example.org:1080.
telegram-login-title = Logging in to Telegram
telegram-login-busy = Too many people are logging in at the moment. Try again in a few minutes.
telegram-login-flood = Telegram takes no more tries to log in with this number for now. Try again tomorrow, or log in by a QR code.
telegram-login-over = This login has taken too long, or you have begun another one. Begin it again.
telegram-login-away = Telegram cannot be reached at the moment. Try again in a few minutes.
telegram-proxies-away = None of these proxies leads to Telegram: they do not answer, or a secret or password is wrong. Correct the list, or leave it empty.
telegram-away-by-proxies = Telegram cannot be reached by your proxies: they do not answer, or a secret or password is wrong. It is tried again by itself; change them with “proxies”.
telegram-logged-in = You are logged in to Telegram as { $name }.
telegram-no-account = This number has no Telegram account. Accounts can be made only in Telegram’s own programs: install one, sign up there, and come back.

telegram-field-code = Code (leave it empty to have it sent in another way)
telegram-code = { $where ->
    [app] Telegram has sent you a code inside Telegram: look at the chat “Telegram” on a device where you are logged in.
    [sms] Telegram has sent you a code in a text message.
    [call] Telegram calls you: the code is spoken, or is the end of the number that calls.
    [email] Telegram has sent a code to the email address of your Telegram account.
   *[other] Telegram has sent you a code: look at your devices.
}{ $length ->
    [0] {""}
    [one] {" "}It has { $length } digit.
   *[other] {" "}It has { $length } digits.
}
telegram-code-again = You left the code empty, so another one was asked for.
telegram-code-expired = That code is too old. Another one was sent.
telegram-wrong-code = That code is wrong. Try again.
telegram-no-other-code = Telegram has no other way to send a code yet. Wait a few minutes, or use the code that you have got.
telegram-too-many-codes = No more codes are sent in this login. Use the last one, or begin again later.

telegram-password-instructions = Your account has two-step verification: give its password.
telegram-password-hint = Your account has two-step verification: give its password. Your hint for it: { $hint }
telegram-field-password = Password of two-step verification
telegram-wrong-password = That password is wrong. Try again. If you have forgotten it, set another one in Telegram itself.

telegram-token-instructions = Give the token that @BotFather has given you for the bot.
telegram-field-token = Token of the bot
telegram-wrong-token = Telegram does not know this token. Copy it from @BotFather once more.

telegram-qr-instructions = Open Telegram on your phone: Settings, Devices, Link Desktop Device, and scan the picture. Or open this link on a device with Telegram: { $link } Once it is confirmed there, go on here.
telegram-field-qr = QR code
telegram-qr-open = The code has not been scanned yet. Scan it, confirm on your phone, and go on here.
telegram-qr-expired = That code was too old. Here is a new one.

telegram-register-first = Register with the gateway first.
telegram-session-lost = Telegram has ended this session, on one of your other devices or by itself. Register again to log in anew; what was said meanwhile is fetched then.
telegram-account-gone = Telegram has closed or blocked this account. Write to recover@telegram.org if you think that is a mistake.
telegram-away = Telegram cannot be reached at the moment. It is tried again by itself.
telegram-no-answer = Telegram has not answered: it is not known whether it was done. Have a look before you try again.
telegram-trouble = Something unexpected came from Telegram. Try again later.
telegram-wait = Telegram asks for a pause. Try again in { $unit ->
    [hour] { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
    [minute] { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
   *[second] { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
}.
telegram-missed-too-much = You were away so long that Telegram does not tell of everything that was said. The newest messages follow; look at Telegram for older ones.
telegram-not-taken = Something was said in “{ $chat }” that could not be brought here. Read it in an app of Telegram.

telegram-not-known = Nobody is known to this account under that address. Look for the person by number, @name or a t.me link.
telegram-person-deleted = This account was deleted in Telegram. Nothing can be sent there.
telegram-people-only = This can be done in conversations with one person only.
telegram-message-gone = Telegram does not have this message any more, or it is not known here.
telegram-nothing-to-send = There is nothing in this message that could be sent.
telegram-too-long = This text is too long for Telegram. Split it into several messages.
telegram-no-such-answer = There is no answer or button with that number. Look at the list again.
telegram-button-unsupported = This button works in Telegram itself only.
telegram-refused = Telegram has refused: { $reason }
telegram-refused-api = Telegram does not accept the API id of this gateway. Tell its operator.
telegram-refused-blocked = This person has blocked you in Telegram.
telegram-refused-you-blocked = You have blocked this person. Unblock first, then write.
telegram-refused-bot = Bots may not do that in Telegram.
telegram-refused-bot-to-bot = Bots cannot write to each other in Telegram.
telegram-refused-change = Telegram does not let this message be changed: it is too old, not yours, or nothing in it is different.
telegram-refused-file = Telegram has not taken this file. Send it in another format, or as a link.
telegram-refused-premium = This person takes messages from strangers only for Telegram Premium or Stars. Write to them from Telegram itself.
telegram-refused-press = The bot has not answered to this button. Try again later.
telegram-refused-privacy = This person’s privacy settings do not allow that.
telegram-refused-reaction = This reaction is not possible here. Choose another emoji.
telegram-refused-rights = You may not do that in this chat: its administrators do not allow it, or you are not in it any more.
telegram-refused-spam = Telegram lets you write only to people who know you for now, because of complaints. Ask @SpamBot in Telegram.
telegram-refused-vote = Your vote was not taken: the poll has ended, or a vote cannot be changed there.

telegram-admin-first = Take away this member’s rights as an administrator first (affiliation “member”).
telegram-already-member = This person is in the chat already.
telegram-channel-readers = Readers of a channel never write there: only its administrators do.
telegram-channel-comments = In a channel only its administrators write. Comments are written in the room { $room }
telegram-channel-silent = In a channel only its administrators write.
telegram-chat-full = There is no more room for members in this chat.
telegram-chat-kicked = This person was banned from the chat. An administrator has to lift the ban first.
telegram-chats-too-many = { $whose ->
    [yours] Your Telegram account is in as many groups and channels as is possible. Leave some first.
   *[theirs] This person is in as many groups and channels as is possible.
}
telegram-invite-asked = You have asked to be let in. You come in when an administrator agrees.
telegram-invite-bad = This invite link does not exist, or is not valid any more.
telegram-invite-link-instead = This person’s privacy settings do not let you add them. Send them this link instead: { $link }
telegram-no-person = This is not a person who can be added, removed or given rights.
telegram-not-oneself = You cannot do that to yourself. To leave the chat, use the command “leave”.
telegram-owner-elsewhere = Only Telegram’s own apps can make somebody else the owner of a chat.
telegram-slow-mode = This group has slow mode: you can write there again in { $count } { $unit ->
    [hour] { $count ->
        [one] hour
       *[other] hours
    }
    [minute] { $count ->
        [one] minute
       *[other] minutes
    }
   *[second] { $count ->
        [one] second
       *[other] seconds
    }
}.
telegram-supergroups-only = Telegram can restrict members only in supergroups. This is a basic group.
telegram-title-missing = A chat needs a title.
telegram-topic-closed = This topic is closed: only administrators write there.
telegram-chat-switched-off = This chat does not come here by your own choice. Switch it on with the command “chats”.
telegram-in-topic = Topic: { $title }
telegram-topic-is-thread = Topics are threads in the room of their forum, by your own choice. Change that with the command “chats”.
telegram-topic-gone = This topic does not exist any more.

telegram-chat-is-off = Switched off: { $name }
telegram-chat-is-on = Switched on: { $name }
telegram-chats-all = All chats
telegram-chats-contacts = Private chats with contacts; groups and channels only where switched on
telegram-chats-instructions = Chats that do not come here are left alone: nothing is told of them. One that is switched on later begins with what is said then; what was said before is in its history.
telegram-chats-none = There is no such chat.
telegram-chats-taken = Your choice holds from now on.
telegram-chats-unmuted = All chats that are not muted in Telegram
telegram-command-chats = Choose which Telegram chats come here, and how topics of forums are shown
telegram-command-create = Create a Telegram group or channel
telegram-command-invite-link = Get the invite link of a Telegram chat
telegram-command-leave = Leave a Telegram group or channel
telegram-command-pin = Pin a message in a Telegram chat
telegram-command-topics = List, create, rename, close and reopen topics of a Telegram forum
telegram-command-unpin = Unpin the last pinned message of a Telegram chat
telegram-created = “{ $title }” was created. Its room is { $room }
telegram-created-without = Privacy settings do not let you add { $names }. Send them this link instead: { $link }
telegram-field-about = Description
telegram-field-chat = Group or channel
telegram-field-chats = Chats that come here
telegram-field-kind = Kind
telegram-field-people = People to be in it, one on each line: addresses, @names or phone numbers
telegram-field-pin-words = Words of the message (empty: the last message)
telegram-field-switch = What becomes of that chat
telegram-field-title = Title
telegram-field-topic = Topic
telegram-field-topic-state = Whether members may write in it
telegram-field-topic-title = Title (empty: it stays as it is)
telegram-field-topics = Topics of forums
telegram-forums-none = You are in no forum.
telegram-invite-link = The link of “{ $name }”: { $link }
telegram-kind-channel = Channel: only administrators write
telegram-kind-group = Group of up to 200 people
telegram-kind-supergroup = Supergroup
telegram-left = You have left “{ $name }”.
telegram-line = { $text }
telegram-people-many = { $most } people at most can be added at once.
telegram-people-unknown = There is nobody by the name “{ $name }” on Telegram.
telegram-pin-not-found = None of the last messages has these words.
telegram-pinned = The message was pinned.
telegram-switch-none = None
telegram-switch-off = It is switched off
telegram-switch-on = It is switched on
telegram-switch-usual = It comes here as the setting above says
telegram-topic-changed = The topic “{ $title }” was changed.
telegram-topic-close = Close it: only administrators write
telegram-topic-closed-label = { $title } (closed)
telegram-topic-keep = As before
telegram-topic-label = { $title }
telegram-topic-made = The topic “{ $title }” was created.
telegram-topic-new = A new topic
telegram-topic-open = Open it to all members
telegram-topic-title-missing = A topic needs a title.
telegram-topics-instructions = Choose a topic to rename, close or reopen it, or a new one.
telegram-topics-of = Topics of “{ $name }”
telegram-topics-rooms = Each topic is a room of its own
telegram-topics-threads = Topics are threads in one room
telegram-unpinned = The message was unpinned.
telegram-unpinned-none = No message was pinned there.

telegram-search-title = Find people on Telegram
telegram-search-instructions = By name, user name, phone number or t.me link. Your contacts come first.
telegram-search-words = Name, @name, number or link

telegram-command-end-login = Log out of Telegram, and stay registered
telegram-not-logged-in = You are not logged in to Telegram. Log in by the word “register”.
telegram-login-ended = You are logged out of Telegram: the session is ended there too, at once or when Telegram can be reached. Your registration stays; to come back, log in by the word “register”.
telegram-command-whoami = Show which Telegram account this is
telegram-whoami-person = You are { $name } on Telegram.
telegram-whoami-bot = You are the bot { $name } on Telegram.
telegram-whoami-username = User name: @{ $username }
telegram-whoami-phone = Phone number: { $phone }
telegram-whoami-device = In the list of your sessions this gateway is “{ $device }”.
telegram-command-devices = See and end the other sessions of your Telegram account
telegram-devices-none = Your account has no other sessions.
telegram-devices-instructions = These devices are logged in to your account besides this gateway. Choose one to end its session.
telegram-devices-keep = Keep all of them
telegram-devices-kept = Nothing was ended.
telegram-field-device = Session to end
telegram-device = { $device } ({ $app }), { $country }, last used { $date }
telegram-device-ended = The session on { $device } was ended.
telegram-command-proxies = See and change your own proxies to Telegram
telegram-proxies-none = You have no proxies of your own. Give some, one link on each line; they are tried in turn.
telegram-proxies-known = Your proxies, tried in turn: { $proxies }. What you give now takes the place of all of them; leave it empty to have none.
telegram-proxies-taken = Your proxies were changed. The connection is made anew.
telegram-room-cannot = This cannot be done in groups of Telegram from here.
telegram-room-banned = You have been removed from this group and may not come back.
telegram-room-not-joined = You are not a member of this group on Telegram. Join it there, or with the command “join”.
telegram-name-elsewhere = On Telegram you have one name in all groups. Change it in a Telegram app.
