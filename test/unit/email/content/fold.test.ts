import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FoldHints, fold, type LineKind, linesOf } from '../../../../gateways/email/content/fold.js';

const NONE: FoldHints = { forward: false, chat: false };

function folded(text: string, hints = NONE): Record<LineKind, string> {
  const lines = text.split('\n');
  const kinds = fold(lines, hints);
  const of = (kind: LineKind): string => linesOf(lines, kinds, kind).join('\n');
  return { shown: of('shown'), quotation: of('quotation'), signature: of('signature') };
}

describe('folding of mails', () => {
  it.each([
    ['English', 'On Mon, 4 May 2026 at 10:00, Alice Example <alice@example.org> wrote:'],
    ['English over two lines', 'On Mon, 4 May 2026 at 10:00, Alice Example\n<alice@example.org> wrote:'],
    ['English over three lines', 'On Mon, 4 May 2026 at 10:00, Alice Example\n<alice@example.org>\nwrote:'],
    ['German', 'Am 04.05.2026 um 10:00 schrieb Alice Example:'],
    ['German of Outlook', 'Am Mo., 4. Mai 2026 um 10:00 Uhr schrieb Alice <alice@example.org>:'],
    ['Russian', 'пн, 4 мая 2026 г. в 10:00, Алиса <alice@example.org>:'],
    ['Russian of Thunderbird', '04.05.2026 10:00, Алиса пишет:'],
    ['Russian of Yandex', '04.05.2026, 10:00, "Алиса" <alice@example.org>:'],
    ['Russian of a telephone', '4 мая 2026 г., в 10:00, Алиса <alice@example.org> написал(а):'],
    ['Chinese', '在 2026年5月4日，10:00，Alice <alice@example.org> 写道：'],
    ['Chinese of Gmail', 'Alice <alice@example.org> 于2026年5月4日周一 10:00写道：'],
    ['French', 'Le lun. 4 mai 2026 à 10:00, Alice <alice@example.org> a écrit :'],
    ['Spanish', 'El lun, 4 may 2026 a las 10:00, Alice (<alice@example.org>) escribió:'],
    ['Polish', 'W dniu 04.05.2026 o 10:00, Alice pisze:'],
    ['Japanese', '2026年5月4日(月) 10:00 Alice <alice@example.org>:'],
  ])('knows the attribution of a quotation below the answer: %s', (_, attribution) => {
    const quotation = `${attribution}\n\n> Shall we meet?\n>\n> Alice`;
    expect(folded(`Yes.\n\n${quotation}`)).toEqual({ shown: 'Yes.', quotation, signature: '' });
  });

  it.each([
    [
      '-----Original Message-----\nFrom: Alice <alice@example.org>\nSent: Monday, May 4, 2026 10:00\nTo: Bob\nSubject: Tea',
    ],
    [
      '________________________________\nFrom: Alice <alice@example.org>\nSent: Monday, May 4, 2026 10:00\nTo: Bob\nSubject: Tea',
    ],
    ['From: Alice\nDate: Monday, May 4, 2026\nTo: Bob\nSubject: Tea'],
    ['Von: Alice\nGesendet: Montag, 4. Mai 2026 10:00\nAn: Bob\nBetreff: Tee'],
    ['От: Алиса\nОтправлено: 4 мая 2026 г. 10:00\nКому: Боб\nТема: Чай'],
    ['发件人: Alice\n发送时间: 2026年5月4日\n收件人: Bob\n主题: 茶'],
    ['De : Alice\nEnvoyé : lundi 4 mai 2026\nÀ : Bob\nObjet : Thé'],
    ['De: Alice\nEnviado: lunes, 4 de mayo\nPara: Bob\nAsunto: Té'],
    ['On Monday, May 4, 2026, 10:00 AM, Alice <alice@example.org> wrote:'],
  ])('knows what is quoted without marks: %s', (head) => {
    const quotation = `${head}\n\nShall we meet?\n\nAlice`;
    expect(folded(`Yes.\n\n${quotation}`)).toEqual({ shown: 'Yes.', quotation, signature: '' });
  });

  it('keeps what answers in between refer to, and folds the rest of the quotation', () => {
    const between = 'Alice wrote:\n> Tea or coffee?\n\nTea.\n\n> At four?\n\nAt five.';
    expect(folded(`${between}\n\n> Bye\n> Alice`)).toEqual({
      shown: between,
      quotation: '> Bye\n> Alice',
      signature: '',
    });
  });

  it('keeps a short quotation above its answer, folds a long one, and in chat mail any', () => {
    const short = 'On Mon, 4 May 2026, Alice wrote:\n> Tea?\n\nYes.';
    expect(folded(short).shown).toBe(short);
    expect(folded(short, { ...NONE, chat: true }).shown).toBe('Yes.');
    const long = Array.from({ length: 20 }, (_, at) => `> line ${at}`).join('\n');
    expect(folded(`Alice wrote:\n${long}\n\nYes.`)).toMatchObject({ shown: 'Yes.' });
  });

  it('shows a mail of nothing but a quotation', () => {
    const text = 'On Mon, 4 May 2026, Alice wrote:\n> Tea?';
    expect(folded(text).shown).toBe(text);
    expect(folded('> Tea?\n\n-- \nBob')).toEqual({ shown: '> Tea?', quotation: '', signature: '-- \nBob' });
  });

  it.each([
    ['-- \nBob\nbob@example.net'],
    ['--\nBob'],
    ['Sent from my iPhone'],
    ['Отправлено с iPhone'],
    ['Von meinem iPhone gesendet'],
    ['Gesendet von Outlook für Android'],
    ['Envoyé de mon iPhone'],
    ['Enviado desde mi iPhone'],
    ['发自我的 iPhone'],
    ['Get Outlook for iOS<https://aka.ms/o0ukef>'],
    [
      '_______________________________________________\ndev mailing list\ndev@lists.example.org\nhttps://lists.example.org/dev',
    ],
    ['-- \nBob\n\n-- \nYou received this message because you are subscribed to the group.'],
  ])('folds a signature away: %s', (signature) => {
    expect(folded(`Hello\n\n${signature}`)).toEqual({ shown: 'Hello', quotation: '', signature });
    expect(folded(`Hello\n\n${signature}\n\nAlice wrote:\n> x`)).toMatchObject({ shown: 'Hello', signature });
  });

  it.each([
    [
      '---------- Forwarded message ---------\nFrom: Alice <alice@example.org>\nDate: Mon, 4 May 2026\nSubject: Tea\nTo: Bob',
    ],
    ['Begin forwarded message:\n\nFrom: Alice <alice@example.org>\nSubject: Tea\nDate: 4 May 2026'],
    ['-------- Пересылаемое сообщение --------\nОт: Алиса\nКому: Боб\nТема: Чай'],
    ['-------- Weitergeleitete Nachricht --------\nBetreff: Tee\nDatum: 4. Mai 2026\nVon: Alice'],
    ['---------- 转发的消息 ---------'],
  ])('keeps what is forwarded: %s', (head) => {
    const text = `Look at this.\n\n${head}\n\nTea is ready.\n-- \nAlice`;
    expect(folded(text)).toEqual({ shown: text, quotation: '', signature: '' });
  });

  it('keeps what Outlook forwards when the subject says so', () => {
    const text = 'FYI\n\nFrom: Alice\nSent: Monday\nTo: Bob\nSubject: Tea\n\nTea is ready.';
    expect(folded(text, { ...NONE, forward: true }).shown).toBe(text);
    expect(folded(text).shown).toBe('FYI');
  });

  it('leaves alone what only looks alike', () => {
    for (const text of [
      'The list is:\n- tea\n- coffee',
      'From: here to there\nit is far.',
      'On Monday I wrote a letter: it was long.',
      'Alice sent from home',
      'a > b\n> is a sign',
    ])
      expect(folded(`${text}\nEnd.`).shown).toBe(`${text}\nEnd.`);
  });

  const line = fc.oneof(
    fc.constantFrom(
      '',
      '',
      '> quoted',
      '>> deeper',
      '-- ',
      'Sent from my iPhone',
      'wrote:',
      'On Mon, 4 May 2026, Alice <a@example.org> wrote:',
      '-----Original Message-----',
      '---------- Forwarded message ---------',
      'From: Alice',
      'Sent: today',
      'Subject: x',
      '____________',
      'https://lists.example.org',
      'Am 1.1.2026 schrieb Bob:',
      'text',
    ),
    fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]/g, '')),
  );
  const hints = fc.record({ forward: fc.boolean(), chat: fc.boolean() });

  it('loses no line', () => {
    fc.assert(
      fc.property(fc.array(line), hints, (lines, hinted) => {
        const kinds = fold(lines, hinted);
        const all = (['shown', 'quotation', 'signature'] as const).flatMap((kind) =>
          linesOf(lines, kinds, kind),
        );
        const filled = (some: readonly string[]): string[] => some.filter((one) => one.trim() !== '').sort();
        expect(filled(all)).toEqual(filled(lines));
      }),
    );
  });

  it('leaves nothing to fold', () => {
    // What is forwarded is kept with all that is in it: the texts of this property forward nothing.
    const own = line.filter((text) => !/Forwarded/.test(text));
    fc.assert(
      fc.property(fc.array(own), (lines) => {
        const shown = linesOf(lines, fold(lines, NONE), 'shown');
        expect(linesOf(shown, fold(shown, NONE), 'shown')).toEqual(shown);
      }),
    );
  });

  it.each([
    ['attributions', 'Op 1 schreef :\n> x\n'],
    ['lines that begin like ones', 'On Monday 10:00 <a@b> '],
    ['header blocks', 'From: a\n'],
    ['signatures', '-- \n'],
    ['blanks', ' '],
    ['empty lines', '\n'],
    ['strokes', '-'],
    ['quotations', '> '],
    ['words that end attributions', 'wrote: schrieb: '],
  ])('bears very many %s', (_, piece) => {
    const text = piece.repeat(Math.ceil(262_144 / piece.length));
    const { shown, quotation, signature } = folded(text);
    expect(shown.length + quotation.length + signature.length).toBeLessThanOrEqual(text.length + 4);
  });
});
