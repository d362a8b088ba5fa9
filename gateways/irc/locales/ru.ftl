irc-name = Шлюз IRC
irc-name-fixed = Шлюз IRC к { $server }
irc-prompt-label = Канал или ник и сервер
irc-prompt-description = Например, «#channel irc.libera.chat» или «nick irc.libera.chat».

irc-registration-title = IRC
irc-registration-instructions = Для входа на каналы регистрация не нужна. Регистрация сохраняет ваш ник и, если вы его укажете, учётную запись на сервере. Учётная запись проверяется на самом сервере.
irc-field-nick = Ник
irc-field-realname = Имя, которое видят другие
irc-field-server = Сервер
irc-field-account = Учётная запись на этом сервере (SASL)
irc-field-password = Пароль учётной записи
irc-field-connect = Подключаться, когда я в сети, и оставаться на связи
irc-field-username = Имя пользователя
irc-field-port = Порт
irc-field-tls = Шифровать соединение (TLS)
irc-field-verify = Проверять сертификат сервера
irc-field-encoding = Кодировка входящего текста, если он не в UTF-8
irc-field-outgoing-encoding = Кодировка исходящего текста (пусто: UTF-8)
irc-field-server-password = Пароль самого сервера
irc-field-nickserv-password = Пароль для NickServ (только для сетей без SASL)
irc-field-forget-passwords = Забыть пароли, сохранённые для этого сервера
irc-field-commands = Строки, отправляемые после подключения
irc-field-lines-per-second = Не более строк в секунду
irc-field-burst = Сколько строк можно отправить сразу

irc-bad-nick = Такой ник в IRC использовать нельзя. Подходят буквы, цифры и - _ [ ] { "{" } { "}" } \ | ^ `; первой не может быть цифра.
irc-bad-server = Это не имя сервера. Укажите имя узла, например irc.libera.chat.
irc-bad-encoding = Такая кодировка неизвестна. Попробуйте windows-1251, koi8-r или iso-8859-15.
irc-bad-number = Число не указано или вне допустимых пределов. Проверьте порт и ограничения.
irc-bad-commands = После подключения можно отправить не более { $limit } строк по 400 символов.
irc-bad-key = Такого ключа канала быть не может: в ключе нет пробелов, запятых и управляющих символов.
irc-server-needed = Укажите, для какого сервера этот пароль.
irc-server-not-allowed = { $server } через этот шлюз недоступен. Попросите оператора внести его в список.
irc-sasl-refused = Сервер не принял учётную запись или пароль. Исправьте их и попробуйте снова.
irc-sasl-missing = Сервер не предлагает здесь вход через SASL. Уберите учётную запись или используйте NickServ.
irc-tls-failed = Защищённое соединение с { $server } невозможно: его сертификат или TLS не приняты. Ему ничего не отправлено.
irc-unreachable = { $server } недоступен. На каналы, где вы уже есть, шлюз вернётся сам; остальное попробуйте немного позже.
irc-closed-by-server = { $server } закрыл соединение: { $answer }
irc-garbage = То, что присылает сервер, — не IRC. Соединение закрыто.
irc-disconnected = Соединение с сервером потеряно.
irc-outcome-unknown = Соединение потеряно раньше, чем сервер это подтвердил. Дошло ли оно, неизвестно; повторно оно не отправляется.
irc-no-answer = Сервер не ответил вовремя. Попробуйте позже.
irc-refused = Сервер отвечает: { $answer }
irc-removed = Сервер снова вывел вас с канала: { $answer }
irc-same-channel = Вы уже на этом канале, под другим написанием его имени.
irc-not-joined = Вы не на этом канале. Сначала войдите на него.
irc-not-connected = Вы не подключены к { $server }.
irc-no-such-nick = Сейчас этого ника ни у кого нет.
irc-no-such-rank = На этом сервере такого звания нет. Выберите другое.
irc-no-such-mode = На этом сервере у каналов нет такой настройки.
irc-bad-mask = В списке запретов нет такой записи.
irc-no-session = Вы не подключены к шлюзу. Сначала войдите в сеть.
irc-empty-message = В этом сообщении нечего отправлять.
irc-message-too-long = Сообщение слишком длинное для IRC: получилось бы больше { $lines } строк. Отправьте его по частям.
irc-too-fast = Вы отправляете быстрее, чем принимает сервер. Подождите немного и отправьте снова.
irc-too-many-waiting = Этого соединения ждёт слишком многое. Попробуйте чуть позже.
irc-too-many-channels = На одном сервере можно быть не более чем на { $limit } каналах сразу. Сначала покиньте один из них.
irc-too-many-servers = Можно быть подключённым не более чем к { $limit } серверам сразу. Сначала покиньте один из них.
irc-server-takes-no-messages = Сервер сообщений не принимает. Пишите на канал или нику.

irc-command-configure-server = Настройки сервера
irc-command-connect-server = Подключиться к серверу
irc-command-disconnect-server = Отключиться от сервера
irc-command-servers = Мои серверы
irc-command-whois = Кто это?
irc-which-server = Какой сервер?
irc-configure-title = Настройки для { $server }
irc-configure-instructions = Они действуют со следующего подключения. Пустые поля паролей оставляют сохранённое.
irc-configured = Настройки для { $server } сохранены.
irc-connecting = Подключаюсь к { $server }.
irc-disconnected-from = Отключено от { $server }.
irc-servers = Ваши серверы:
irc-no-servers = Вы не подключены ни к одному серверу.
irc-server-state = { $server }: { $state ->
    [connected] подключён
    [connecting] подключается
    [transient-failure] сейчас недоступен
    [bad-credentials] пароль не принят
   *[idle] не подключён
}
irc-whois = { $nick } — { $name }
irc-line = { $text }
