import { error, ok } from '../answer.js';
import { integerWithin } from '../syntax.js';
import type { CommandFamily } from './family.js';

/** TLS contexts: `"key",88,"v"` sets, `"key",88` asks, `"key",88,` with its trailing comma erases. */
export const tlsCommands: CommandFamily = {
  SSLCFG: ({ ram, profile }, { kind, args }) => {
    const [key, context, value] = args.map((argument) => argument.value);
    const valid =
      profile.hasTls && kind === 'set' && args.length <= 3 && key !== undefined && ram.tls.knows(key);
    if (!valid || context === undefined || integerWithin(context, 0, 255) === undefined) return error();
    if (value !== undefined) return ram.tls.set(key, context, value) ? ok() : error();
    const current = ram.tls.get(key, context) ?? (key === 'seclevel' ? '0' : '');
    return ok([`+SSLCFG: "${key}",${context},${current}`]);
  },
};
