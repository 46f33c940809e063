import { describe, expect, test } from 'vitest';
import { EnvError, readEnv } from './env';

describe('readEnv', () => {
  test('readEnv has a value for everything that is not given', () => {
    expect(readEnv({ PORT: '' })).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      ORIGIN: 'http://localhost:3000',
      DATA_DIR: './data',
      TRUSTED_PROXIES: [],
      SYNC: 'inside'
    });
  });

  test('readEnv takes the origin out of an address', () => {
    expect(readEnv({ ORIGIN: 'https://rolecall.example.com/' }).ORIGIN).toBe('https://rolecall.example.com');
    expect(readEnv({ ORIGIN: 'http://[::1]:8080' }).ORIGIN).toBe('http://[::1]:8080');
    expect(readEnv({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).TRUSTED_PROXIES).toEqual(['10.0.0.0/8', '::1']);
  });

  test.each([
    [{ PORT: 'abc' }, 'PORT: must be a whole number from 0 to 65535'],
    [{ PORT: '70000' }, 'PORT: must be a whole number from 0 to 65535'],
    [{ ORIGIN: 'ftp://x' }, 'ORIGIN: must be an address'],
    [{ ORIGIN: 'http://rolecall.example.com' }, 'ORIGIN: http is for this machine alone'],
    [{ ORIGIN: 'https://example.com/rolecall' }, 'ORIGIN: is the address of the whole site'],
    [{ ORIGIN: 'https://example.com/?a' }, 'ORIGIN: is the address of the whole site'],
    [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN: must have at least 16 characters'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL: must start with postgres://'],
    [{ SETUP_TOKEN: 'short' }, 'SETUP_TOKEN: must have at least 16 characters'],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES: must be addresses'],
    [{ TRUSTED_PROXIES: 'proxy' }, 'TRUSTED_PROXIES: must be addresses'],
    [{ FORWARD_AUTH_PROXIES: 'proxy' }, 'FORWARD_AUTH_PROXIES: must be addresses'],
    [{ FORWARD_AUTH_SECRET: 'short' }, 'FORWARD_AUTH_SECRET: must have at least 16 characters'],
    [{ FORWARD_AUTH_SECRET: 'a long enough secret' }, 'FORWARD_AUTH_SECRET: and FORWARD_AUTH_PROXIES'],
    [{ FORWARD_AUTH_PROXIES: '10.0.0.1' }, 'FORWARD_AUTH_SECRET: and FORWARD_AUTH_PROXIES'],
    [{ SYSLOG_URL: 'udp://127.0.0.1:514' }, 'SYSLOG_URL: must be tls://host:port, or tcp://host:port'],
    [{ SYSLOG_URL: 'tls://user@collector:6514' }, 'SYSLOG_URL: must be tls://host:port'],
    [{ SYSLOG_URL: 'tls://collector:65536' }, 'SYSLOG_URL: must be tls://host:port'],
    [{ SYSLOG_URL: 'tls://collector/log' }, 'SYSLOG_URL: must be tls://host:port'],
    [{ SYSLOG_URL: 'tcp://collector.example.com:601' }, 'SYSLOG_URL: tcp is for this machine alone'],
    [{ SYSLOG_URL: 'tcp://localhost', SYSLOG_CA: 'ca.pem' }, 'SYSLOG_CA: is of use with SYSLOG_URL=tls://'],
    [{ SYSLOG_CA: 'ca.pem' }, 'SYSLOG_CA: is of use with'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: ']
  ])('readEnv stops at %o with one line that names it', (given, message) => {
    expect(() => readEnv(given)).toThrow(EnvError);
    expect(() => readEnv(given)).toThrow(message);
  });
});
