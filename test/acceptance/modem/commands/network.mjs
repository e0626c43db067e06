import { cme, OK } from './answers.mjs';

/** Registration, signal and bearer. */
export const networkCommands = [
  [/^AT\+CSQ$/, () => ['+CSQ: 20,0', 'OK']],
  [/^AT\+CESQ$/, () => ['+CESQ: 99,99,255,255,22,58', 'OK']],
  [/^AT\+COPS\?$/, ({ radio }) => [radio.attached ? '+COPS: 0,0,"CHINA MOBILE",7' : '+COPS: 0', 'OK']],
  [
    /^AT\+C(?:E|G|)REG=([0-2])$/,
    ({ radio }, [, mode]) => {
      radio.tellsRegistration = mode !== '0';
      return OK;
    },
  ],
  // A captured answer has a blank behind it.
  [
    /^AT\+C(E|G|)REG\?$/,
    ({ radio }, [, kind]) => [
      `+C${kind}REG: ${radio.tellsRegistration ? 1 : 0},${radio.registration} `,
      'OK',
    ],
  ],
  [/^AT\+CGATT\?$/, ({ radio }) => [`+CGATT: ${radio.attached ? 1 : 0}`, 'OK']],
  [/^AT\+CGATT=1$/, () => OK],
  [
    /^AT\+CGDCONT\?$/,
    ({ radio }) => [`+CGDCONT: 1,"IP","cmiot","${radio.attached ? '10.126.200.230' : ''}"`, 'OK'],
  ],
  [/^AT\+CPNETAPN=.*$/, () => OK],

  [/^AT\+SAPBR=3,1,"(?:CONTYPE|APN|USER|PWD)",".{0,50}"$/, () => OK],
  [
    /^AT\+SAPBR=1,1$/,
    (module) => {
      const { radio, profile } = module;
      if (!radio.attached) return cme(3);
      module.after(profile.sapbr.openMs, () => {
        radio.bearer = true;
        module.answer(OK);
      });
    },
  ],
  [
    /^AT\+SAPBR=2,1$/,
    ({ radio }) => [radio.bearer ? '+SAPBR: 1,1,"10.159.1.145"' : '+SAPBR: 1,3,"0.0.0.0"', 'OK'],
  ],
  [
    /^AT\+SAPBR=0,1$/,
    ({ radio, profile }) => {
      const open = radio.bearer;
      radio.bearer = false;
      return open ? OK : [profile.sapbr.closedAgain];
    },
  ],
];
