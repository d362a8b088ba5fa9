sms-name = SMS gateway
sms-prompt-label = Phone number
sms-prompt-description = For example “+1 555 123 4567”, or a number of your own country as you would dial it.

sms-registration-title = SMS
sms-registration-instructions = Choose where your texts go out. With the gateway’s number you need nothing else; a number of your own is proven by a code that is sent to it.
sms-field-way = Send from
sms-way-gateway = A number of the gateway
sms-way-own-number = My own number
sms-way-own-provider = My own account with a provider
sms-field-country = Country, two letters, for numbers typed without country code
sms-field-number = Your number, if it is your own
sms-way-not-offered = This gateway does not offer that. Choose one of the ways in the form.
sms-bad-country = That is no country. Give its two letters, such as DE, RU or US.
sms-bad-number = That is no phone number. Give it with its country code, such as +15551234567, or as you dial it at home.
sms-no-number-free = All numbers of the gateway are in use. Ask its operator for another one.
sms-number-of-gateway = That is a number of the gateway itself. Choose “A number of the gateway”, or give a number of your own.
sms-number-taken = Another user of this gateway has that number. If it is yours, ask the operator.
sms-no-carrier = The gateway has no way out to the telephone network now. Try again later, or ask its operator.
sms-too-many-codes = Too many codes were sent to this number today. Try again tomorrow.
sms-code-title = Prove your number
sms-code-instructions = A code was sent to { $number }. Type it here.
sms-field-code = Code
sms-wrong-code = That is not the code. Look at the newest text and try again.
sms-code-over = The code is no longer good. Register again to get another one.
sms-number-proven = { $number } is yours now.
sms-provider-title = Your account with a provider
sms-provider-instructions = The password is kept encrypted, and used for nothing but your texts.
sms-field-provider = Provider
sms-provider-name = { $name }
sms-field-user = Account (Twilio: Account SID; SMPP: system id)
sms-field-password = Password (Twilio: Auth Token)
sms-provider-incomplete = Give both the account and its password.
sms-provider-malformed = That is not how this provider writes accounts and passwords. Copy both from where it shows them.
sms-provider-refused = The provider does not accept this account and password. Check both.
sms-provider-away = The provider cannot be reached now, so your account could not be tried. Nothing was stored; try again later.
sms-provider-webhook = Have your provider report incoming texts to { $address }
    Enter all of it, with what stands behind the #, also as the address to fall back to.
sms-provider-gone = The provider of your account is no longer offered here. Register again and choose another way.
sms-register-first = Register with the gateway first.

sms-command-cost = What would a text cost?
sms-cost-instructions = Nothing is sent.
sms-field-to = To
sms-field-text = Text
sms-cost-parts = { $parts ->
    [one] To { $to }: one part ({ $encoding }).
   *[other] To { $to }: { $parts } parts ({ $encoding }).
}
sms-cost-unknown = The operator has given no price for this destination.
sms-cost-price = Price: { $price }.
sms-cost-left = { $left ->
    [one] You may send one part more today.
   *[other] You may send { $left } parts more today.
}
sms-command-number = My number
sms-number-shared = You write from numbers that you share with other users; each person sees one of them.
sms-number-own = Your number is { $number }.

sms-people-only = Texts go to people only.
sms-no-media = Pictures cannot be sent this way. Send the link instead.
sms-opted-out = This person has asked (by STOP) to get no texts from your number. Only he can change that, by writing START.
sms-conversation-taken = Another user of this gateway is in conversation with this person, and no other number is free. Ask the operator for a number of your own.
sms-carrier-away = The telephone network cannot be reached now. Your texts wait and are sent when it is back.
sms-carrier-refused = The carrier refuses the account. Its operator, or you if it is your own, has to correct the password.
sms-limitation-segments = A long text is sent as several parts and put together on the telephone; ask for its price with “cost”.
sms-limitation-plain = Telephones know no edits, reactions or replies to one message: an edit is sent as another text.

sms-too-long = This message would take { $parts } SMS; at most { $limit } can be sent at once. Shorten it, or send it in pieces.
sms-cannot-reply = “{ $name }” is a sender without a number. It cannot be answered.
sms-number-meant = Nothing was sent: addresses begin with + and the country code. Write to { $number } instead of { $name }.
sms-no-number = { $number } is not a complete phone number. Check it, with its country code.
sms-emergency = Emergency services cannot be reached through this gateway, and nothing was sent. Call { $number } from a telephone.
sms-short-code-not-allowed = This gateway does not send to the short code { $code }, because messages to short codes can cost extra. Ask the operator to allow it.
sms-country-not-allowed = This gateway does not send to { $number } ({ $country }). Ask the operator whether this country can be allowed.
sms-number-type-not-allowed = Nothing was sent to { $number }: { $type ->
    [PREMIUM_RATE] it is a premium-rate number
    [SHARED_COST] it is a number of shared cost
    [UAN] it is a company's service number
    [PERSONAL_NUMBER] it is a number that forwards at a higher price
    [PAGER] it is a pager
    [VOICEMAIL] it is a voice mailbox
   *[other] numbers of this kind are not allowed
}. Use an ordinary number, or ask the operator.
sms-quota = This message takes { $segments } SMS, and { $left } of your { $limit } for today are left. Counting starts anew at midnight UTC.
sms-same-text = The same text has gone to { $recipients ->
    [one] { $recipients } recipient
   *[other] { $recipients } recipients
} within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}. Sending in bulk is not allowed; wait a while, or write something of its own to each.
sms-new-recipients = You have written to { $recipients ->
    [one] { $recipients } new recipient
   *[other] { $recipients } new recipients
} within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}. Wait a while before you write to another; people you have been in touch with are not affected.

sms-carrier-unreachable = The SMS provider cannot be reached at the moment. Nothing was sent; try again in a while.
sms-carrier-answer-lost = The SMS provider did not answer while this text was under way. It may have gone out; it is not sent again by itself.
sms-carrier-busy = The SMS provider takes no more texts for the moment. Nothing was sent; try again in a while.
sms-carrier-account-refused = The SMS provider does not accept the account. Correct it if it is your own, else ask the operator.
sms-carrier-account-suspended = The account with the SMS provider is suspended, or has no credit left. Top it up if it is your own, else ask the operator.
sms-carrier-bad-number = The SMS provider cannot send to this number. Check it.
sms-carrier-no-route = The SMS provider has no way to this number.
sms-carrier-no-mobile = This number takes no texts: it is a landline, or its network cannot be reached.
sms-carrier-unknown-phone = Nobody has this number, or it takes no texts. Check it.
sms-carrier-number-denied = The provider’s list of numbers does not let texts go to this one. Ask the operator.
sms-carrier-region = The account with the SMS provider does not allow texts to this country. Ask the operator to allow it there.
sms-carrier-sender = The SMS provider does not let texts go out from this sender. Ask the operator to check the number that is used for you.
sms-carrier-sender-unregistered = This sender is not registered with the networks of this country, so they do not take its texts. Ask the operator.
sms-carrier-trial = The account with the SMS provider is a trial account: it sends to verified numbers only.
sms-carrier-opted-out = This person has asked the SMS provider to get no texts from your number. He can change that by writing START.
sms-carrier-too-long = This text would take more than { $parts } SMS. Shorten it, or send it in pieces.
sms-carrier-provider-too-long = The SMS provider takes no text of this length. Shorten it, or send it in pieces.
sms-carrier-rejected = The SMS provider refused the text: { $answer }
sms-carrier-failed = The text was not delivered: { $answer }
sms-carrier-undelivered = The text was not delivered, and the network does not say why.
sms-carrier-expired = The text could not be delivered in time: the telephone was off or out of reach for too long.
sms-carrier-phone-off = The text was not delivered: the telephone is off or out of reach.
sms-carrier-deleted = The text was deleted on the way, before it was delivered.
sms-carrier-report-rejected = The text was rejected on the way to the telephone.
sms-carrier-blocked = The text was blocked on the way: the person has barred your number, or his network does not allow it.
sms-carrier-filtered = The text was held back as unwanted by the network. Write it otherwise, or ask the operator.
sms-carrier-overflow = The SMS provider had too many texts waiting and gave this one up. Send it again later.
sms-carrier-price = The text was not delivered: it would have cost more than the account allows.
sms-carrier-media = The picture was not taken by the network. Send a smaller one, or one of another kind.
sms-carrier-media-link = The picture was not sent: the SMS provider would have to fetch it from this gateway, which has no public address. Ask the operator.
sms-carrier-media-away = The SMS provider does not give the picture out at the moment. Try again in a while.
sms-carrier-media-gone = The picture is no longer with the SMS provider.
sms-carrier-media-too-big = The picture is larger than this gateway takes.
sms-carrier-modem-away = The gateway’s modem is away at the moment. Nothing was sent; try again in a while.
sms-carrier-modem-failed = The gateway’s modem could not send the text. If it was a long one, parts of it may have arrived.

sms-smpp-bad-sender = The carrier does not let texts go out from this sender. Ask the operator to check the number that is used for you.
sms-smpp-bad-recipient = The carrier cannot send to this number. Check it.
sms-smpp-throttled = The carrier takes no more texts for the moment. Try again in a while.
sms-smpp-temporary = The carrier has a problem of its own at the moment. Try again in a while.
sms-smpp-too-long = The carrier takes no text of this length. Shorten it, or send it in pieces.
sms-smpp-not-allowed = The carrier does not allow this text from this account. Ask the operator.
sms-smpp-refused = The carrier refused the text with status { $status }. Ask the operator what that means there.
sms-smpp-not-writable = This text cannot be written in the way the carrier wants it. It was not sent; the operator finds the reason in the log.
sms-smpp-partly-sent = Only a part of this text went out; then something failed. The rest was not sent, and nothing is sent again by itself.
sms-smpp-outcome-unknown = The connection to the carrier broke while this text was under way. It may have gone out; it is not sent again by itself.
sms-smpp-not-connected = The carrier cannot be reached at the moment. Nothing was sent. Try again in a while.
sms-smpp-expired = The text could not be delivered in time: the telephone was off or out of reach for too long.{ $error ->
    [none] {""}
   *[other] {" "}(Error { $error }.)
}
sms-smpp-deleted = The carrier deleted the text before it was delivered.{ $error ->
    [none] {""}
   *[other] {" "}(Error { $error }.)
}
sms-smpp-undeliverable = The text cannot be delivered to this number.{ $error ->
    [none] {""}
   *[other] {" "}(Error { $error }.)
}
sms-smpp-rejected = The text was rejected on the way to the telephone.{ $error ->
    [none] {""}
   *[other] {" "}(Error { $error }.)
}
sms-smpp-unknown = The carrier does not know what became of the text; it may have been delivered.{ $error ->
    [none] {""}
   *[other] {" "}(Error { $error }.)
}
