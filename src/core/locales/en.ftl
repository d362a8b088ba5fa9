# What the gateway itself says, whatever network it leads to.

plain = { $text }

## Errors

error-internal = Something went wrong inside the gateway. The operator has been told; please try again later.
error-encrypted = This network cannot carry encrypted messages. Switch encryption off for this chat and send it again.
error-too-fast = You are sending too fast. Wait a moment and try again.
error-not-admitted = You may not use this gateway. Ask its operator if you think that you should.
error-registration-required = You need to register with this gateway first. Send it the word “register”, or use your client's menu of services.
error-no-reactions = This network has no reactions, so yours was not sent.
error-no-retract = This network cannot take a message back; it may have been read already.
error-message-unknown = The message that you mean is not known here any more, so nothing was changed.
error-not-yours = Only messages of your own can be changed.
error-being-sent = That message is just being sent. Try again in a moment.
error-reaction-not-allowed = This network does not know that reaction. It knows: { $allowed }
error-too-many-reactions = { $count ->
    [one] On this network a message takes { $count } reaction of yours.
   *[other] On this network a message takes at most { $count } reactions of yours.
}
error-message-too-long = That message is too long. At most { $length } characters can be sent at once.
error-no-reply = This address takes no messages.
error-not-in-room = You are not in this room. Join it again.
error-too-many-rooms = You are in as many rooms as one user may be in. Leave one first.
error-too-many-resources = You are in this room with as many clients as one user may have.
error-no-voice = Only some may speak in this room, and you are not among them.
error-no-voice-request = Voice cannot be asked for through the room. Write to one of its moderators in private.
error-room-fixed = These settings of the room cannot be changed through the gateway.
error-room-not-destroyed = This network cannot destroy a room through the gateway. It ends when everybody has left it.

## Presence and rooms

away-offline = Offline
network-back = The network can be reached again.
place-back = { $place } can be reached again.
invitation = { $nick } invites you to { $room }.
room-invitation = { $nick } wrote in “{ $room }” ({ $time }). Join the room to read it.
room-config = Settings of { $room }
room-name = Name
room-description = What the room is about
room-moderated = Only people with voice may speak
room-members-only = Only invited people may enter
room-public = Show the room in public lists
room-open-subject = Everybody may change the subject
room-slow-mode = Seconds that everybody has to wait between two messages (0: none)
room-password-protected = A password is needed to enter
room-password = Password (empty: it stays as it is)

## Messages between two people
# The user wrote or did it on the network itself, with another device; shown in the other's chat.

own-message = You, from another device: { $text }
own-edited = You, from another device, corrected: { $text }
own-retracted = You, from another device, took a message back.
own-reacted = You, from another device, reacted: { $emojis }
message-corrected = Correction: { $text }
message-edited = Corrected: { $text }
message-retracted = This message was taken back.
message-reacted = Reacted to an earlier message: { $emojis }
message-given-up = Your XMPP server has returned a message of { $contact } again and again, so it was given up. Ask { $contact } to write again, or your server's operator why.
message-empty = (a message without text)

## Registration

register-instructions = Registering with { $domain } keeps your settings and connects you when you come online.
register-form-only = Your client needs to show a form for this. If it cannot, send the word “register” to the gateway in a chat.
register-continues = One more step is needed. The gateway has asked you for it in a chat; answer there.
registration-done = You are registered. Send “help” to see what you can do here.
registration-done-rooms = You are registered. Send “join” to enter a room, or “help” for what else there is.
registration-removed = Your registration and everything kept for it has been erased.
registration-kept = Your registration could not be removed now; it is still there. Try again later, or ask the operator.
registration-none = You are not registered here.
registration-not-allowed = You may not register here. Ask the operator if you think that you should.
registration-limit = You have registered too often. Try again in an hour.
registration-busy = Your registration is just being changed. Try again in a moment.

## Forms

form-required = “{ $field }” is needed.
form-boolean = “{ $field }” can only be yes or no.
form-choice = “{ $field }” must be one of the choices.
form-line = “{ $field }” must be a single line without control characters.
form-too-long = “{ $field }” is too long.

## Commands

commands = Commands
command-register = Register, or change your registration
command-unregister = Remove your registration
command-status = Show your connection
command-status-rooms = Show your connections and rooms
command-capabilities = Show what the network carries and what it does not
command-settings = Change your settings here
command-join = Be invited to a room
command-leave = Leave a room that you stay in
command-stay = Stay in a room while you are offline
command-login = Connect to the network
command-logout = Disconnect from the network
command-logout-rooms = Leave all rooms and disconnect

unregister-warning = This disconnects you and erases your settings, passwords and private conversations kept here. It cannot be undone.
unregister-confirm = Remove my registration
unregister-kept = Nothing was removed.

capabilities-unknown = You are not connected to the network, so this is not known yet. Send “login” first.
capabilities-intro = Private messages on this network:
capability-stored = A message is kept while the network is away, and tried again.
capability-live = A message reaches the network at once, or you are told that it did not.
capability-edits = Corrections change the message there.
capability-no-edits = A correction is sent as another message that says so.
capability-retractions = Messages can be taken back.
capability-retractions-waiting = A message can be taken back only while it waits here; after that you are told that it cannot.
capability-no-retractions = Messages cannot be taken back; you are told so.
capability-reactions = Reactions are carried over.
capability-reactions-some = These reactions are carried over: { $allowed }
capability-reactions-few = Reactions are carried over, at most { $count } for each message.
capability-no-reactions = There are no reactions; you are told that yours was not sent.
capability-replies = A reply shows what it answers.
capability-no-replies = A reply is sent with the quotation in its text.
capability-receipts = You are told when a message has arrived.
capability-no-receipts = You are not told whether a message has arrived.
capability-displayed = People see what you have read, and you what they have.
capability-no-displayed = What has been read is not told, either way.
capability-typing = Who is writing is shown both ways.
capability-no-typing = Who is writing is not shown.
capability-media = Files go over as files, up to { NUMBER($megabytes, maximumFractionDigits: 1) } MB each; others as links.
capability-no-media = Files go over as links.

status-registered = You are registered.
status-implicit = You are using the gateway without registration.
status-disconnected = You are not connected to the network.
status-rooms = { $count ->
    [0] You are in no rooms.
    [one] You are in { $count } room:
   *[other] You are in { $count } rooms:
}
status-contacts-roster = Contacts: your server lets the gateway keep them in your contact list.
status-contacts-suggestions = Contacts: they are offered to your client, which asks you about them.
status-contacts-on-demand = Contacts: a person is offered to you when you first write to each other; your server lets the gateway do no more, and your client does not take offers.
status-language = Language: { $language }
state-idle = not connected
state-connecting = connecting
state-connected = connected

settings-language = Language
settings-language-auto = As my client says
settings-saved = Saved.
settings-network = There is more for this network; send the gateway one of these words:

join-room = Room
join-unknown = There can be no room of that name. Write it as in the example.
join-invited = An invitation to { $room } is on its way.
join-invitation = Join { $room }

stay-instructions = You stay in the room while none of your clients is there, and find in its history what was said meanwhile. The word “leave” ends that.
stay-none = You are in no room that you do not stay in already. Join a room first.
stay-done = You stay in { $room } from now on.
leave-none = You stay in no such room.
leave-done = You no longer stay there.

login-started = Connecting.
logout-done = You are disconnected from the network.
logout-none = You were not connected.

## Chat with the gateway
# Words that a user may type, separated by commas.

chat-words-yes = yes, y, true, 1
chat-words-no = no, n, false, 0
chat-words-cancel = cancel, stop
chat-words-help = help, ?

chat-yes = yes
chat-no = no
chat-help = Send me one of these words, or use your client's menu of commands:
chat-unknown = I do not know that word. Words I know: { $words }
chat-not-allowed = You cannot use that now. Perhaps you need to register first: send “register”.
chat-cancelled = Cancelled. Nothing was changed.
chat-nothing-to-cancel = There is nothing to cancel.
chat-expired = That took too long, so it was cancelled. Please start again.
chat-done = Done.
chat-how-to-cancel = Send “cancel” to stop.
chat-continue = Send “ok” to go on.
chat-question-value = { $label } (now: { $value })
chat-hint-boolean = Answer yes or no.
chat-hint-choice = Answer with a number or a word of the list.
chat-hint-secret = Your answer may stay in the history of this chat; delete it there afterwards.
chat-hint-skip = Send “-” to leave it as it is.
chat-hint-empty = Send “-” to leave it empty.

## Messages on their way
# $time and $until are like 14:05 UTC or 2026-01-31 14:05 UTC; $reason is one or more sentences.

delivery-connecting = The gateway is just connecting to the network.
delivery-stopping = The gateway is just stopping. Please send it again in a moment.
delivery-full = As many of your messages as may wait ({ $count }) are waiting already. See them with the word “queue”.
delivery-cut-off = The gateway was stopped while the message was being sent.
delivery-too-late = It could not be sent in time.
delivery-refused-later = The network reports that it could not deliver it.
delivery-cancelled-reason = You cancelled it.
delivery-waits = Your message of { $time } to { $contact } has to wait: { $reason } It is sent as soon as possible, and returned if that takes until { $until }. “queue” shows what waits.
delivery-gathers = { $seconds ->
    [one] What you write to { $contact } goes out together when you have written nothing for a second. Until then you can correct it, take it back, or say “cancel” here.
   *[other] What you write to { $contact } goes out together when you have written nothing for { $seconds } seconds. Until then you can correct it, take it back, or say “cancel” here.
}
delivery-failed = Your message of { $time } to { $contact } was not delivered. { $reason }
delivery-unknown = Your message of { $time } to { $contact } may or may not have arrived; it is not sent again by itself. { $reason }
delivery-expired = Your message of { $time } to { $contact } was given up. { $reason }
delivery-cancelled = Your message of { $time } to { $contact } was not sent. { $reason }

command-add = Add a contact
add-done = { $person } is a contact of yours now.
add-asked = { $person } has been asked to be a contact of yours.
command-contacts = Show my contacts
contacts-none = You have no contacts on this network yet. Add one in your client, or write to somebody.
contacts-count = { $count ->
    [one] One contact:
   *[other] { $count } contacts:
}

command-queue = Show messages that wait to be sent
queue-empty = Nothing of yours waits to be sent.
queue-count = { $count ->
    [one] { $count } message waits to be sent:
   *[other] { $count } messages wait to be sent:
}
queue-sending = { $name }: to { $contact }, of { $time }: being sent
queue-behind = { $name }: to { $contact }, of { $time }: after the one before it
queue-next = { $name }: to { $contact }, of { $time }: next try at { $next }
queue-cut = … and { $count } more.

command-cancel = Cancel messages that wait to be sent
cancel-which = Message
cancel-all = All of them
cancel-done = { $count ->
    [0] Nothing was cancelled: it has been sent, or is just being sent.
    [one] { $count } message was cancelled.
   *[other] { $count } messages were cancelled.
}

command-why = Find out what became of a message
command-why-user = Find out what became of a user's message
why-instructions = By the id of the message, or by the person or room that it went to or came from: then the last one. Empty: your last message.
why-message = Id, person or room
why-unknown = No such message is known here. What has ended long ago is forgotten.
why-out = Message of { $time } to { $contact }:
why-in = Message of { $time } from { $contact }:
why-own = Message of { $time } to { $contact }, written elsewhere:
why-waiting = It waits to be sent.
why-next = The next try is at { $time }.
why-sending = It is being sent: the network has not answered yet.
why-sent = The network accepted it at { $time }. Whether it has arrived is not known.
why-delivered = It was delivered; the network said so at { $time }.
why-displayed = It was read; the network said so at { $time }.
why-failed = It was not delivered. That was known at { $time }.
why-uncertain = It may or may not have arrived. That was known at { $time }.
why-cancelled = It was cancelled at { $time }.
why-expired = It was given up at { $time }, since it could not be sent before.
why-received = It was accepted from the network and handed to the XMPP server.
why-held = It waits for your word about its sender.
why-dropped = It was dropped at { $time }.
why-reason = Reason: { $reason }
why-ids = Ids on the network: { $ids }
why-returned = The XMPP server of the user returned it ({ $condition }).

## People whom a user does not want to hear

command-block = Block a person
command-unblock = Unblock a person
command-mute = Mute a person for a while
command-unmute = Unmute a person
command-requests = Let unknown people write to you, or refuse them; see what waits of muted people
settings-bookmarks = Keep my rooms among my bookmarks, where my server allows it
settings-ask = Ask me before unknown people can write to me

person-label = Person
person-instructions = A name in your contact list, or an address. Leave it empty to choose from your contacts.
person-unknown = Nobody of that name or address is known, or several are. Write it as in your contact list, or as an address.
person-none = There is nobody to choose.

block-done = { $person } is blocked: nothing of this person reaches you here any more, and you cannot write there. “unblock” undoes it.
block-done-rooms = { $person } is blocked: nothing of this person reaches you here any more, and you cannot write there. Rooms are not concerned. “unblock” undoes it.
block-only-here = The network itself does not take part in this, so it holds only here.
unblock-done = { $person } is no longer blocked.
error-too-many-contacts = You have as many contacts here as are kept for one user. Remove one first.
error-blocked = You have blocked this person. Send the gateway the word “unblock” first.

command-history = Bring what was said with a person before
history-instructions = The last messages of your chat with a person come as delayed messages; those that you have had do not come again. Give a name in your contact list or an address, or leave it empty to choose from your contacts. What was said in groups your client finds in their archive.
history-count = How many of the last messages to look at
history-none = The network knows of no messages with { $person }.
history-done = { $count ->
    [one] The last message with { $person } is there.
   *[other] The last { $count } messages with { $person } are there.
}
mute-instructions = What a muted person sends waits here and is shown all at once when the time is over, or when you send “unmute”; “requests” shows it before. Give a name in your contact list or an address, or leave it empty to choose from your contacts.
mute-duration = For how long
mute-1h = an hour
mute-8h = eight hours
mute-1d = a day
mute-1w = a week
mute-always = until I unmute
mute-done = { $person } is muted.
unmute-done = { $count ->
    [0] { $person } is no longer muted.
    [one] { $person } is no longer muted. { $count } message had waited.
   *[other] { $person } is no longer muted. { $count } messages had waited.
}

unknown-asks = Somebody whom you do not know wants to write to you: { $name } ({ $address }). The message waits here. Send “requests” to read it or to refuse.
unknown-more = More people whom you do not know want to write to you. Send “requests” to see who they are.
requests-instructions = Whoever you let may write to you from now on. Whoever you refuse is blocked, and the messages are discarded.
requests-none = No messages wait for your answer.
requests-person = { $count ->
    [one] { $person }: { $count } message
   *[other] { $person }: { $count } messages
}
requests-muted = { $count ->
    [one] { $person }, muted: { $count } message
   *[other] { $person }, muted: { $count } messages
}
requests-answer = Answer
requests-accept = show the messages
requests-refuse = refuse and discard them
requests-accepted = { $count ->
    [one] { $count } message is shown.
   *[other] { $count } messages are shown.
}
requests-refused = The messages are discarded, and the sender is blocked.
requests-discarded = The messages are discarded.

## Search

command-search = Find people
search-hint = Fill in one or more fields.
search-form-only = Your client cannot show the form that this search needs. Send the gateway the word “search” instead.
search-empty = Fill in at least one field.
search-none = This network has no search for people.
search-nobody = Nobody was found.
search-found = { $count ->
    [one] { $count } person was found:
   *[other] { $count } people were found:
}
search-address = Address
search-name = Name
search-detail = Details

## Service

service-description = A gateway between XMPP and another network. Send it “help” in a chat.
prompt-unknown = This is not an address of the network. Check it and try again.

## Administration

admin-announce = Send an announcement to online users
admin-announcement = Announcement
admin-announced = { $count ->
    [one] The announcement goes to { $count } user.
   *[other] The announcement goes to { $count } users.
}
admin-registered-users = List registered users
admin-online-users = List online users
admin-list = { $count ->
    [one] { $count } user.
   *[other] { $count } users.
}
admin-list-cut = The first { $count } users; there are more.
admin-delete-user = Delete users
admin-end-session = End sessions of users
admin-user-statistics = Show statistics of a user
admin-accounts = JIDs, one per line
admin-account = JID
admin-done = { $count ->
    [one] Done for { $count } user.
   *[other] Done for { $count } users.
}
admin-no-such-user = That user is not registered here.

## Files

file-came = A file came that cannot be shown here: { $name }.
file-came-sized = A file came that cannot be shown here: { $name } ({ NUMBER($megabytes, maximumFractionDigits: 1) } MB).
file-too-large = It is too large: at most { NUMBER($megabytes, maximumFractionDigits: 1) } MB can be passed on.
file-quota = You have moved as many files in the last 24 hours as one user may. Try again tomorrow.
file-busy = Too many files of yours are waiting. Try again when they are through.
file-not-fetched = It is older, and was not fetched by itself. You find it on the network.
file-no-space = The gateway has no room for files at the moment. Try again later.
file-unreadable = The file could not be fetched. Try again later.
file-gone = The file is no longer where the link leads to.
file-not-taken = The network does not take files of this type ({ $mediaType }).
file-forbidden = The gateway does not follow links to this address.
file-not-http = Only files behind links with http or https can be passed on.
file-encrypted = This network cannot carry encrypted files. Switch encryption off for this chat and send it again.
file-no-place = Your server does not let the gateway upload files, and the gateway has no place of its own for them. Ask its operator.

## Relays

relay-command-create = Make a room
relay-create-instructions = The room is on this domain. Join others to it with the word “link”.
relay-field-name = Name of the room (a-z, 0-9, dots, hyphens)
relay-created = The room is there: { $room }. You own it.
relay-hosted-taken = There is a room called { $room } already.
relay-hosted-too-many = You own as many rooms as you may.
relay-hosted-unknown = There is no room { $room }. It has to be made first.
relay-hosted-whois = Who sees addresses of people
relay-hosted-whois-moderators = Moderators
relay-hosted-whois-anyone = Everybody
relay-no-whispers = Nobody can be written to in private there.
relay-name = Relays between rooms
relay-prompt-label = Room
relay-prompt-description = The address of a room, such as room@conference.example.org or #channel%irc.example.net@irc.example.org.
relay-registration = Nobody needs to register with relays. Send the word “link” to join two rooms.
relay-no-messages = Relays take no messages here. Send “help” to see what they can do.
relay-command-link = Join two rooms
relay-command-unlink = Take a room out of its relay
relay-command-relays = How relays fare
relay-field-room = Room
relay-field-other = Other room
relay-link-operator = The rooms are joined at once.
relay-link-instructions = In each of the rooms somebody with rights there has to say a code, which you get when you have sent this form. The relay comes into the rooms and waits for it.
relay-same-room = These are one and the same room. Name two.
relay-made = The rooms are joined. The relay is called { $name }.
relay-asked = Now somebody with rights in each room has to say its code there, within an hour:
relay-code = { $room }: { $code }
relay-unlinked = { $room } is in no relay any more.
relay-unlinked-by = { $room } was taken out of the relay by { $by }.
relay-linked = { $room } is now part of this conversation.
relay-agreed = These rooms are one conversation now: { $rooms }.
relay-ended-removed = { $room } is not part of this conversation any more: the relay was removed by { $by }.
relay-ended-banned = { $room } is not part of this conversation any more: the relay was banned by { $by }.
relay-ended-destroyed = { $room } is not part of this conversation any more: the room was destroyed.
relay-count =
    { $count ->
        [0] There are no relays. “link” makes one.
        [one] There is { $count } relay.
       *[other] There are { $count } relays.
    }
relay-report = { $name }
relay-fact-stand-ins = { $count } of at most { $most } people speak there for themselves.
relay-left-out =
    { $count ->
        [one] { $count } message was said elsewhere while this room was away, and is left out.
       *[other] { $count } messages were said elsewhere while this room was away, and are left out.
    }
relay-retracted = A message was taken back.
relay-edited = { $nick } meant: { $words }
relay-reacted = { $nick } reacted: { $emojis }
relay-subject = { $nick } set the subject: { $text }
relay-joined = { $nick } has come.
relay-left = { $nick } has gone.
relay-renamed = { $before } is now called { $nick }.
relay-bad-room = “{ $room }” is no room. Write an address such as room@conference.example.org.
relay-two-relays = These rooms are in different relays. Take one of them out of its relay first.
relay-not-made = The rooms could not be joined now. Try it again; if that does not help, ask the operator.
relay-not-linked = { $room } is in no relay.
relay-unknown = There is no relay called { $name }.
relay-too-many = There are as many relays as this gateway may have. Ask its operator.
relay-too-many-legs = This relay has as many rooms as it may have.
relay-no-network = This gateway has no network under { $domain }.
relay-no-rooms = This network has no rooms.
relay-account-missing = The relay has no account on { $domain }. The operator has to log one in.
relay-network-away = The network is away. The relay comes back when it does.
relay-puppet-slow = The network did not let this speaker in in time.
relay-puppet-refused = The network refuses connections of speakers.
relay-room-lost = The relay is not in the room at the moment. It comes back by itself.
relay-room-left = The relay has left the room.
relay-room-removed = The room has made it go.
relay-room-silent = { $room } did not answer in time.
relay-room-no-nick = { $room } took none of the names.
relay-room-refused = { $room } refuses: { $reason }
relay-room-refused-words = { $room } did not take a message: { $reason }
relay-over = This conversation with other rooms is over. The relay leaves.
relay-name-taken = There is a relay called { $name } already.
relay-room-taken = { $room } is in another relay already. Take it out of there first.
relay-already = These rooms are one conversation already. The relay is called { $name }.
relay-too-many-own = You have asked for as many relays as one person may. Take a room out of one of them first.
relay-too-many-questions = Too many links wait for their codes. Wait until one of them is answered or void.
relay-too-many-visits = The relay waits in as many rooms as it may. Try again later.
relay-greeting = Hello. I join this room with rooms of other networks into one conversation. Whoever has rights here can say “{ $nick }: link” and the address of the other room, or “{ $nick }: help”. If nobody wants that, I leave in a while.
relay-visit-over = Nothing was linked, so I leave. Invite me again when you need me.
relay-words-help = help, ?
relay-words-link = link, join
relay-words-unlink = unlink, leave
relay-words-relays = relays, status
relay-words-settings = settings, set
relay-help = What I understand here, from people with rights in this room:
relay-help-link = “{ $nick }: link #channel on irc.example.net” joins this room with another one. Somebody with rights there has to say a code in it.
relay-help-unlink = “{ $nick }: unlink” takes this room out of the conversation.
relay-help-relays = “{ $nick }: relays” tells how the rooms fare.
relay-help-settings = “{ $nick }: settings” shows how this room takes part; “{ $nick }: settings presence speakers” changes it.
relay-no-word = I do not know that word. Say “{ $nick }: help” to see what I understand.
relay-no-rights = Only people with rights in this room can ask me for that.
relay-no-rights-there = You are not seen to have rights in { $room }.
relay-ask-in-private = Here only people whom the operator has named may ask for that. Write to { $domain } in private.
relay-link-what = With which room? Say “{ $nick }: link” and its address, such as room@conference.example.org or #channel on irc.example.net.
relay-asked-room = I am in { $room } now. Somebody with rights there has to say this code in that room: { $code }. It is good once and for a limited time.
relay-code-no-rights = That code counts only from somebody with rights in this room.
relay-code-wrong = That is not the code.
relay-code-others = This room agrees. A code has still to be said in: { $rooms }.
relay-unlink-there = More than two rooms take part. Only people with rights in { $room } can take it out, by saying so there.
relay-failed = That could not be done because of a fault in the gateway. Its operator can see it in the log.
relay-state-joining = coming in
relay-state-joined = working
relay-state-away = away, comes back by itself
relay-state-refused = refused, somebody with rights there has to help
relay-report-traffic = from there { $came } ({ $cameMinute } in the last minute, { $cameHour } in the last hour), to there { $went } ({ $wentMinute }, { $wentHour }), waiting { $waiting }
relay-report-trouble = { $time }: { $reason }
relay-trouble-unknown = Something did not work; the log tells more.
relay-command-settings = How a room takes part in its relay
relay-settings-of = How { $room } takes part
relay-settings-set = It is so from now on: { $room }
relay-setting-direction = which way words go: both, only from this room to the others, only to this room
relay-setting-presence = whose coming and going elsewhere is told here
relay-setting-typing = show who types elsewhere
relay-setting-topics = what a new topic elsewhere does here
relay-setting-moderates = what moderators do here counts in the other rooms
relay-setting-obeys = do here what moderators of other rooms do
relay-setting-nick = what the relay is called here
relay-setting-password = password of the room
relay-setting-password-change = Password of the room: nothing leaves it as it is, “-” takes it away
relay-setting-language = language of the relay here
relay-setting-most = how many people of other rooms are here by themselves
relay-setting-none = as usual
relay-setting-yes = yes
relay-setting-no = no
relay-setting-unknown = There is no setting “{ $name }”. There are: { $names }.
relay-setting-secret = A password should not be said where all can read it. Use the command “settings” in private.
relay-setting-bad = “{ $value }” cannot be { $name }.
relay-setting-choices = “{ $value }” cannot be { $name }. Choose one of: { $choices }.
relay-setting-most-bound = Only the operator can allow more than { $most }.
relay-command-login = Log in the relay's account on a network
relay-command-logout = Log out the relay's account on a network
relay-command-accounts = The relay's accounts on networks
relay-field-network = Network
relay-network = { $domain }
relay-no-networks = This gateway has no network where an account could be logged in.
relay-logged-in = The relay's account on { $domain } is logged in.
relay-logged-out = The relay's account on { $domain } is logged out. Its rooms there wait for another one.
relay-accounts =
    { $count ->
        [0] No network of this gateway needs an account.
       *[other] The relay's accounts:
    }
relay-account-none = { $domain }: no account. “login” logs one in.
relay-account-idle = { $domain }: logged in, not connected.
relay-account-connecting = { $domain }: connecting.
relay-account-connected = { $domain }: connected.
relay-account-away = { $domain }: the network is away.
relay-account-refused = { $domain }: the network refuses the account. “login” logs in another one.
relay-account-lost = The relay's account on { $domain } does not work any more: { $reason } “login” logs it in again.
relay-account-notice = { $domain } tells the relay's account: { $reason }
relay-account-not-in = The relay's account on { $domain } could not be logged in as configured: { $reason } “login” does it step by step.
relay-account-field = The configuration lacks a right value for “{ $field }”.
relay-account-asks = The network asks for “{ $field }”, which no configuration can know.
relay-obey-refused = { $room } does not let the relay do what moderators elsewhere have done to { $nick }. Give the relay the rights of an admin there.
relay-block-full = The list of this relay is full, or the pattern is too long. Take something off the list first.
relay-block-unknown = Nobody on the list is called { $who }.
relay-command-block = Carry somebody no more
relay-command-unblock = Carry somebody again
relay-command-blocked = Who is not carried
relay-block-instructions = Somebody who has spoken lately by his name or address, or a pattern of addresses in which * stands for anything, such as *@spam.example.
relay-field-relay = Relay
relay-field-who = Who
relay-field-reason = Why
relay-block-done = { $who } is carried no more.
relay-unblock-done = { $who } is carried again.
relay-blocked-list = Who is not carried:
relay-blocked-count =
    { $count ->
        [0] { $name }: nobody is blocked.
        [one] { $name }: one is blocked.
       *[other] { $name }: { $count } are blocked.
    }
relay-silent-count =
    { $count ->
        [one] One does not want to be carried.
       *[other] { $count } do not want to be carried.
    }
relay-blocked-banned = { $nick }: since { $date }, { $where } { $by } { $reason }
relay-blocked-muted = { $nick }: without a voice since { $date }, { $where } { $by } { $reason }
relay-retracted-by = { $by } took a message away.
relay-reacted-to = { $nick } reacted to { $author } (“{ $words }”): { $emojis }
relay-own-absent = You are not registered with this network any more.
relay-cut = The message was too long and is cut.
relay-files-left =
    { $count ->
        [one] One more file is left out.
       *[other] { $count } more files are left out.
    }
relay-flood-begun = { $nick } writes too much at once: what follows is not told elsewhere for a while.
relay-flood-ended =
    { $count ->
        [one] One message by { $nick } was not told elsewhere. What follows is told again.
       *[other] { $count } messages by { $nick } were not told elsewhere. What follows is told again.
    }
relay-leg-flood-begun = Too much is written here at once: what follows is not told elsewhere for a while.
relay-leg-flood-ended =
    { $count ->
        [one] One message was not told elsewhere. What follows is told again.
       *[other] { $count } messages were not told elsewhere. What follows is told again.
    }
relay-fact-storm = { $nick } is not carried for a while: the same words went round in a circle.
relay-carried = { $nick }: your words are told in the other rooms.
relay-not-carried = { $nick }: your words are not told in the other rooms any more. Say “start-carrying me” to the relay to change that.
relay-words-block = block
relay-words-unblock = unblock
relay-words-blocked = blocked
relay-words-stop = stop-carrying
relay-words-start = start-carrying
relay-help-block = “{ $nick }: block NAME why” tells words of somebody nowhere else, “unblock NAME” again, “blocked” shows the list.
relay-help-stop = “{ $nick }: stop-carrying me” keeps what you say in this room, “start-carrying me” tells it elsewhere again. Everybody may say that of himself.
relay-block-whom = Say whom: a name, an address, or a pattern such as *@spam.example.
relay-room-missing = { $room } does not exist, or is not open yet. Somebody has to make it; the relay then comes in by itself.
relay-room-banned = { $room } has banned the relay. Somebody with rights there has to let it in.
relay-room-password = { $room } wants a password, or another one. Set it for this room.
relay-room-members-only = { $room } is for members only. Somebody with rights there has to make the relay a member.
relay-room-full = { $room } is full, or does not serve anybody now.
relay-room-captcha = { $room } wants a riddle solved that only a person can. Somebody with rights there has to make the relay a member.
relay-room-no-voice = The relay may not speak in { $room }, and has asked for voice. A moderator has to give it.
relay-room-no-moderator = The relay may not take messages away in { $room }.
relay-fact-captcha = The room puts riddles to those who come in, which nobody answers for stand-ins: the relay speaks for them.
relay-face-relay = Joins this room with rooms elsewhere.
relay-face-stand-in = Takes part from another network ({ $leg }).
relay-whisper-relay = This is a relay between rooms, which nobody reads in private. Write to the people themselves.
relay-whisper-fixed = What was said in private cannot be changed there any more.
relay-whisper-not-carried = Nothing that you say is carried to the other rooms.
relay-whisper-flood = That is too much at once. Try again in a minute.
relay-whisper-gone = { $nick } is not in { $room } any more.
relay-command-speak-as-me = Speak by your own accounts
relay-speak-as-me-instructions = Who you are in a room its server says; do this only for rooms whose server you trust. The room has to show your address, and you have to be registered with the other network. Where your account is away, the relay speaks for you.
relay-field-speak-as-me = What I say in this room is said on networks by my own account
relay-speaks-as-you = What you say in { $room } is said by your own accounts now.
relay-speaks-for-you = What you say in { $room } is said by the relay now.
relay-explained = I am a relay: what is said in the room is told in other rooms, and the other way round. Nobody reads what you write to me.
relay-fact-standby = Another gateway joins these rooms, too, and tells what is said; this one stands by.
relay-command-members = Who is on a list
relay-list-which = List
relay-list-act = What to do
relay-list-who = Number, address or name of the person
relay-list-name = What the person is called on the other legs
relay-list-act-list = show who is on it
relay-list-act-add = put somebody on it
relay-list-act-remove = take somebody off it
relay-list-agreed = The person has agreed already and need not be asked
relay-list-count =
    { $count ->
        [0] Nobody is on this list.
        [one] { $count } person is on this list.
       *[other] { $count } people are on this list.
    }
relay-list-member-asked = { $name } ({ $who }): asked, has not answered
relay-list-member-in = { $name } ({ $who }): gets everything
relay-list-member-out = { $name } ({ $who }): gets nothing
relay-list-members = Of the people on the list { $in } get everything, { $asked } have not answered yet, { $out } want nothing.
relay-list-troubles =
    { $count ->
        [one] { $count } message could not be sent to somebody.
       *[other] { $count } messages could not be sent to somebody.
    }
relay-list-full = This list has as many people as it may have.
relay-list-nobody = “{ $who }” is nobody on this network. Write a number, an address or a name as the network has it.
relay-list-not-on = { $who } is not on this list.
relay-list-gone = This list is no more.
# Plain quotation marks: with others a text message takes fewer than half the letters.
relay-list-invitation = You are invited to the conversation "{ $name }". Answer START to get what is said there, STOP to get nothing.
relay-list-started = You get what is said in "{ $name }" from now on, and what you write here is said there. STOP ends it.
relay-list-stopped = You get nothing more of "{ $name }". START begins it again.
relay-list-left-out =
    { $count ->
        [one] ({ $count } earlier message is left out)
       *[other] ({ $count } earlier messages are left out)
    }
