/** What a broker's URL says, its parts decoded. */
export interface BrokerAddress {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

/** Ports registered for MQTT and for MQTT over TLS. */
const DEFAULT_PORTS = { 'mqtt:': 1883, 'mqtts:': 8883 } as const;

const SPACE = 0x20;

/**
 * Reads `mqtt://` or `mqtts://` with an optional user, password and port.
 * @returns the address, or what is wrong with the URL, in words that do not quote it: it may hold a password
 */
export function readBrokerUrl(text: string): BrokerAddress | { readonly fault: string } {
  const protocol = /^mqtts?:(?=\/\/)/i.exec(text)?.[0].toLowerCase();
  if (protocol !== 'mqtt:' && protocol !== 'mqtts:') {
    return {
      fault: 'must begin with mqtt:// or mqtts://; a 4G module speaks MQTT over TCP or TLS and nothing else',
    };
  }
  // A URL parser takes these away without a word, and another host or password than the one written would be used.
  if (/[\t\n\r]/.test(text) || text.charCodeAt(text.length - 1) <= SPACE) {
    return { fault: 'must not contain tabs or line ends, nor end in a space or control character' };
  }
  const url = parse(text);
  if (url === undefined) {
    return {
      fault:
        'is not a URL that can be read; special characters in user and password are written %40, %2F, %23',
    };
  }
  if (url.hostname === '') return { fault: 'has no host' };
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!/^[A-Za-z0-9._-]+$/.test(host) && !/^[0-9a-f:.]+$/i.test(host)) {
    return { fault: 'must have a host that is a DNS name or an IP address' };
  }
  if (url.port === '0') return { fault: 'must have a port from 1 to 65535' };
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    return { fault: 'must end after host and port: MQTT over TCP has no path' };
  }
  const username = decode(url.username);
  const password = decode(url.password);
  if (username === undefined || password === undefined) {
    return {
      fault: 'has a % in user or password that is not followed by two hexadecimal digits; write it as %25',
    };
  }
  return {
    secure: protocol === 'mqtts:',
    host,
    port: url.port === '' ? DEFAULT_PORTS[protocol] : Number(url.port),
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
  };
}

/** The same address as a URL without user and password. */
export function brokerUrl({ secure, host, port }: BrokerAddress): string {
  return `${secure ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
