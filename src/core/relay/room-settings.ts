import { GatewayError } from '../../gateway/error.js';
import type { Translator } from '../translator.js';
import { choicesOf, readSetting, SETTING_NAMES, type SettingName, type SettingsChange } from './settings.js';

/** What may be set by words said in a room: all but what nobody else there should read. */
export const roomSettings = SETTING_NAMES.filter((name) => name !== 'password');

/** What bounds people's choice. */
export interface SettingBounds {
  /** Of `most`, unless the operator sets it. */
  readonly most: number;
  readonly translator: Translator;
}

/** Reads `presence everybody` or `presence = everybody`. @throws {GatewayError} `rejected` with what would be right */
export function changeSetting(
  words: string,
  bounds: SettingBounds,
): readonly [name: SettingName, change: SettingsChange] {
  const [, typed = '', value = ''] = /^([^\s=]+)[\s=]*([\s\S]*)$/u.exec(words.trim()) ?? [];
  const name = roomSettings.find((one) => one === typed.toLowerCase());
  if (typed.toLowerCase() === 'password') throw new GatewayError('rejected', { key: 'relay-setting-secret' });
  if (!name) {
    const args = { name: typed, names: roomSettings.join(', ') };
    throw new GatewayError('rejected', { key: 'relay-setting-unknown', args });
  }
  return [name, checkedChange(name, /^[-–—]$/.test(value.trim()) ? '' : value, bounds)];
}

/** Checks what somebody chose. @throws {GatewayError} `rejected` with what would be right */
export function checkedChange(name: SettingName, value: string, bounds: SettingBounds): SettingsChange {
  const change = readSetting(name, value);
  if (!change) throw wrong(name, value);
  if (name === 'most' && (change.most ?? 0) > bounds.most)
    throw new GatewayError('rejected', { key: 'relay-setting-most-bound', args: { most: bounds.most } });
  if (name !== 'language' || change.language === undefined) return change;
  const language = bounds.translator.match(change.language);
  if (language === undefined) throw wrong(name, value, bounds.translator.languages);
  return { language };
}

function wrong(name: SettingName, value: string, known = choicesOf(name)): GatewayError {
  const choices = known === 'yes-no' ? ['yes', 'no'] : (known ?? []);
  if (choices.length === 0)
    return new GatewayError('rejected', { key: 'relay-setting-bad', args: { name, value } });
  const args = { name, value, choices: choices.join(', ') };
  return new GatewayError('rejected', { key: 'relay-setting-choices', args });
}
