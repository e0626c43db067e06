import * as net from 'node:net';
import * as tls from 'node:tls';
import { MQTT_CONTEXT } from './tls-settings.mjs';

/** A connection that is being made: its socket, the event that ends the making, and whether the other side is trusted. */
export function plainLine(host, port) {
  return { socket: net.connect({ host, port }), up: 'connect', trusted: () => true };
}

const VERSIONS = { 1: 'TLSv1', 2: 'TLSv1.1', 3: 'TLSv1.2' };

/** Judged by the module's own clock instead. */
const DATE_ERRORS = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];

/** With what AT+SSLCFG named in the context of MQTT. Nothing set means that nobody is checked (Air780EP guide). */
export function secureLine(host, port, { tls: settings, flash, clock }) {
  const get = (key) => settings.get(MQTT_CONTEXT, key);
  const file = (key) => flash.read(get(key));
  const level = Number(get('seclevel') ?? 0);
  const options = {
    host,
    port,
    rejectUnauthorized: false,
    servername: get('hostname') ?? '',
    minVersion: VERSIONS[get('sslversion')] ?? 'TLSv1',
    maxVersion: VERSIONS[get('sslversion')] ?? 'TLSv1.2',
    ...(level >= 1 && { ca: file('cacert') ?? [] }),
    ...(level === 2 && { cert: file('clientcert'), key: file('clientkey') }),
  };
  let socket;
  try {
    socket = tls.connect(options);
  } catch {
    // A file that is no certificate, a key of another one: the handshake cannot begin.
    socket = new net.Socket();
    setImmediate(() => socket.destroy());
  }
  const inTime = ({ valid_from: from, valid_to: to }) =>
    get('ignorelocaltime') === '1' || (Date.parse(from) <= clock.now && clock.now <= Date.parse(to));
  const trusted = () => {
    if (level === 0) return true;
    const fault = socket.authorizationError;
    const certificate = socket.getPeerCertificate();
    const named = get('hostname') === undefined || !tls.checkServerIdentity(get('hostname'), certificate);
    return (!fault || DATE_ERRORS.includes(fault.code ?? fault)) && inTime(certificate) && named;
  };
  return { socket, up: 'secureConnect', trusted };
}
