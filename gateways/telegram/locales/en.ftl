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
