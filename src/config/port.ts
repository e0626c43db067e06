import { z } from 'zod';
import { filePath, mustBe, tcpPort, wholeNumber } from './fields.js';
import { group } from './group.js';

/** The modules' rate unless AT+IPR says otherwise. */
const DEFAULT_BAUD_RATE = 115_200;

/** A port after its check. */
type CheckedPort =
  | { readonly kind: 'serial'; readonly path: string; readonly baudRate: number }
  | {
      readonly kind: 'usb';
      /** Four lower-case hexadecimal digits, as serial port lists have them. */
      readonly vendorId: string;
      readonly productId: string;
      readonly interface?: number | undefined;
      readonly baudRate: number;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

const usbDigits = mustBe('four hexadecimal digits, such as "19d1"');
const usbId = z.string(usbDigits).regex(/^(?:0x)?[0-9a-fA-F]{4}$/, usbDigits);

const baudRate = wholeNumber(300, 4_000_000, 'baud')
  .default(DEFAULT_BAUD_RATE)
  .describe('Rate of the line in baud; EC716S builds named _MULP2 talk 9600');

/** `/dev/ttyUSB2`, `COM3` or `tcp://host:port`. */
const written = z
  .string()
  .min(1, mustBe('a path or tcp://host:port'))
  .transform((value, context): CheckedPort => {
    if (!value.includes('://')) return { kind: 'serial', path: value, baudRate: DEFAULT_BAUD_RATE };
    const address = tcpAddress(value);
    if (address !== undefined) return address;
    context.addIssue({
      code: 'custom',
      message: 'must be a path or tcp://host:port, with a port from 1 to 65535',
    });
    return z.NEVER;
  });

const spelledOut = group({
  path: filePath()
    .refine((value) => !value.includes('://'), {
      error: 'must be a path; write an address as port: tcp://host:port',
    })
    .optional()
    .describe('Path of the serial port'),
  vendorId: usbId.optional().describe('USB vendor id, four hexadecimal digits'),
  productId: usbId.optional().describe('USB product id, four hexadecimal digits'),
  interface: wholeNumber(0, 255)
    .optional()
    .describe('Number of the USB interface that is the AT port, where the module has several'),
  baudRate,
})
  .refine(
    ({ path, vendorId, productId }) =>
      (path === undefined) === (vendorId !== undefined && productId !== undefined),
    {
      error: 'must have either path, or vendorId and productId',
    },
  )
  .refine(({ path, interface: number }) => path === undefined || number === undefined, {
    path: ['interface'],
    error: 'goes with vendorId and productId, not with path',
  })
  .meta({ oneOf: [{ required: ['path'] }, { required: ['vendorId', 'productId'] }] })
  .transform(({ path, vendorId = '', productId = '', interface: number, baudRate: rate }): CheckedPort =>
    path !== undefined
      ? { kind: 'serial', path, baudRate: rate }
      : {
          kind: 'usb',
          vendorId: plainId(vendorId),
          productId: plainId(productId),
          interface: number,
          baudRate: rate,
        },
  );

/** Where the module is: a serial port by path or by USB ids, or a serial port served over TCP. */
export const portSchema = z
  .union(
    [written, spelledOut],
    mustBe('a path, tcp://host:port, {path, baudRate} or {vendorId, productId, interface}'),
  )
  .describe(
    'The AT port: a path, tcp://host:port, {path, baudRate} or {vendorId, productId, interface, baudRate}',
  );

function tcpAddress(value: string): CheckedPort | undefined {
  const match = /^tcp:\/\/(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[A-Za-z0-9._-]+)):(?<port>\d{1,5})\/?$/i.exec(
    value,
  );
  const host = match?.groups?.['v6'] ?? match?.groups?.['name'];
  const port = tcpPort().safeParse(Number(match?.groups?.['port']));
  return host === undefined || !port.success ? undefined : { kind: 'tcp', host, port: port.data };
}

function plainId(id: string): string {
  return id.toLowerCase().replace(/^0x/, '');
}
