import { splitArguments } from '../arguments.mjs';
import { cme, ERROR, OK } from './answers.mjs';

const LONGEST_FILE_NAME = 64;
const LARGEST_WRITE = 10_240;

/** Files in the flash, and SSLCFG. SSLMIPSTART is with the session. */
export const tlsCommands = [
  [/^AT\+FSCREATE=(.*)$/, ({ flash }, [, text]) => onFile(text, (name) => (flash.create(name) ? OK : ERROR))],
  [/^AT\+FSDEL=(.*)$/, ({ flash }, [, text]) => onFile(text, (name) => (flash.delete(name) ? OK : cme(62)))],
  [
    /^AT\+FSFLSIZE=(.*)$/,
    ({ flash }, [, text]) =>
      onFile(text, (name) => (flash.has(name) ? [`+FSFLSIZE: ${flash.read(name).length}`, 'OK'] : cme(62))),
  ],
  [
    /^AT\+FSWRITE=(.*),([01]),(\d+),(\d+)$/,
    (module, [, text, mode, size, seconds]) =>
      onFile(text, (name) => {
        const { flash } = module;
        if (!flash.has(name)) return cme(62);
        if (!(size >= 1 && size <= LARGEST_WRITE && seconds >= 1)) return ERROR;
        const kept = mode === '1' ? flash.read(name) : Buffer.alloc(0);
        module.takeData(Number(size), {
          done: (bytes) => module.answer(flash.write(name, Buffer.concat([kept, bytes])) ? OK : cme(51)),
          limitMs: seconds * 1_000,
          late: () => module.answer(['TimeOut']),
        });
      }),
  ],
  // With nothing behind the last comma the setting is erased, without the comma it is asked for (AT manual, SSLCFG).
  [
    /^AT\+SSLCFG="(\w+)",(\d+)(?:(,)(.*))?$/,
    ({ tls }, [, key, context, given, value]) => {
      if (!tls.knows(key, Number(context))) return ERROR;
      if (given === undefined)
        return [`+SSLCFG: "${key}",${context},${tls.get(Number(context), key) ?? ''}`, 'OK'];
      const [argument, more] = splitArguments(value) ?? [];
      if (argument === undefined || more) return ERROR;
      return tls.set(Number(context), key, argument.text) ? OK : ERROR;
    },
  ],
];

function onFile(text, act) {
  const [name, more] = splitArguments(text) ?? [];
  if (!name?.text || more || name.text.length > LONGEST_FILE_NAME) return ERROR;
  return act(name.text);
}
