import { LOGO_KINDS, logoProblem } from '$lib/core/settings/logo';

/** Edge of a logo that had to be made smaller, in pixels: sharp at 32 on a fine screen. */
const EDGE = 128;

/** A picture that somebody chose as a `data:` address, made smaller where it must be; or why it cannot be used. */
export async function readLogo(file: File): Promise<{ logo: string } | { problem: string }> {
  if (!LOGO_KINDS.includes(file.type)) return { problem: 'A logo must be a PNG, JPEG or WebP image.' };
  try {
    const whole = file.size > 64 * 1024 ? null : await addressOf(file);
    const logo = whole !== null && logoProblem(whole) === null ? whole : await smaller(file);
    const problem = logoProblem(logo);
    return problem === null ? { logo } : { problem };
  } catch {
    return { problem: 'This image can’t be read.' };
  }
}

function addressOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('not readable'));
    reader.readAsDataURL(file);
  });
}

async function smaller(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL('image/png');
}
