import type { TgMedia } from '../client/model.js';
import { cleanLine } from './names.js';

/** Six digits after the point are a tenth of a metre. */
const DIGITS = 6;
/** Of the map; 16 shows some streets around. */
const ZOOM = 16;

/**
 * A place in lines: what it is called, a link to a map, and a `geo:` URI (RFC 5870) for programs that have maps of their
 * own. Undefined for what is nowhere on Earth.
 */
export function locationLines({
  latitude,
  longitude,
  title = '',
  address = '',
}: Extract<TgMedia, { kind: 'location' }>): readonly string[] | undefined {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
  const [lat, long] = [degrees(latitude), degrees(longitude)];
  const called = [cleanLine(title), cleanLine(address)].filter((words) => words !== '').join(', ');
  return [
    ...(called === '' ? [] : [called]),
    `https://www.openstreetmap.org/?mlat=${lat}&mlon=${long}#map=${ZOOM}/${lat}/${long}`,
    `geo:${lat},${long}`,
  ];
}

function degrees(angle: number): string {
  return String(Number(angle.toFixed(DIGITS)));
}
