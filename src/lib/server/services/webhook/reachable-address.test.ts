import { expect, test } from 'vitest';
import { reachableAddress } from './reachable-address';
import { Unreachable } from './unreachable';

const to = (addresses: readonly string[], { url = 'https://hooks.example/x', allowLoopback = false } = {}) =>
  reachableAddress(new URL(url), {
    allowLoopback,
    resolve: () =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
  });

test.each([
  ['1.1.1.1'],
  ['93.184.216.34'],
  ['172.32.0.1'],
  ['100.128.0.1'],
  ['2606:4700::1111'],
  ['2a00:1450:4001::1']
])('[QUO-9] %s is an address of the internet', async (address) => {
  expect(await to([address])).toEqual({ address, family: address.includes(':') ? 6 : 4 });
});

test.each([
  ['127.0.0.1'],
  ['0.0.0.0'],
  ['10.1.2.3'],
  ['172.16.0.1'],
  ['192.168.1.1'],
  ['169.254.169.254'],
  ['100.64.0.1'],
  ['192.0.0.170'],
  ['198.18.0.1'],
  ['224.0.0.1'],
  ['255.255.255.255'],
  ['::'],
  ['::1'],
  ['::ffff:127.0.0.1'],
  ['::ffff:169.254.169.254'],
  ['::ffff:7f00:1'],
  ['64:ff9b::7f00:1'],
  ['2002:7f00:1::'],
  ['2001::1'],
  ['2001:db8::1'],
  ['fc00::1'],
  ['fd00:ec2::254'],
  ['fe80::1'],
  ['fec0::1'],
  ['ff02::1'],
  ['no address']
])('[QUO-9] nothing is posted to %s, nor to a name that has it among others', async (address) => {
  await expect(to([address])).rejects.toThrow(Unreachable);
  await expect(to(['1.1.1.1', address])).rejects.toThrow(Unreachable);
  await expect(to([address, '1.1.1.1'])).rejects.toThrow(Unreachable);
});

test('[QUO-9] this machine may be posted to where the environment says so, and http is for it alone', async () => {
  const url = 'http://localhost:8080/';
  expect(await to(['127.0.0.1', '::1'], { url, allowLoopback: true })).toEqual({
    ...{ address: '127.0.0.1', family: 4 }
  });
  await expect(to(['127.0.0.1', '10.0.0.1'], { url, allowLoopback: true })).rejects.toThrow(/private/);
  await expect(to(['10.0.0.1'], { allowLoopback: true })).rejects.toThrow(/private/);
  await expect(to(['1.1.1.1'], { url: 'http://hooks.example/', allowLoopback: true })).rejects.toThrow(
    /https/
  );
  await expect(to([], { allowLoopback: true })).rejects.toThrow('No server named hooks.example was found.');
});

test('[QUO-9] other spellings of addresses of this machine are read as what they are', async () => {
  for (const host of ['2130706433', '0x7f.1', '127.1', '0177.0.0.1', '[::1]', '[::ffff:7f00:1]'])
    await expect(
      reachableAddress(new URL(`https://${host}/`), { allowLoopback: false }),
      host
    ).rejects.toThrow(/private/);
});

test('[QUO-9] nothing is posted to what is known to be this server: its interfaces, and where people find it', async () => {
  const names: Record<string, string> = {
    'console.example': '1.1.1.1',
    'hooks.example': '1.1.1.1',
    'else.example': '8.8.8.8'
  };
  const given = {
    allowLoopback: false,
    ownOrigin: 'https://console.example',
    resolve: (host: string) => Promise.resolve([{ address: names[host] ?? host, family: 4 }]),
    ownAddresses: () => ['9.9.9.9']
  };
  const post = (url: string, more: object = {}) => reachableAddress(new URL(url), { ...given, ...more });
  for (const url of ['https://console.example/', 'https://hooks.example/', 'https://9.9.9.9/'])
    await expect(post(url), url).rejects.toThrow(/of this server/);
  expect(await post('https://else.example/')).toEqual({ address: '8.8.8.8', family: 4 });
  // Where the environment lets alerts go to this machine, they may.
  expect(await post('https://9.9.9.9/', { allowLoopback: true })).toEqual({ address: '9.9.9.9', family: 4 });
});
