import { NS } from '../../../src/xmpp/namespace.js';
import { type ArchiveAnswer, answerOf } from '../core/archive-answer.js';
import type { GatewayStage } from './gateway-stage.js';

/** A page of a room's archive as a client of Romeo's asks for it. */
export async function pageOf(
  stage: GatewayStage,
  room: string,
  set: string,
  fields = '',
): Promise<ArchiveAnswer> {
  const form = `<x xmlns='${NS.DATA}' type='submit'><field var='FORM_TYPE'><value>${NS.MAM}</value></field>${fields}</x>`;
  const before = stage.heard.all.length;
  const fin = await stage.iq(
    'set',
    room,
    `<query xmlns='${NS.MAM}'>${form}<set xmlns='${NS.RSM}'>${set}</set></query>`,
  );
  const sent = stage.heard.all.slice(before).filter((one) => one.child('result', NS.MAM));
  return answerOf([...sent, fin]);
}

/** The last page before an entry, or of all. */
export function pageBefore(stage: GatewayStage, room: string, before = '', max = 50): Promise<ArchiveAnswer> {
  return pageOf(stage, room, `<max>${max}</max><before>${before}</before>`);
}

/** All that there is, as a client reads it that scrolls back to the beginning; oldest first. */
export async function wholeArchive(stage: GatewayStage, room: string, max = 50): Promise<readonly string[]> {
  let page = await pageBefore(stage, room, '', max);
  let bodies = page.bodies;
  while (!page.complete) {
    const [first] = page.ids;
    if (first === undefined) throw new Error('the archive does not end');
    page = await pageBefore(stage, room, first, max);
    bodies = [...page.bodies, ...bodies];
  }
  return bodies;
}
