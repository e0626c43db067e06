import { cme, ERROR, OK } from './answers.mjs';

/** The module itself: its line, its card, its clock. */
export const generalCommands = [
  [/^AT$/, () => OK],
  [/^ATI$/, ({ profile }) => [profile.identity, 'OK']],
  [/^AT\+CGMR$/, ({ profile }) => [`+CGMR: "${profile.identity}"`, 'OK']],
  [/^AT\+(?:CGSN|GSN)(?:=1)?$/, () => ['866289037465624', 'OK']],
  [/^AT\+(?:ICCID|CCID)$/, ({ sim }) => (sim.present ? ['+ICCID: 89860118802836799717', 'OK'] : cme(10))],
  [/^AT\*EXINFO\?$/, () => ['*EXINFO: 3', 'OK']],
  [/^AT(?:&W|\+CMEE=[012]|\+IPR=.*|\+IFC=.*|\+CSCLK=.*|\+CFGRI=.*|\+CSDT=.*)$/, () => OK],
  [
    /^ATE([01])$/,
    (module, [, on]) => {
      module.echo = on === '1';
      return OK;
    },
  ],
  [/^AT\+CFUN=1,1$/, (module) => module.restart()],
  [/^AT\+RESET$/, (module) => module.restart()],
  [/^AT\+CFUN\?$/, ({ radio }) => [`+CFUN: ${radio.on ? 1 : 0}`, 'OK']],
  [/^AT\+CFUN=([014])$/, (module, [, mode]) => module.switchRadio(mode === '1')],

  [/^AT\+CPIN\?$/, ({ sim }) => sim.answer()],
  [
    /^AT\+CPIN="(\d{4,8})"$/,
    (module, [, pin]) => {
      const answer = module.sim.enterPin(pin);
      if (module.sim.ready) module.radio.search();
      return answer;
    },
  ],

  [/^AT\+CCLK\?$/, ({ clock }) => [`+CCLK: "${clock.text}"`, 'OK']],
  [/^AT\+CCLK="([^"]*)"$/, ({ clock }, [, stamp]) => (clock.set(stamp) ? OK : ERROR)],
];
