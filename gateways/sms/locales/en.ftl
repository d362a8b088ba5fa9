sms-too-long = This message would take { $parts } SMS; at most { $limit } can be sent at once. Shorten it, or send it in pieces.
sms-cannot-reply = “{ $name }” is a sender without a number. It cannot be answered.
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
