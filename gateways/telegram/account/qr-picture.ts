import sharp from 'sharp';
import { encode, renderUnicodeCompact } from 'uqr';
import type { FormPicture } from '../../../src/gateway/form.js';

/** Pixels of one module: large enough for a telephone that looks at a screen. */
const SCALE = 8;
/** Modules of the quiet zone that scanners need (ISO/IEC 18004 §6.3.8), and fewer among characters. */
const BORDER = 4;
const BORDER_IN_TEXT = 2;

/** The QR code of a link, as a picture of less than a kilobyte and in characters. */
export async function qrPicture(link: string): Promise<FormPicture> {
  const { size, data } = encode(link, { border: BORDER, ecc: 'M' });
  const pixels = Uint8Array.from(data.flat(), (dark) => (dark ? 0 : 255));
  const width = size * SCALE;
  const bytes = await sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
    .resize({ width, kernel: 'nearest' })
    .png({ palette: true, colours: 2 })
    .toBuffer();
  const text = renderUnicodeCompact(link, { border: BORDER_IN_TEXT });
  return { mediaType: 'image/png', bytes, width, height: width, text };
}
