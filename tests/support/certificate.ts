import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/**
 * A certificate for `localhost` and 127.0.0.1 that vouches for itself, and its key: valid for an hour, made for one
 * test.
 */
export function selfSigned(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const algorithm = der(0x30, oid(0x2b, 0x65, 0x70));
  const name = der(0x30, der(0x31, der(0x30, oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from('localhost')))));
  const names = der(0x30, der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extension = (id: Buffer, value: Buffer) => der(0x30, id, der(0x04, value));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    der(0x30, time(-60_000), time(3_600_000)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(
      0xa3,
      der(
        0x30,
        extension(oid(0x55, 0x1d, 0x11), names),
        // It may vouch for certificates: for itself.
        extension(oid(0x55, 0x1d, 0x13), der(0x30, der(0x01, Buffer.from([0xff]))))
      )
    )
  );
  const signature = der(0x03, Buffer.from([0]), sign(null, body, privateKey));
  const cert = der(0x30, body, algorithm, signature).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${cert.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  };
}

/** Tag, length, content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...size]), bytes]);
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function time(fromNow: number): Buffer {
  const digits = new Date(Date.now() + fromNow).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(digits.slice(2)));
}
