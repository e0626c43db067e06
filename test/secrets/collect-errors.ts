import { collect } from './collector.js';

/**
 * Every error that is made while a test runs is looked at, whoever makes it and whether or not anybody catches it:
 * `class LinkError extends Error` comes through here too.
 */
globalThis.Error = new Proxy(Error, {
  construct: (target, parameters: unknown[], made) => {
    for (const part of parameters) collect('error', typeof part === 'string' ? part : '');
    return Reflect.construct(target, parameters, made) as Error;
  },
});
