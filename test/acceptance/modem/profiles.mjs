/**
 * What differs between two families of modules, as their guides and captures show it. Everything else is the same.
 */
export const profiles = {
  /** Air724 (RDA8910), the family of the vendor's article: the bearer is opened and closed by SAPBR. */
  air724: {
    identity: 'AirM2M_724UG_V401857_LTE_AT',
    prompt: '> ',
    deact: '+SAPBR 1: DEACT',
    active: '+CGEV: ME PDN ACT 1',
    nitz: '+NITZ: 24/08/22,07:27:15+32, ',
    banner: Buffer.from([0xfe]),
    sapbr: { needed: true, openMs: 30, closedAgain: '+CME ERROR: 3' },
    closedWhenClosed: '+CME ERROR: 767',
    refused: 'ERROR',
    /** Whether received messages are kept in the four slots after a boot. */
    cachedAfterBoot: false,
    /** How MQTTMSGGET begins a message on topic T: three firmwares, three spellings. */
    cachedSpelling: '+MSUB:T',
    longestMessage: 2348,
  },
  /** Air780E (EC618): the network's default bearer is there by itself, SAPBR only says OK. */
  air780e: {
    identity: 'AirM2M_780E_V1169_LTE_AT',
    prompt: '>',
    deact: '+CGEV: NW PDN DEACT 1',
    active: '+CGEV: ME PDN ACT 1,0',
    nitz: '+NITZ: 2024/10/11,07:38:35+0,0',
    banner: Buffer.from("^boot.rom'v'!\\n\xff", 'latin1'),
    sapbr: { needed: false, openMs: 2, closedAgain: 'OK' },
    closedWhenClosed: 'ERROR',
    refused: '+CME ERROR: 3',
    cachedAfterBoot: true,
    cachedSpelling: '+MSUB: T',
    longestMessage: 2384,
  },
  /** Air780EP (EC718P). */
  air780ep: {
    identity: 'AirM2M_780EP_V1010_LTE_AT',
    prompt: '>',
    deact: '+CGEV: NW PDN DEACT 1',
    active: '+CGEV: ME PDN ACT 1',
    nitz: '+NITZ: 24/08/27,06:36:38+32,0',
    banner: Buffer.from([0xff]),
    sapbr: { needed: false, openMs: 2, closedAgain: 'OK' },
    closedWhenClosed: '+CME ERROR: 767',
    refused: 'ERROR',
    cachedAfterBoot: true,
    cachedSpelling: '+MSUB: "T"',
    longestMessage: 4100,
  },
};
