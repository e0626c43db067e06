import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';

/** A line out of the middle of the client key that the tests hand to the module. */
const key = readFileSync(new URL('../fixtures/tls/client.key', import.meta.url), 'utf8');

/**
 * Twelve secrets, one for each place where a secret may stand. They occur nowhere by chance, and satisfy every check of
 * their place: what is refused must be refused for another reason.
 */
export const planted = {
  urlUser: 'Wq7urlUser3Lp',
  urlPassword: 'Wq7url@Pass:word3Lp',
  username: 'Wq7keyUser3Lp',
  password: 'Wq7keyPassword3Lp',
  filePassword: 'Wq7filePassword3Lp',
  environmentPassword: 'Wq7environment3Lp',
  apnUser: 'Wq7apnUser3Lp',
  apnPassword: 'Wq7apnPassword3Lp',
  pin: '73918462',
  wrongPin: '60427195',
  puk: '84150937',
  keyBytes: key.split('\n')[3] ?? '',
};

const forms = Object.entries(planted).flatMap(([name, value]) =>
  [
    value,
    encodeURIComponent(value),
    Buffer.from(value).toString('base64').replace(/.?=*$/, ''),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('hex').toUpperCase(),
  ].map((form) => ({ name, form })),
);
const pattern = new RegExp(
  [...new Set(forms.map(({ form }) => form))]
    .map((form) => form.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|'),
  'g',
);

/** The names of the planted secrets that a text tells: as they are, or as a URL, base64 or hex writes them. */
export function leaksIn(text) {
  const found = [...text.matchAll(pattern)].map(([match]) => forms.find(({ form }) => form === match)?.name);
  return [...new Set(found)];
}
