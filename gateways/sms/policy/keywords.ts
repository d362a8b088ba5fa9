/** What a whole message may ask for instead of saying something. */
export type Keyword = 'stop' | 'start' | 'help';
/** Words of the operator's own besides the usual ones. */
export type OwnKeywords = Readonly<Partial<Record<Keyword, readonly string[]>>>;

/**
 * The words of the CTIA Messaging Principles (§5.1.3) and of 47 CFR 64.1200(a)(10), which carriers know, and what
 * people write in other languages.
 */
const usual: Readonly<Record<Keyword, readonly string[]>> = {
  stop: [
    ...['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'revoke', 'optout', 'opt out'],
    ...['стоп', 'отписаться', 'stopp', 'abmelden', 'arret', 'arrêt', 'parar', 'baja'],
    ...['停止', '退订', '退訂', 'td', '取消订阅', '取消訂閱'],
  ],
  start: [...['start', 'yes', 'unstop', 'старт', 'anmelden'], ...['开始', '開始', '订阅', '訂閱']],
  help: ['help', 'info', 'помощь', 'hilfe', 'aide', 'ayuda', 'ajuda', '帮助', '幫助'],
};

/** The longest message that is looked at. */
const maxLength = 40;

/**
 * What a message from a person on the network asks for, if it is one of the words and nothing else; case, outer
 * punctuation and spaces do not count. `start` means something only after a `stop`.
 */
export function keywordOf(text: string, own: OwnKeywords = {}): Keyword | undefined {
  if (text.length > maxLength) return undefined;
  const word = folded(text);
  // Who says both stops: the careful reading comes first.
  for (const keyword of ['stop', 'help', 'start'] as const) {
    if (usual[keyword].includes(word) || own[keyword]?.some((other) => folded(other) === word))
      return keyword;
  }
  return undefined;
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
    .replace(/[\s-]+/g, ' ');
}
