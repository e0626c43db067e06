import { readEnvironment } from '../config/environment.js';
import { configKeys } from '../config/schema.js';
import { assemble, overlay, type Setting } from '../config/settings.js';
import { LinkError } from '../errors/link-error.js';

/**
 * What `--set recovery.heartbeatMs=5000` sets, in groups as in the file. What a key takes decides how its text is read,
 * as for variables of the environment; of two that set the same key the later wins.
 * @throws LinkError CONFIG_INVALID for one without a key or "="
 */
export function readSetOptions(options: readonly string[]): object {
  const settings = options.map((option): readonly Setting[] => {
    const [, key, text] = /^([A-Za-z][\w.]*)=(.*)$/s.exec(option) ?? [];
    if (key === undefined || text === undefined) {
      throw new LinkError('CONFIG_INVALID', '--set takes KEY=VALUE.', {
        hint: 'For example --set broker.keepalive=60.',
      });
    }
    const path = key.split('.');
    const known = readEnvironment({ [`LUAT_LINK_${path.join('__')}`]: text }, configKeys).settings;
    // An unknown key is kept as it is, for the finding that names the nearest known one.
    return known.length > 0 ? known : [{ path, value: text, origin: 'flag', source: '--set' }];
  });
  const tree = assemble(settings.reduce(overlay, []));
  return typeof tree === 'object' && tree !== null ? tree : {};
}
