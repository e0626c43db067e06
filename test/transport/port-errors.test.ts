import { describe, expect, test } from '@jest/globals';
import { openError } from '../../src/transport/port-errors.js';

describe('what the system says when a port cannot be opened', () => {
  test.each([
    [
      '/dev/null',
      'Error: No such file or directory, cannot open /dev/null',
      'PORT_NOT_FOUND',
      /does not exist/,
    ],
    ['COM3', 'Opening COM3: File not found', 'PORT_NOT_FOUND', /COM3 does not exist/],
    ['COM3', 'Opening COM3: Access denied', 'PORT_BUSY', /COM3 is held/],
    ['/dev/null', 'Error: Permission denied, cannot open /dev/null', 'PORT_DENIED', /may not be opened/],
    ['/dev/null', 'Error Resource temporarily unavailable Cannot lock port', 'PORT_BUSY', /is held/],
    ['/dev/null', 'Error: Device or resource busy, cannot open /dev/null', 'PORT_BUSY', /is held/],
    ['/tmp', 'Error: Is a directory, cannot open /tmp', 'PORT_NOT_FOUND', /is not a serial port/],
    [
      '/dev/null',
      'Error: Inappropriate ioctl for device setting custom baud rate',
      'PORT_NOT_FOUND',
      /is not a serial/,
    ],
    ['/dev/null', 'Error: Input/output error, cannot open /dev/null', 'PORT_LOST', /Input\/output error/],
    ['/nowhere/tty', 'something new', 'PORT_NOT_FOUND', /\/nowhere\/tty does not exist/],
    ['COM3', 'something new', 'PORT_LOST', /COM3 could not be opened: something new/],
  ])('%s: %s', (path, message, code, text) => {
    const cause = new Error(message);
    expect(openError(path, cause)).toMatchObject({ code, message: expect.stringMatching(text), cause });
  });
});
