import { pictureSize } from './picture-size';

/** Bytes of a logo at most, before they are written as text. */
export const LOGO_BYTES = 32 * 1024;

/** Width and height of a logo at most, in pixels. */
const LOGO_PIXELS = 1024;

const KINDS = {
  'image/png': (bytes: string) => bytes.startsWith('\x89PNG\r\n\x1a\n'),
  'image/jpeg': (bytes: string) => bytes.startsWith('\xff\xd8\xff'),
  'image/webp': (bytes: string) => bytes.startsWith('RIFF') && bytes.slice(8, 12) === 'WEBP'
};

/** The kinds of pictures that a logo may be. Never SVG: that is a program as well. */
export const LOGO_KINDS = Object.keys(KINDS);

const DATA = /^data:(image\/(?:png|jpeg|webp));base64,([A-Za-z0-9+/]+={0,2})$/;

/** Problem with a `data:` address as a logo, as a sentence for the field; null when it may be used. */
export function logoProblem(address: string): string | null {
  const [, kind, encoded] = DATA.exec(address) ?? [];
  if (kind === undefined || encoded === undefined) return 'A logo must be a PNG, JPEG or WebP image.';
  // Judged by the length of the text first: nothing huge is decoded.
  if (encoded.length > Math.ceil(LOGO_BYTES / 3) * 4) return TOO_LARGE;
  let bytes: string;
  try {
    bytes = atob(encoded);
  } catch {
    return 'This picture is damaged.';
  }
  if (bytes.length > LOGO_BYTES) return TOO_LARGE;
  if (!KINDS[kind as keyof typeof KINDS](bytes)) return 'What is in this file is not what it says it is.';
  const size = pictureSize(bytes);
  if (size === null || size.width === 0 || size.height === 0) return 'This picture is damaged.';
  // Every browser that opens the sign-in page decodes it: a few kilobytes can unfold to hundreds of megabytes.
  return Math.max(size.width, size.height) > LOGO_PIXELS ? TOO_WIDE : null;
}

const TOO_WIDE = `A logo has at most ${LOGO_PIXELS} × ${LOGO_PIXELS} pixels.`;
const TOO_LARGE = `A logo has at most ${LOGO_BYTES / 1024} KiB.`;
