import type { WebhookRequest, WebhookResponse } from '../../../../src/gateway/webhook.js';

const PAGES = {
  en: {
    title: 'Email gateway',
    ask: (asker: string, gateway: string, address: string) =>
      `${asker} asks the gateway ${gateway} to read and send the mail of ${address}. Go on only if that is you.`,
    go: (provider: string) => `Go on to ${provider}`,
    agreed: (asker: string) =>
      `Agreed. Type this code in the chat or form where you, ${asker}, have begun. Give it to nobody else.`,
    denied: 'Nothing was agreed to. You can close this page.',
    failed: 'The provider’s answer could not be used. Begin the registration again.',
    expired: 'This link is used up or too old. Begin the registration again.',
  },
  ru: {
    title: 'Почтовый шлюз',
    ask: (asker: string, gateway: string, address: string) =>
      `${asker} просит шлюз ${gateway} читать и отправлять почту ${address}. Продолжайте, только если это вы.`,
    go: (provider: string) => `Перейти на ${provider}`,
    agreed: (asker: string) =>
      `Доступ разрешён. Введите этот код в чате или форме, где вы (${asker}) начали регистрацию. Никому больше его не сообщайте.`,
    denied: 'Доступ не предоставлен. Страницу можно закрыть.',
    failed: 'Ответ почтовой службы не удалось использовать. Начните регистрацию заново.',
    expired: 'Эта ссылка уже использована или устарела. Начните регистрацию заново.',
  },
} as const;

/** What the user is about to agree to. */
export function askPage(
  request: WebhookRequest,
  shown: {
    readonly asker: string;
    readonly gateway: string;
    readonly address: string;
    readonly provider: string;
    readonly link: string;
  },
): WebhookResponse {
  const words = wordsFor(request);
  const link = `<p><a rel="noreferrer" href="${escaped(shown.link)}">${escaped(words.go(shown.provider))}</a></p>`;
  return page(200, words, words.ask(shown.asker, shown.gateway, shown.address), link);
}

/** The code that shows the dialogue who has agreed. */
export function agreedPage(
  request: WebhookRequest,
  shown: { readonly code: string; readonly asker: string },
): WebhookResponse {
  const words = wordsFor(request);
  return page(200, words, words.agreed(shown.asker), `<p><strong>${escaped(shown.code)}</strong></p>`);
}

/** Why nothing comes of it. */
export function failedPage(
  request: WebhookRequest,
  reason: 'denied' | 'failed' | 'expired',
): WebhookResponse {
  const words = wordsFor(request);
  return page(reason === 'expired' ? 404 : 200, words, words[reason], '');
}

type Words = (typeof PAGES)[keyof typeof PAGES];

/** The browser's first language, of those there are (RFC 9110 §12.5.4). */
function wordsFor({ headers }: WebhookRequest): Words {
  return /^\s*ru\b/i.test(headers['accept-language'] ?? '') ? PAGES.ru : PAGES.en;
}

function page(status: number, words: Words, text: string, more: string): WebhookResponse {
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    body: `<!doctype html>
<html lang="${words === PAGES.ru ? 'ru' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex"><title>${escaped(words.title)}</title></head>
<body><h1>${escaped(words.title)}</h1><p>${escaped(text)}</p>${more}</body></html>
`,
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
