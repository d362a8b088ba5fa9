email-name = Почтовый шлюз
email-prompt-label = Почтовый адрес
email-prompt-description = Например, alice@example.org.

email-registration-title = Почта
email-field-address = Адрес вашего почтового ящика
email-bad-address = Это не почтовый адрес. Введите его в виде alice@example.org.

email-no-way = У вас здесь не зарегистрирован почтовый ящик. Сначала зарегистрируйтесь на шлюзе.
email-mail-too-large = Это письмо больше, чем пропускает шлюз.
email-spool-full = Сейчас в пути слишком много больших писем. Повторите позже.

email-server-unreachable = Почтовым сервером { $host } воспользоваться не удалось: такого сервера нет, он не отвечает как почтовый сервер с действительным сертификатом или шлюз к нему не подключается. Проверьте имя и порт.

email-oauth-over = Ваша почтовая служба больше не пускает этот шлюз. Зарегистрируйтесь ещё раз, чтобы снова дать согласие.
email-oauth-away = Сейчас не удаётся получить у вашей почтовой службы доступ для шлюза. Попытка будет повторена.
email-mail-gone = Этого письма здесь больше нет. Откройте его в почтовом ящике.
email-send-refused = Почтовый сервер не принял письмо: «{ $answer }»
email-send-later = Почтовый сервер пока не может принять письмо: «{ $answer }»
email-send-no-such-address = Почтовый сервер сообщает, что такого адреса нет: «{ $answer }»
email-send-mailbox-full = Почтовый ящик получателя переполнен или закрыт. Ответ сервера: «{ $answer }»
email-send-too-large = Письмо слишком велико для почтового сервера получателя: «{ $answer }»
email-send-over-size = Письмо слишком велико: почтовый сервер принимает не более { $megabytes } МБ.
email-send-no-utf8 = { $host } не умеет работать с адресами, в которых есть не только латинские буквы.
email-send-login-refused = Почтовый сервер не разрешает вам отправлять письма: «{ $answer }» Проверьте имя пользователя и пароль в регистрации.
email-send-broken = Соединение с { $host } прервалось до того, как письмо было отправлено.
email-send-unknown = Соединение с { $host } прервалось до подтверждения. Возможно, письмо отправлено: спросите получателя, прежде чем отправлять его снова.
email-send-insecure = { $host } не предлагает соединения, защищённого действительным сертификатом, поэтому туда ничего не отправляется.
email-send-busy = Сейчас отправляется слишком много писем. Повторите позже.
email-compose-failed = Файл из письма не удалось прочитать до конца. Повторите позже.

email-account-away = Эта учётная запись сейчас не принимает почту.
email-flood = От { $address } пришло больше { $count } писем за { $minutes } мин. Следующие некоторое время не показываются; письма в ваш собственный ящик остаются там.
email-flood-refused = Слишком много писем от одного отправителя. Повторите позже.
email-people-and-rooms-only = Писать здесь можно только людям и группам.
email-unknown-room = Такой группы здесь нет. Группа начинается с письма нескольким людям или с команды «group».
email-unknown-mail = Это письмо здесь уже неизвестно.
email-closed-list = В эту рассылку писать нельзя, или её адрес ещё неизвестен.
email-list-not-yours = Кто состоит в рассылке, решает сама рассылка.
email-group-full = В этой группе уже предельное число участников.
email-not-a-member = Этого человека нет в группе.
email-room-cannot = В почтовых группах нет прав, которые можно дать или отнять.
email-room-trouble = Не удалось прочитать сведения о группе. Повторите позже.
email-name-by-registration = Ваше имя в письмах задаётся в настройках регистрации.
email-own-address = Это ваш собственный адрес.
email-no-reply = Адрес { $address } никто не читает.
email-subject-noted = Тема вашего следующего письма сюда: «{ $subject }».
email-some-refused = Письмо не принято для { $refused }. Остальные его получат.
email-delayed-for = Ваше письмо «{ $subject }» ещё не дошло до { $address }; попытки продолжаются.
email-remark-not-you = Здесь сказано, что письмо от вас, но ничто этого не подтверждает.
email-remark-unverified = Отправителя не удалось проверить: письмо может быть от кого-то другого.
email-remark-spam = Фильтр считает это письмо спамом.
email-remark-automatic = Автоматическое сообщение.
email-remark-others = Также для { $people }
email-remark-answers = Ответы получит { $people }
email-remark-come = Новые участники разговора: { $people }
email-remark-gone = Больше не участвуют в разговоре: { $people }
email-remark-file-refused = Файл не передан, потому что такие файлы могут быть опасны: { $name }
email-remark-files-refused = { $count ->
    [one] Ещё { $count } файл не передан по той же причине.
    [few] Ещё { $count } файла не переданы по той же причине.
   *[many] Ещё { $count } файлов не переданы по той же причине.
}
email-text-cut = Текст слишком длинный, чтобы показать его целиком; весь он — в файле.
email-parts-cut = Это письмо больше или сложнее, чем разбирает шлюз: здесь показано не всё.
email-no-text = Письмо без текста.
email-quotation-left-out = Цитата опущена; её покажет команда «full».
email-encrypted-pgp = Зашифровано с помощью OpenPGP. Шлюз не может это прочитать; содержимое приложено файлом { $file }.
email-encrypted-smime = Зашифровано с помощью S/MIME. Шлюз не может это прочитать; содержимое приложено файлом { $file }.
email-smime-wrapped = Письмо вложено в подпись S/MIME. Шлюз не может его извлечь; оно приложено файлом { $file }.
email-pgp-key = Приложен ключ OpenPGP: { $file }.
email-signature-unchecked = Письмо подписано; подпись не проверялась.
email-winmail = Outlook упаковал вложения в файл winmail.dat.
email-contact = Контакт: { $details }
email-event = Событие: { $title }
email-event-invitation = Приглашение: { $title }
email-event-updated = Приглашение изменено: { $title }
email-event-cancelled = Отменено: { $title }
email-event-counter = Предложено другое время: { $title }
email-event-reply = { $answer ->
    [accepted] { $who } принимает приглашение: { $title }
    [declined] { $who } отклоняет приглашение: { $title }
    [tentative] { $who }, возможно, придёт: { $title }
   *[other] { $who } отвечает на приглашение: { $title }
  }
email-event-when = Когда: { $times }
email-event-when-utc = Когда: { $times } ({ $utc } UTC)
email-event-where = Где: { $place }
email-event-organizer = Организатор: { $organizer }
email-event-repeated = Событие повторяется.
email-event-daily = { $interval ->
    [1] Каждый день
    [one] Каждый { $interval } день
    [few] Каждые { $interval } дня
   *[many] Каждые { $interval } дней
  }
email-event-workdays = С понедельника по пятницу
email-event-weekly = { $interval ->
    [1] Каждую неделю
    [one] Каждую { $interval } неделю
    [few] Каждые { $interval } недели
   *[many] Каждые { $interval } недель
  }{ $day ->
    [mo] {" "}по понедельникам
    [tu] {" "}по вторникам
    [we] {" "}по средам
    [th] {" "}по четвергам
    [fr] {" "}по пятницам
    [sa] {" "}по субботам
    [su] {" "}по воскресеньям
   *[none] {""}
  }
email-event-monthly = { $interval ->
    [1] Каждый месяц
    [one] Каждый { $interval } месяц
    [few] Каждые { $interval } месяца
   *[many] Каждые { $interval } месяцев
  }
email-event-yearly = { $interval ->
    [1] Каждый год
    [one] Каждый { $interval } год
    [few] Каждые { $interval } года
   *[many] Каждые { $interval } лет
  }
email-event-count = { $count ->
    [one] Всего { $count } раз
    [few] Всего { $count } раза
   *[many] Всего { $count } раз
  }
email-event-until = До { $until }
email-mailbox-certificate = У { $host } нет действительного сертификата, поэтому ваш ящик там не открывается. Сертификат должен обновить владелец сервера; шлюз попробует снова сам.
email-mailbox-insecure = { $host } не защищает соединение (STARTTLS), поэтому ваш пароль туда не отправляется. Используйте порт для TLS, обычно это 993.
email-mailbox-login-refused = { $host } не принимает вход в ваш ящик. Сам шлюз больше пробовать не будет: зарегистрируйтесь заново с действующим паролем.
email-mailbox-login-refused-because = { $host } не принимает вход в ваш ящик и отвечает: «{ $answer }». Сам шлюз больше пробовать не будет: зарегистрируйтесь заново с действующим паролем.
email-mailbox-busy = { $host } сейчас не принимает новых подключений к вашему ящику. Шлюз попробует снова сам.
email-mailbox-lost = Соединение с вашим ящиком на { $host } прервалось. Шлюз попробует снова сам.
email-mailbox-garbage = { $host } отвечает не так, как положено почтовому серверу. Шлюз попробует снова сам.
email-mailbox-no-access = { $host } сейчас не даёт читать ваши входящие письма. Шлюз попробует снова сам.
email-mailbox-no-folder = В вашем ящике нет папки «{ $folder }»: из неё ничего не показывается. Измените список папок в настройках.
email-mailbox-folder-gone = Папки «{ $folder }» в вашем ящике больше нет: из неё ничего не показывается.
email-mailbox-renumbered = Почтовый сервер заново пронумеровал письма в папке «{ $folder }». Старые письма, среди которых могут быть новые, здесь не показаны: { $count }. Загляните в ящик.
email-mailbox-mail-left = Шлюз не может прочитать письмо от { $date } (UTC) в папке «{ $folder }», оно оставлено там. Загляните в ящик.
email-mailbox-full = Ваш ящик переполнен: письма отправляются, но их копии в ящик не попадают. Удалите оттуда что-нибудь.
email-mailbox-copy-lost = Ваше письмо отправлено, но положить его копию в ваш ящик не удалось.

email-command-addresses = Мои почтовые адреса
email-command-full = Письмо вместе с цитатами
email-command-group = Написать нескольким людям
email-command-subject = Тема следующего письма
email-command-unsubscribe = Отписаться от рассылки
email-address-mailbox = { $address }: ваш собственный ящик
email-address-domain = { $address }: адрес на этом шлюзе
email-address-usual = Незнакомым вы пишете с адреса { $address }.
email-field-conversation = Почтовый адрес или адрес группы
email-field-addresses = Почтовые адреса, по одному в строке
email-field-subject = Тема
email-field-list = Рассылка
email-full-instructions = Показывает последнее письмо, из которого что-то было опущено, с полным текстом. Оставьте поле пустым, чтобы увидеть самое последнее.
email-full-none = Такого письма нет, или оно пришло слишком давно.
email-full-of = { $conversation }: { $subject }

    { $text }
email-group-instructions = Вы получите приглашение в группу этих людей. Всё, что вы там скажете, придёт им всем одним письмом.
email-group-two = Назовите хотя бы двух человек, кроме себя.
email-group-made = Вам отправлено приглашение в группу.
email-subject-instructions = Ваше следующее письмо начнёт новый разговор с этой темой. Можно также начать сообщение со строки «Тема: …».
email-unsubscribe-instructions = Писем оттуда больше не будет.
email-unsubscribe-none = Здесь не было писем, от которых можно отписаться.
email-unsubscribe-failed = Отправитель не принял просьбу. Поищите ссылку в конце его писем.
email-unsubscribed = { $id }: передано, что вы больше не хотите писем.
email-list-named = { $name } ({ $id })
email-limitation-late = Письмо может идти несколько минут; прочитано ли оно, неизвестно, если другая сторона об этом не сообщает.
email-limitation-change = Отправленное письмо изменить нельзя: исправления и отзывы уходят отдельными письмами.
email-limitation-encryption = Зашифрованные письма здесь прочитать нельзя.

email-not-your-address = Отправлять письма можно только со своего адреса.
email-limit-recipients = Одно письмо можно отправить не более чем { $limit ->
    [one] { $limit } человеку
   *[other] { $limit } людям
}.
email-limit-mails = Сегодня вы отправили { $limit ->
    [one] { $limit } письмо
    [few] { $limit } письма
   *[other] { $limit } писем
}: больше этот шлюз для одного пользователя не передаёт. Продолжите завтра.
email-limit-bytes = Ваши сегодняшние письма вместе превысили бы { $megabytes } МБ: больше этот шлюз для одного пользователя не передаёт. Продолжите завтра.
email-limit-new = Вы написали слишком многим новым людям: разрешено { $limit } в час. Продолжите позже.
email-not-signed = Шлюз сейчас не может подписывать письма, поэтому они не отправляются. Этим должен заняться его администратор.
email-ways-trouble = Сейчас почту отправить нельзя; попытка повторится при следующем подключении.

email-failed-unknown = Почтового ящика { $address } не существует.{ $answer }
email-failed-domain = Почту для { $address } никто не принимает.{ $answer }
email-failed-full = Почтовый ящик { $address } переполнен.{ $answer }
email-failed-disabled = Почтовый ящик { $address } сейчас не принимает писем.{ $answer }
email-failed-size = Письмо слишком велико для { $address }.{ $answer }
email-failed-loop = Письмо для { $address } ходило по кругу.{ $answer }
email-failed-unreachable = Почтовый сервер { $address } недоступен.{ $answer }
email-failed-content = Сервер { $address } не принимает содержимое этого письма.{ $answer }
email-failed-sender = Сервер { $address } не верит указанному отправителю письма.{ $answer }
email-failed-refused = Сервер { $address } отказался принять письмо.{ $answer }
email-failed = Письмо не дошло до { $address }.{ $answer }
email-address-lost = Адрес на этом шлюзе больше не ваш: он у кого-то другого или у шлюза теперь другой почтовый домен. Выберите новый адрес, зарегистрировавшись заново.
email-registration-instructions = Пароль проверяется у вашей почтовой службы и хранится зашифрованным. Почтовые серверы находятся сами; указывайте их, только если они не нашлись.
email-field-way = Что вам нужно
email-way-mailbox = Мой почтовый ящик в другом месте
email-way-domain = Адрес этого шлюза
email-way-both = И то и другое
email-field-password = Пароль от него (оставьте пустым, чтобы дать согласие на странице почтовой службы, если она это позволяет)
email-field-local = Желаемый адрес здесь, до @{ $domain }
email-field-name = Ваше имя в письмах
email-field-manual = Я сам укажу почтовые серверы
email-way-not-offered = Этот шлюз такого не предлагает.
email-address-needed = Укажите адрес вашего почтового ящика.
email-password-needed = Укажите пароль от почтового ящика.
email-mailbox-of-domain = Это адрес самого шлюза: выберите адрес здесь вместо ящика в другом месте.
email-bad-local = Такой адрес здесь получить нельзя. Возьмите от 2 до 40 латинских букв, цифр, точек, дефисов или подчёркиваний, и не имя, по которому вас примут за владельца шлюза.
email-no-address-for-user = Ваш адрес XMPP не может быть здесь почтовым адресом.
email-address-taken = Адрес { $address } занят. Выберите другой.

email-servers-title = Почтовые серверы
email-servers-not-found = Серверы вашего ящика не нашлись. Их адреса есть в справке вашей почтовой службы.
email-servers-unsure = Нашлись такие серверы, но ничто не доказывает, что они принадлежат вашей почтовой службе. Проверьте их, прежде чем туда уйдёт ваш пароль.
email-servers-manual = Эти данные есть в справке вашей почтовой службы.
email-field-imap = Сервер IMAP
email-field-imap-port = Порт IMAP
email-field-imap-security = Шифрование IMAP
email-field-smtp = Сервер SMTP
email-field-smtp-port = Порт SMTP
email-field-smtp-security = Шифрование SMTP
email-security-tls = TLS с самого начала
email-security-starttls = STARTTLS
email-field-user = Имя пользователя (по умолчанию — ваш почтовый адрес)
email-field-password-again = Пароль (если пусто — тот, что вы уже указали)
email-bad-server = Сервер — это имя, например imap.example.org, и порт, например 993.

email-imap-refused = Сервер IMAP { $host } не принимает имя пользователя или пароль.
email-smtp-refused = Сервер IMAP вас пускает, но сервер SMTP { $host } не принимает имя пользователя или пароль.
email-refused-app-password = { $host } не принимает этот пароль. Почтовой службе нужен отдельный пароль для почтовых программ: создайте его на { $link } и зарегистрируйтесь с ним.
email-refused-switch-on = { $host } не принимает пароль. Проверьте его и сначала включите IMAP для почтовых программ: { $link }
email-refused-oauth-only = { $host } не принимает паролей от почтовых программ. Сначала владелец шлюза должен быть зарегистрирован у этой почтовой службы; обратитесь к нему.
email-refused-use-oauth = { $host } не принимает паролей от почтовых программ. Зарегистрируйтесь без пароля: вас попросят дать согласие на странице почтовой службы.

email-agree-title = Согласие у почтовой службы
email-agree-browser = Откройте { $link } и разрешите этому шлюзу читать и отправлять вашу почту на { $provider }. В конце страница покажет код: введите его здесь.
email-agree-device = Откройте { $link }, введите код { $code } и разрешите этому шлюзу читать и отправлять вашу почту на { $provider }. Затем продолжайте здесь.
email-field-code = Код, который показала страница
email-agree-open = Вы ещё не дали согласия. Сначала откройте ссылку.
email-agree-wrong-code = Страница показала другой код.
email-agree-denied = Вы не дали согласия, поэтому ничего не зарегистрировано.
email-agree-failed = Ответ почтовой службы не удалось использовать. Попробуйте ещё раз; если не поможет, сообщите владельцу шлюза.
email-agree-expired = Прошло слишком много времени. Зарегистрируйтесь ещё раз.
email-agree-not-lasting = Почтовая служба пускает шлюз лишь ненадолго, от этого нет пользы. Сообщите владельцу шлюза.
email-agree-refused = { $host } не пускает шлюз в ящик { $address }. Не дали ли вы согласие от имени другого пользователя?
email-agree-impossible = Сейчас шлюз не может попросить вашего согласия у почтовой службы. Сообщите его владельцу.
email-agree-busy = Сейчас слишком много людей дают согласие. Повторите позже.

email-registered-mailbox = Почтовый ящик { $address }: IMAP { $imap }, SMTP { $smtp }.
email-registered-domain = Ваш адрес здесь: { $address }

email-command-settings = Настройки почты
email-command-folders = Папки моего ящика
email-setting-show = Чьи письма становятся чатом
email-show-everything = Все
email-show-conversations = От людей: без рассылок и другой массовой почты
email-show-contacts = Только от моих контактов
email-setting-folders = Ещё папки или ярлыки, которые становятся чатом, по одной на строке
email-setting-rooms = Письмо нескольким получателям становится комнатой
email-setting-seen = Письмо, на которое я ответил, считается в ящике прочитанным
email-setting-join = Сколько секунд мои сообщения ждут, чтобы уйти одним письмом (0 — каждое сразу отдельным письмом)
email-setting-html = Отправлять моё оформление ещё и в HTML
email-setting-receipts = Сообщать другим, что я прочитал их письмо
email-setting-send-from = Откуда уходят письма новым собеседникам
email-send-from-mailbox = Из моего почтового ящика
email-send-from-domain = С моего адреса здесь
email-settings-taken = Учтено.
email-bad-join = Укажите число секунд от 0 до { $max }.
email-bad-folders = Укажите не больше { $max } папок, каждую на отдельной строке.
email-bad-name = Имя слишком длинное.
email-no-mailbox = У вас здесь не зарегистрирован собственный почтовый ящик.
email-folders-instructions = В настройках можно назвать такие папки:
email-folder = { $path }
email-folder-watched = { $path } (становится чатом)
email-folders-more = { $left ->
    [one] и ещё { $left }
   *[other] и ещё { $left }
}

email-too-many-tries = Слишком много попыток. Проверьте пароль и зарегистрируйтесь ещё раз.

email-remark-left = Это письмо слишком велико для шлюза: { $megabytes } МБ осталось в вашем ящике.
email-sender-refused = Письма этого отправителя здесь не принимаются.
