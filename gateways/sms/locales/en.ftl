sms-too-long = This message would take { $parts } SMS; at most { $limit } can be sent at once. Shorten it, or send it in pieces.
