telegram-spoiler = Часть текста в Telegram скрыта как спойлер.
telegram-forwarded = Переслано от: { $from }
telegram-forwarded-unknown = Переслано
telegram-via = Отправлено через бота { $bot }
telegram-signed = Подпись: { $author }
telegram-vanishing = { $kind ->
    [photo] Фото, которое исчезнет после просмотра. Его можно посмотреть в Telegram на телефоне.
    [video] Видео, которое исчезнет после просмотра. Его можно посмотреть в Telegram на телефоне.
    [round] Видеосообщение, которое исчезнет после просмотра. Его можно посмотреть в Telegram на телефоне.
    [voice] Голосовое сообщение, которое исчезнет после прослушивания. Его можно послушать в Telegram на телефоне.
   *[other] Файл, который исчезнет после просмотра. Его можно открыть в Telegram на телефоне.
}
telegram-unsupported = В этом сообщении есть то, что здесь показать нельзя ({ $name }). Посмотрите его в Telegram.
telegram-live-location = Трансляция геопозиции: место меняется вместе с перемещениями собеседника.
telegram-sticker-animated = Анимированный стикер, для которого нет картинки.
telegram-poll-one = Опрос. Чтобы проголосовать, напишите «vote» и номер ответа, например: vote 1
telegram-poll-several = Опрос, в котором можно выбрать несколько ответов. Чтобы проголосовать, напишите «vote» и их номера, например: vote 1 2
telegram-poll-quiz = Викторина. Чтобы ответить, напишите «vote» и номер ответа, например: vote 1
telegram-poll-closed = Опрос завершён.
telegram-poll-voters = { $count ->
    [0] Пока никто не проголосовал.
    [one] Проголосовал { $count } человек.
    [few] Проголосовали { $count } человека.
   *[many] Проголосовали { $count } человек.
}
telegram-buttons = Чтобы нажать кнопку, напишите «press» и её номер, например: press 1

telegram-service-created = { $who } создаёт чат.
telegram-service-joined = { $who } вступает в чат.
telegram-service-joined-by-link = { $who } вступает в чат по ссылке-приглашению.
telegram-service-joined-by-request = { $who } вступает в чат: заявка одобрена.
telegram-service-added = { $who } добавляет в чат: { $names }{ $more ->
    [0] {""}
   *[other] {" "}и ещё { $more }
}.
telegram-service-left = { $who } покидает чат.
telegram-service-removed = { $who } удаляет из чата: { $names }{ $more ->
    [0] {""}
   *[other] {" "}и ещё { $more }
}.
telegram-service-title = { $who } меняет название на «{ $title }».
telegram-service-photo = { $who } меняет картинку чата.
telegram-service-photo-removed = { $who } убирает картинку чата.
telegram-service-pinned = { $who } закрепляет сообщение.
telegram-service-history-cleared = История в Telegram очищена.
telegram-service-screenshot = { $who } делает снимок экрана.
telegram-service-contact-joined = { $who } теперь в Telegram.
telegram-service-migrated = Группа стала супергруппой.
telegram-service-topic-created = { $who } открывает тему «{ $title }».
telegram-service-topic-renamed = { $who } меняет название темы на «{ $title }».
telegram-service-topic-closed = { $who } закрывает тему.
telegram-service-topic-reopened = { $who } снова открывает тему.
telegram-service-call = { $kind ->
    [video] Видеозвонок
   *[voice] Звонок
}, звонит { $who }: { $duration }
telegram-service-call-missed = { $kind ->
    [video] Видеозвонок
   *[voice] Звонок
} без ответа, звонит { $who }. Разговаривать можно только в самом Telegram.
telegram-service-timer = { $who } включает автоудаление новых сообщений через { $unit ->
    [month] { $count ->
        [one] { $count } месяц
        [few] { $count } месяца
       *[many] { $count } месяцев
    }
    [week] { $count ->
        [one] { $count } неделю
        [few] { $count } недели
       *[many] { $count } недель
    }
    [day] { $count ->
        [one] { $count } день
        [few] { $count } дня
       *[many] { $count } дней
    }
    [hour] { $count ->
        [one] { $count } час
        [few] { $count } часа
       *[many] { $count } часов
    }
    [minute] { $count ->
        [one] { $count } минуту
        [few] { $count } минуты
       *[many] { $count } минут
    }
   *[second] { $count ->
        [one] { $count } секунду
        [few] { $count } секунды
       *[many] { $count } секунд
    }
}.
telegram-service-timer-off = { $who } отключает автоудаление сообщений.
telegram-service-other = Здесь произошло то, что может показать только сам Telegram ({ $name }).
