/** Pixels of a picture. */
export type PictureSize = { width: number; height: number };

/**
 * Reads width and height from the head of a PNG, JPEG or WebP, given as one character a byte. Null when the head is
 * cut short or is none of these. Nothing is decoded: a picture may unfold to thousands of times its bytes.
 */
export function pictureSize(bytes: string): PictureSize | null {
  if (bytes.startsWith('\x89PNG')) return pngSize(bytes);
  if (bytes.startsWith('\xff\xd8')) return jpegSize(bytes);
  if (bytes.startsWith('RIFF')) return webpSize(bytes);
  return null;
}

/** The number in `length` bytes, the most significant first; NaN beyond the end. */
function big(bytes: string, at: number, length: number): number {
  let value = 0;
  for (let index = at; index < at + length; index++) value = value * 256 + bytes.charCodeAt(index);
  return value;
}

/** The same with the least significant byte first. */
function little(bytes: string, at: number, length: number): number {
  let value = 0;
  for (let index = at + length - 1; index >= at; index--) value = value * 256 + bytes.charCodeAt(index);
  return value;
}

function known(width: number, height: number): PictureSize | null {
  return Number.isNaN(width) || Number.isNaN(height) ? null : { width, height };
}

function pngSize(bytes: string): PictureSize | null {
  return bytes.slice(12, 16) === 'IHDR' ? known(big(bytes, 16, 4), big(bytes, 20, 4)) : null;
}

/**
 * Markers of JPEG that begin a frame, and so say its size: all of 0xC0 to 0xCF but tables and arithmetic
 * conditioning.
 */
function beginsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function jpegSize(bytes: string): PictureSize | null {
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes.charCodeAt(at) !== 0xff) return null;
    const marker = bytes.charCodeAt(at + 1);
    // A filler before the marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (beginsFrame(marker)) return known(big(bytes, at + 7, 2), big(bytes, at + 5, 2));
    at += 2 + big(bytes, at + 2, 2);
  }
  return null;
}

function webpSize(bytes: string): PictureSize | null {
  if (bytes.length < 30) return null;
  switch (bytes.slice(12, 16)) {
    case 'VP8 ':
      return known(little(bytes, 26, 2) & 0x3fff, little(bytes, 28, 2) & 0x3fff);
    case 'VP8L': {
      const bits = little(bytes, 21, 4);
      return known((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return known(little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1);
    default:
      return null;
  }
}
