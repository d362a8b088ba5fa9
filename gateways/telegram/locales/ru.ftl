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

telegram-name = Шлюз Telegram
telegram-prompt-label = Пользователь Telegram
telegram-prompt-description = Номер телефона с + и кодом страны, имя пользователя вроде @alice или ссылка t.me.
telegram-limitation-secret = Секретные чаты остаются на том устройстве, где они начаты; здесь их показать нельзя.
telegram-limitation-calls = Звонить можно только в самом Telegram; здесь видно лишь, что звонок был.
telegram-limitation-online = Пока вы в сети здесь, в Telegram вы не показаны как «в сети».
telegram-limitation-bot-history = Бот не видит сказанного до его прихода и за время долгого отсутствия.
telegram-limitation-bot-plain = Бот — не администратор: пока его режим приватности не отключён (@BotFather, /setprivacy), он слышит только команды и ответы себе; он не видит реакций и не может удалять чужие слова.

telegram-registration-title = Telegram
telegram-registration-instructions = Ваша учётная запись Telegram открывается здесь как ещё одно устройство. Если вы выбираете номер телефона, на следующем шаге Telegram пришлёт код; QR-код нужно отсканировать телефоном; для бота нужен его токен. То, что Telegram выдаёт для этого шлюзу, хранится в зашифрованном виде.
telegram-field-phone = Номер телефона с + и кодом страны
telegram-field-way = Как войти
telegram-field-proxies = Ваши собственные прокси, по одной ссылке в строке (tg://proxy…, tg://socks…, socks5://…, http://…); «direct» означает путь без прокси; можно оставить пустым
telegram-way-phone = По номеру телефона и коду
telegram-way-qr = По QR-коду, отсканированному телефоном, где вход уже выполнен
telegram-way-bot = Как бот, по токену
telegram-way-not-offered = Такого способа входа нет. Выберите один из списка.
telegram-bad-phone = Telegram не знает такого номера. Введите его с + и кодом страны, например +7 495 123-45-67.
telegram-phone-banned = Telegram заблокировал этот номер. Снять блокировку может только сам Telegram: напишите на recover@telegram.org.
telegram-bad-proxy = Это не список прокси. Введите по одной ссылке в строке, не больше десяти, например tg://proxy?server=proxy.example.org&port=443&secret=… или socks5://user:password@proxy.example.org:1080.
telegram-login-title = Вход в Telegram
telegram-login-busy = Сейчас входит слишком много людей. Повторите через несколько минут.
telegram-login-flood = Telegram пока не принимает новых попыток входа с этим номером. Повторите завтра или войдите по QR-коду.
telegram-login-over = Этот вход занял слишком много времени, или вы начали другой. Начните заново.
telegram-login-away = Связи с Telegram сейчас нет. Повторите через несколько минут.
telegram-proxies-away = Ни один из этих прокси не приводит в Telegram: они не отвечают, или неверен секрет или пароль. Исправьте список или оставьте его пустым.
telegram-away-by-proxies = Через ваши прокси связи с Telegram нет: они не отвечают, или неверен секрет или пароль. Попытки повторяются сами; изменить прокси можно командой «proxies».
telegram-logged-in = Вы вошли в Telegram как { $name }.
telegram-no-account = У этого номера нет учётной записи Telegram. Создать её можно только в программе самого Telegram: установите её, зарегистрируйтесь там и вернитесь сюда.

telegram-field-code = Код (оставьте пустым, чтобы получить его другим способом)
telegram-code = { $where ->
    [app] Telegram прислал код в самом Telegram: посмотрите чат «Telegram» на устройстве, где вход уже выполнен.
    [sms] Telegram прислал код в СМС.
    [call] Telegram звонит вам: код будет продиктован, или это последние цифры звонящего номера.
    [email] Telegram прислал код на почтовый адрес вашей учётной записи Telegram.
   *[other] Telegram прислал вам код: посмотрите на своих устройствах.
}{ $length ->
    [0] {""}
    [one] {" "}В нём { $length } цифра.
    [few] {" "}В нём { $length } цифры.
   *[many] {" "}В нём { $length } цифр.
}
telegram-code-again = Код не введён, поэтому запрошен ещё один.
telegram-code-expired = Этот код устарел. Отправлен новый.
telegram-wrong-code = Код неверен. Попробуйте ещё раз.
telegram-no-other-code = Прислать код другим способом Telegram пока не может. Подождите несколько минут или введите тот код, который уже получили.
telegram-too-many-codes = В этом входе кодов больше не будет. Введите последний или начните заново позже.

telegram-password-instructions = У вас включена двухэтапная аутентификация: введите её пароль.
telegram-password-hint = У вас включена двухэтапная аутентификация: введите её пароль. Ваша подсказка к нему: { $hint }
telegram-field-password = Пароль двухэтапной аутентификации
telegram-wrong-password = Пароль неверен. Попробуйте ещё раз. Если вы его забыли, смените его в самом Telegram.

telegram-token-instructions = Введите токен бота, который выдал @BotFather.
telegram-field-token = Токен бота
telegram-wrong-token = Telegram не знает этого токена. Скопируйте его у @BotFather ещё раз.

telegram-qr-instructions = Откройте Telegram на телефоне: «Настройки», «Устройства», «Подключить устройство» — и отсканируйте картинку. Или откройте эту ссылку на устройстве с Telegram: { $link } Подтвердив вход там, продолжите здесь.
telegram-field-qr = QR-код
telegram-qr-open = Код ещё не отсканирован. Отсканируйте его, подтвердите вход на телефоне и продолжите здесь.
telegram-qr-expired = Тот код устарел. Вот новый.

telegram-register-first = Сначала зарегистрируйтесь на шлюзе.
telegram-session-lost = Telegram завершил этот сеанс: с другого вашего устройства или сам. Зарегистрируйтесь ещё раз, чтобы войти снова; то, что написано за это время, будет получено после входа.
telegram-account-gone = Telegram закрыл или заблокировал эту учётную запись. Если вы считаете это ошибкой, напишите на recover@telegram.org.
telegram-away = Связи с Telegram сейчас нет. Попытки повторяются сами.
telegram-no-answer = Telegram не ответил: неизвестно, выполнено ли это. Проверьте, прежде чем повторять.
telegram-trouble = От Telegram пришло что-то непредвиденное. Повторите позже.
telegram-wait = Telegram просит подождать. Повторите через { $unit ->
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
telegram-missed-too-much = Вас не было так долго, что Telegram рассказывает не обо всём. Далее идут самые новые сообщения; более старые посмотрите в Telegram.
telegram-not-taken = В чате «{ $chat }» сказано что-то, что не удалось передать сюда. Прочтите это в приложении Telegram.

telegram-not-known = По этому адресу вашей учётной записи никто не известен. Найдите человека по номеру, @имени или ссылке t.me.
telegram-person-deleted = Эта учётная запись в Telegram удалена. Отправить туда ничего нельзя.
telegram-people-only = Это возможно только в переписке с одним человеком.
telegram-message-gone = Этого сообщения в Telegram уже нет, или здесь оно неизвестно.
telegram-nothing-to-send = В этом сообщении нет ничего, что можно отправить.
telegram-too-long = Этот текст для Telegram слишком длинный. Разделите его на несколько сообщений.
telegram-no-such-answer = Ответа или кнопки с таким номером нет. Посмотрите список ещё раз.
telegram-button-unsupported = Эта кнопка работает только в самом Telegram.
telegram-refused = Telegram отказал: { $reason }
telegram-refused-api = Telegram не принимает API id этого шлюза. Сообщите об этом его администратору.
telegram-refused-blocked = Этот человек заблокировал вас в Telegram.
telegram-refused-you-blocked = Вы заблокировали этого человека. Сначала разблокируйте его, потом пишите.
telegram-refused-bot = Ботам в Telegram это не разрешено.
telegram-refused-bot-to-bot = Боты в Telegram не могут писать друг другу.
telegram-refused-change = Telegram не разрешает изменить это сообщение: оно слишком старое, не ваше или в нём ничего не меняется.
telegram-refused-file = Telegram не принял этот файл. Отправьте его в другом формате или ссылкой.
telegram-refused-premium = Этот человек принимает сообщения от незнакомых только за Telegram Premium или звёзды. Напишите ему из самого Telegram.
telegram-refused-press = Бот не ответил на эту кнопку. Повторите позже.
telegram-refused-privacy = Настройки приватности этого человека такого не разрешают.
telegram-refused-reaction = Такая реакция здесь невозможна. Выберите другой эмодзи.
telegram-refused-rights = В этом чате вам это не разрешено: так решили администраторы, или вы в нём уже не состоите.
telegram-refused-spam = Из-за жалоб Telegram пока позволяет вам писать только тем, кто вас знает. Спросите в Telegram у @SpamBot.
telegram-refused-vote = Голос не принят: опрос завершён, или менять в нём ответ нельзя.

telegram-admin-first = Сначала снимите с участника права администратора (членство «member»).
telegram-already-member = Этот человек уже в чате.
telegram-channel-readers = Читатели канала никогда не пишут в нём: это делают только администраторы.
telegram-channel-comments = В канале пишут только администраторы. Комментарии пишут в комнате { $room }
telegram-channel-silent = В канале пишут только администраторы.
telegram-chat-full = В этом чате больше нет места для участников.
telegram-chat-kicked = Этот человек заблокирован в чате. Сначала администратор должен снять блокировку.
telegram-chats-too-many = { $whose ->
    [yours] Ваш аккаунт Telegram уже состоит в наибольшем возможном числе групп и каналов. Сначала выйдите из некоторых.
   *[theirs] Этот человек уже состоит в наибольшем возможном числе групп и каналов.
}
telegram-invite-asked = Вы попросили о вступлении. Вы войдёте, когда администратор согласится.
telegram-invite-bad = Такой ссылки-приглашения нет, или она больше не действует.
telegram-invite-link-instead = Настройки приватности этого человека не позволяют вам его добавить. Отправьте ему эту ссылку: { $link }
telegram-no-person = Это не человек, которого можно добавить, удалить или наделить правами.
telegram-not-oneself = С собой этого сделать нельзя. Чтобы выйти из чата, дайте команду «leave».
telegram-owner-elsewhere = Передать права владельца можно только в самом Telegram.
telegram-slow-mode = В этой группе медленный режим: вы сможете написать снова через { $count } { $unit ->
    [hour] { $count ->
        [one] час
        [few] часа
       *[many] часов
    }
    [minute] { $count ->
        [one] минуту
        [few] минуты
       *[many] минут
    }
   *[second] { $count ->
        [one] секунду
        [few] секунды
       *[many] секунд
    }
}.
telegram-supergroups-only = Ограничивать участников Telegram позволяет только в супергруппах, а это обычная группа.
telegram-title-missing = У чата должно быть название.
telegram-topic-closed = Эта тема закрыта: пишут в ней только администраторы.
telegram-chat-switched-off = По вашему выбору этот чат сюда не приходит. Включите его командой «chats».
telegram-in-topic = Тема: { $title }
telegram-topic-is-thread = По вашему выбору темы — это ветки в комнате форума. Изменить это можно командой «chats».
telegram-topic-gone = Этой темы больше нет.

telegram-chat-is-off = Выключен: { $name }
telegram-chat-is-on = Включён: { $name }
telegram-chats-all = Все чаты
telegram-chats-contacts = Личные чаты с контактами; группы и каналы — только включённые отдельно
telegram-chats-instructions = Чаты, которые сюда не приходят, не трогаются: о них ничего не сообщается. Чат, включённый позже, начинается с того, что скажут после; сказанное раньше — в его истории.
telegram-chats-none = Такого чата нет.
telegram-chats-taken = Ваш выбор действует с этого момента.
telegram-chats-unmuted = Все чаты, у которых в Telegram не выключены уведомления
telegram-command-chats = Выбрать, какие чаты Telegram приходят сюда и как показывать темы форумов
telegram-command-create = Создать группу или канал Telegram
telegram-command-invite-link = Получить ссылку-приглашение в чат Telegram
telegram-command-leave = Выйти из группы или канала Telegram
telegram-command-pin = Закрепить сообщение в чате Telegram
telegram-command-topics = Показать темы форума Telegram; создать, переименовать, закрыть или открыть тему
telegram-command-unpin = Открепить последнее закреплённое сообщение чата Telegram
telegram-created = Чат «{ $title }» создан. Его комната: { $room }
telegram-created-without = Настройки приватности не позволяют добавить: { $names }. Отправьте им эту ссылку: { $link }
telegram-field-about = Описание
telegram-field-chat = Группа или канал
telegram-field-chats = Какие чаты приходят сюда
telegram-field-kind = Вид
telegram-field-people = Участники, по одному в строке: адреса, @имена или номера телефонов
telegram-field-pin-words = Слова из сообщения (пусто: последнее сообщение)
telegram-field-switch = Что делать с этим чатом
telegram-field-title = Название
telegram-field-topic = Тема
telegram-field-topic-state = Могут ли участники писать в ней
telegram-field-topic-title = Название (пусто: остаётся прежним)
telegram-field-topics = Темы форумов
telegram-forums-none = Вы не состоите ни в одном форуме.
telegram-invite-link = Ссылка на «{ $name }»: { $link }
telegram-kind-channel = Канал: пишут только администраторы
telegram-kind-group = Группа, до 200 человек
telegram-kind-supergroup = Супергруппа
telegram-left = Вы вышли из «{ $name }».
telegram-line = { $text }
telegram-people-many = За один раз можно добавить не больше { $most } человек.
telegram-people-unknown = В Telegram нет никого с именем «{ $name }».
telegram-pin-not-found = Ни в одном из последних сообщений нет этих слов.
telegram-pinned = Сообщение закреплено.
telegram-switch-none = Никакой
telegram-switch-off = Выключить его
telegram-switch-on = Включить его
telegram-switch-usual = Пусть приходит по общей настройке
telegram-topic-changed = Тема «{ $title }» изменена.
telegram-topic-close = Закрыть: пишут только администраторы
telegram-topic-closed-label = { $title } (закрыта)
telegram-topic-keep = Как раньше
telegram-topic-label = { $title }
telegram-topic-made = Тема «{ $title }» создана.
telegram-topic-new = Новая тема
telegram-topic-open = Открыть для всех участников
telegram-topic-title-missing = У темы должно быть название.
telegram-topics-instructions = Выберите тему, чтобы переименовать, закрыть или открыть её, либо создайте новую.
telegram-topics-of = Темы форума «{ $name }»
telegram-topics-rooms = Каждая тема — отдельная комната
telegram-topics-threads = Темы — это ветки в одной комнате
telegram-unpinned = Сообщение откреплено.
telegram-unpinned-none = Там ничего не было закреплено.

telegram-search-title = Поиск людей в Telegram
telegram-search-instructions = По имени, имени пользователя, номеру телефона или ссылке t.me. Ваши контакты показаны первыми.
telegram-search-words = Имя, @имя, номер или ссылка

telegram-command-end-login = Выйти из Telegram, оставив регистрацию
telegram-not-logged-in = Вы не вошли в Telegram. Войдите словом «register».
telegram-login-ended = Вы вышли из Telegram: сеанс завершён и там — сразу или как только Telegram станет доступен. Регистрация остаётся; чтобы вернуться, войдите снова словом «register».
telegram-command-whoami = Показать, какая это учётная запись Telegram
telegram-whoami-person = В Telegram вы { $name }.
telegram-whoami-bot = В Telegram вы бот { $name }.
telegram-whoami-username = Имя пользователя: @{ $username }
telegram-whoami-phone = Номер телефона: { $phone }
telegram-whoami-device = В списке ваших сеансов этот шлюз называется «{ $device }».
telegram-command-devices = Посмотреть и завершить другие сеансы вашей учётной записи Telegram
telegram-devices-none = Других сеансов у вашей учётной записи нет.
telegram-devices-instructions = Кроме этого шлюза, в вашу учётную запись вошли эти устройства. Выберите то, сеанс которого нужно завершить.
telegram-devices-keep = Оставить все
telegram-devices-kept = Ничего не завершено.
telegram-field-device = Какой сеанс завершить
telegram-device = { $device } ({ $app }), { $country }, последний раз { $date }
telegram-device-ended = Сеанс завершён: { $device }.
telegram-command-proxies = Посмотреть и изменить ваши прокси для Telegram
telegram-proxies-none = Своих прокси у вас нет. Введите их по одной ссылке в строке; они пробуются по очереди.
telegram-proxies-known = Ваши прокси, по очереди: { $proxies }. То, что вы введёте сейчас, заменит их все; оставьте пустым, чтобы их не было.
telegram-proxies-taken = Ваши прокси изменены. Соединение устанавливается заново.
telegram-room-cannot = В группах Telegram это отсюда сделать нельзя.
telegram-room-banned = Вас исключили из этой группы, вернуться в неё нельзя.
telegram-room-not-joined = Вы не состоите в этой группе в Telegram. Вступите в неё там или командой «join».
telegram-name-elsewhere = В Telegram у вас одно имя во всех группах. Сменить его можно в приложении Telegram.
