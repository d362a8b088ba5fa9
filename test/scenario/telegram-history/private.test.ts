import { afterEach, expect, it } from 'vitest';
import { DOMAIN } from '../../support/telegram/gateway-stage.js';
import { type Company, company } from '../../support/telegram/room-talk.js';

let all: Company;
afterEach(() => all.stage.stop());

it('F08 what was said in private before the gateway was there comes when it is asked for, once and in order', async () => {
  all = await company({}, ({ juliet, romeo }) => {
    for (let line = 1; line <= 30; line += 1) juliet.says(`line ${line}`, romeo);
  });
  const { stage, juliet } = all;
  const from = stage.jid(juliet);
  await stage.write(DOMAIN, `history ${from}`);
  await stage.message(DOMAIN, 'How many');
  await stage.write(DOMAIN, '10');
  await stage.message(DOMAIN, '10');
  await stage.write(DOMAIN, `history ${from}`);
  await stage.message(DOMAIN, 'How many');
  await stage.write(DOMAIN, '12');
  await stage.message(DOMAIN, '12');
  expect(stage.bodies(from)).toEqual([
    ...Array.from({ length: 10 }, (_, index) => `line ${21 + index}`),
    ...['line 19', 'line 20'],
  ]);
  const said = stage.heard.all.filter((one) => one.attrs.from === from && one.child('body'));
  expect(said).toHaveLength(12);
});
