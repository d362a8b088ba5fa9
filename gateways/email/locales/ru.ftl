email-name = Почтовый шлюз
email-prompt-label = Почтовый адрес
email-prompt-description = Например, alice@example.org.

email-registration-title = Почта
email-field-address = Почтовый адрес
email-bad-address = Это не почтовый адрес. Введите его в виде alice@example.org.

email-no-way = У вас здесь не зарегистрирован почтовый ящик. Сначала зарегистрируйтесь на шлюзе.
email-mail-too-large = Это письмо больше, чем пропускает шлюз.
email-spool-full = Сейчас в пути слишком много больших писем. Повторите позже.

email-server-unreachable = Почтовым сервером { $host } воспользоваться не удалось: такого сервера нет, он не отвечает как почтовый сервер с действительным сертификатом или шлюз к нему не подключается. Проверьте имя и порт.
