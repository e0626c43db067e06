import { bare, cme, cmeCode, error, finalText, ok, prompt } from '../answer.js';
import { integerWithin, type Argument } from '../syntax.js';
import type { CommandFamily } from './family.js';

/** Limits of the file commands (AT manual, FS), bytes and seconds. */
const LONGEST_NAME = 64;
const LONGEST_WRITE = 10_240;
const LONGEST_WAIT_SECONDS = 20_000;

/** Files in flash, used for certificates. */
export const fileCommands: CommandFamily = {
  FSCREATE: ({ flash, timing }, { args }) => {
    const name = nameOf(args[0]);
    if (name === undefined || !flash.create(name)) return error();
    return ok([], { delayMs: timing.draw('fileCommand') });
  },
  FSDEL: ({ flash, timing }, { args }) => {
    const name = nameOf(args[0]);
    if (name === undefined) return error();
    return flash.delete(name) ? ok([], { delayMs: timing.draw('fileCommand') }) : cme(cmeCode.fileNotExist);
  },
  FSWRITE: ({ flash, quirks }, { args }) => {
    const [file, mode, size, seconds] = args;
    const name = nameOf(file);
    const append = integerWithin(mode?.value, 0, 1);
    const length = integerWithin(size?.value, 1, LONGEST_WRITE);
    const wait = integerWithin(seconds?.value, 1, LONGEST_WAIT_SECONDS);
    if (name === undefined || append === undefined || length === undefined || wait === undefined)
      return error();
    const before = flash.read(name);
    if (before === undefined) return cme(cmeCode.fileNotExist);
    return prompt({
      prompt: quirks.promptSpace ? '> ' : '>',
      length,
      totalMs: wait * 1000,
      echo: false,
      complete: (data) =>
        flash.write(name, append === 1 ? Buffer.concat([before, data]) : data) ? ok() : cme(cmeCode.noMemory),
      expired: () => finalText('TimeOut'),
    });
  },
  FSFLSIZE: ({ flash }, { args }) => {
    const content = flash.read(nameOf(args[0]) ?? '');
    return content === undefined ? cme(cmeCode.fileNotExist) : ok([`+FSFLSIZE: ${content.length}`]);
  },
  FSREAD: ({ flash }, { args }) => {
    const content = flash.read(nameOf(args[0]) ?? '');
    const size = integerWithin(args[2]?.value, 1, LONGEST_WRITE);
    const position = integerWithin(args[3]?.value ?? '0', 0, 1_000_000);
    if (content === undefined) return cme(cmeCode.fileNotExist);
    if (size === undefined || position === undefined) return error();
    return ok([content.subarray(position, position + size).toString('latin1')]);
  },
  FSLS: ({ flash }) => ok([...flash.names]),
  // AT manual, FSMEM: no final result.
  FSMEM: ({ flash }) => bare([`+FSMEM: ${flash.free} bytes`]),
};

function nameOf(argument: Argument | undefined): string | undefined {
  const name = argument?.value;
  return name === undefined || name === '' || name.length > LONGEST_NAME ? undefined : name;
}
