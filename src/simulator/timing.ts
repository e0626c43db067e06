/** A span of milliseconds from which one value is drawn. */
export type Range = readonly [shortest: number, longest: number];

/**
 * How long things take, from the vendor's timed captures: SSLMIPSTART and MCONNECT on an Air780EP at Aliyun, AT+RESET
 * and CFUN cycles of the Air780EP SIM guide, file commands of the FS guide. Milliseconds.
 */
const captured = {
  fileCommand: [20, 40],
  radioOff: [16, 16],
  radioOn: [116, 140],
  registrationAfterRadioOn: [1450, 1600],
  /** From the loss of a bearer to the network granting it again. */
  bearerReturn: [1400, 2300],
  tcpConnect: [200, 500],
  tlsConnect: [1400, 2300],
  login: [210, 250],
  acknowledgement: [300, 320],
  bootNoise: [1040, 1080],
  /** From the noise to RDY. */
  ready: [450, 500],
  betweenReadies: [740, 740],
  simReady: [300, 900],
  /** From RDY to the registration burst. */
  registrationAfterBoot: [5300, 5500],
} as const satisfies Record<string, Range>;

export type TimingName = keyof typeof captured;

/** Draws durations: the captured ones, or none at all for tests of order alone. */
export class Timing {
  readonly #mode: 'captured' | 'none';
  readonly #random: () => number;

  constructor(mode: 'captured' | 'none', random: () => number) {
    this.#mode = mode;
    this.#random = random;
  }

  draw(what: TimingName): number {
    return this.within(captured[what]);
  }

  within([shortest, longest]: Range): number {
    return this.#mode === 'none' ? 0 : shortest + (longest - shortest) * this.#random();
  }
}
