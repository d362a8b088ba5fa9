/** What a language calls itself; an unknown tag stays as it is. */
export function languageName(language: string): string {
  return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' }).of(language) ?? language;
}
