/**
 * The vendor's MQTT flow as one statechart: SIM check -> attach -> SAPBR bearer -> (TLS) -> MCONFIG -> MIPSTART ->
 * MCONNECT -> subscribed, with CLOSED and DEACT driving recovery. Pure: no I/O, no clock, no randomness; it opens in
 * Stately's editor and steps with `transition()`. The link actor does the talking and reports in wire order.
 */
import { assign, fromCallback, fromPromise, sendTo, setup } from 'xstate';
import { initialContext, type ActorInput, type SupervisorContext, type SupervisorInput } from './context.js';
import { attentionDelay, backoffDelay, clampDelay, heartbeatDelay, needsPerson } from './delays.js';
import type { Cause, LinkCommand, Operation, SupervisorEvent } from './events.js';
import {
  BRIEF_SESSIONS,
  bottomOfLadder,
  climb,
  countBriefSession,
  raiseToBearer,
  restartsModule,
  type Rung,
} from './ladder.js';

/** The vendor’s MQTT flow with its recovery branches. `provide` it with actors to run it; a visualiser takes it as it is. */
export const supervisorMachine = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    input: {} as SupervisorInput,
    tags: {} as 'stopped' | 'working' | 'online' | 'recovering' | 'needs-attention',
  },
  actors: {
    // Provided once by the composition root; these stand-ins let the chart be opened and stepped alone.
    link: fromCallback<LinkCommand, ActorInput>(() => undefined),
    pulseReset: fromPromise<undefined, ActorInput>(() => Promise.resolve(undefined)),
    cyclePower: fromPromise<undefined, ActorInput>(() => Promise.resolve(undefined)),
  },
  actions: {
    openPort: sendTo('link', { type: 'OPEN PORT' } satisfies LinkCommand),
    closePort: sendTo('link', { type: 'CLOSE PORT' } satisfies LinkCommand),
    openTraffic: sendTo('link', { type: 'OPEN TRAFFIC' } satisfies LinkCommand),
    closeTraffic: sendTo('link', { type: 'CLOSE TRAFFIC' } satisfies LinkCommand),
    run: sendTo('link', (_, { operation }: { operation: Operation }): LinkCommand => ({
      type: 'RUN',
      operation,
    })),
    fail: assign(({ context }, { cause }: { cause: Cause }) => ({
      cause,
      ladder: climb(context.ladder, cause, context.settings.attempts),
    })),
    failAsReported: assign(({ context, event }) => {
      const cause = event.type === 'UNACKNOWLEDGED' ? event.cause : 'SESSION_LOST';
      return { cause, ladder: climb(context.ladder, cause, context.settings.attempts) };
    }),
    noteCause: assign((_, { cause }: { cause: Cause }) => ({ cause })),
    notePortFailed: assign(({ event }) => ({
      cause: event.type === 'PORT FAILED' ? event.cause : ('PORT_LOST' as const),
      portOpen: false,
    })),
    notePortOpen: assign({ portOpen: true }),
    notePortClosed: assign({ portOpen: false, cause: undefined }),
    noteBearerLost: assign(({ context }) => ({
      cause: 'BEARER_LOST' as const,
      ladder: raiseToBearer(context.ladder),
    })),
    noteHeard: assign({ quietMs: 0, surveyed: true }),
    noteQuiet: assign(({ event }) => ({
      quietMs: event.type === 'SESSION UP' ? event.quietMs : 0,
      surveyed: true,
    })),
    noteOnline: assign({ cause: undefined, stable: false, surveyed: false, quietMs: 0 }),
    noteStable: assign({ stable: true }),
    noteBriefSession: assign(({ context }) =>
      context.stable ? {} : { ladder: countBriefSession(context.ladder) },
    ),
    noteSearching: assign(({ context }) =>
      context.cause === 'REGISTRATION_DENIED' ? { cause: 'NOT_ATTACHED' as const } : {},
    ),
    notePinEntered: assign({ pin: 'entered' }),
    notePinRefused: assign({ pin: 'refused', cause: 'SIM_PIN_WRONG' }),
    // A PIN that was accepted may be entered again after the next boot; a refused one stays refused.
    notePinAccepted: assign({ pin: 'unused' }),
    // It may be the same card that is put back: a PIN of which nothing was heard counts as refused by it.
    noteCardOut: assign(({ context }) => (context.pin === 'entered' ? { pin: 'refused' as const } : {})),
    noteSimRemoved: assign(({ context }) => ({
      cause: 'SIM_REMOVED' as const,
      ladder: raiseToBearer(context.ladder),
    })),
    // A person who was asked for has said so.
    forgetPin: assign({ pin: 'unused' }),
    resetLadder: assign(({ context }) => ({ ladder: bottomOfLadder(context.ladder.radioTokens) })),
    refillRadio: assign(({ context: { ladder, settings } }) => ({
      ladder: { ...ladder, radioTokens: Math.min(ladder.radioTokens + 1, settings.radioBurst) },
    })),
  },
  guards: {
    usesTls: ({ context }) => context.settings.tls,
    announces: ({ context }) => context.settings.announces,
    mayEnterPin: ({ context, event }) =>
      context.settings.pinConfigured &&
      (context.pin === 'unused' ||
        (context.pin === 'refused' && event.type === 'SIM PIN' && !event.sameCard)),
    pinWasTried: ({ context }) => context.pin !== 'unused',
    isDenied: ({ context }) => context.cause === 'REGISTRATION_DENIED',
    isTakenOver: ({ context }) => !context.stable && context.ladder.briefSessions >= BRIEF_SESSIONS - 1,
    portIsGone: ({ context }) => !context.portOpen,
    portIsDenied: ({ event }) => event.type === 'PORT FAILED' && event.cause === 'PORT_DENIED',
    rungIs: ({ context }, { rung }: { rung: Rung }) => context.ladder.rung === rung,
    restartIsOurs: ({ context: { ladder } }) => !ladder.heldBack && restartsModule(ladder.rung),
    isHeldBack: ({ context }) => context.ladder.heldBack,
    // The ladder is spent and what is missing is something that only a person can bring.
    needsPerson: ({ context }) => needsPerson(context),
    // A module that answers nothing may sit behind a port that lets nothing through; opening it anew costs nothing, and
    // waiting for every rung to be spent may take as long as the radio's budget.
    portMayBeDeaf: ({ context }) => context.cause === 'MODEM_UNRESPONSIVE',
    // Trying a PIN again, or a card that wants its PUK, would make it worse.
    tryingHelps: ({ context }) =>
      context.cause !== 'SIM_PIN_REQUIRED' &&
      context.cause !== 'SIM_PIN_WRONG' &&
      context.cause !== 'SIM_BLOCKED',
  },
  delays: {
    backoff: ({ context }) => backoffDelay(context),
    heartbeat: ({ context }) => heartbeatDelay(context),
    stable: ({ context }) => clampDelay(context.settings.stableMs),
    bootLimit: ({ context }) => clampDelay(context.settings.limits.bootMs),
    simLimit: ({ context }) => clampDelay(context.settings.limits.simMs),
    attachLimit: ({ context }) => clampDelay(context.settings.limits.attachMs),
    bearerLimit: ({ context }) => clampDelay(context.settings.limits.bearerMs),
    answerLimit: ({ context }) => clampDelay(context.settings.limits.answerMs),
    portLimit: ({ context }) => clampDelay(context.settings.limits.portMs),
    driverLimit: ({ context }) => clampDelay(context.settings.limits.driverMs),
    stopLimit: ({ context }) => clampDelay(context.settings.limits.stopMs),
    poll: ({ context }) => clampDelay(context.settings.limits.pollMs),
    radioRest: ({ context }) => clampDelay(context.settings.limits.radioRestMs),
    attention: ({ context }) => attentionDelay(context),
  },
}).createMachine({
  id: 'supervisor',
  description: 'Keeps the MQTT session of a Luat Air7xx modem up.',
  context: initialContext,
  // An endless eventless loop throws instead of hanging the process.
  options: { maxIterations: 100 },
  initial: 'stopped',
  invoke: {
    id: 'link',
    src: 'link',
    input: ({ context }) => ({ host: context.host }),
    onError: { target: '.broken' },
  },
  on: {
    STOP: { target: '.stopping' },
    'RADIO TOKEN': { actions: 'refillRadio' },
    'PORT LOST': { target: '.recovering', actions: 'notePortFailed' },
    // The module rebooted, at whatever moment: everything in it is gone.
    RDY: { target: '.synchronizing', actions: { type: 'noteCause', params: { cause: 'MODEM_REBOOTED' } } },
    UNRESPONSIVE: {
      target: '.recovering',
      actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
    },
    'SIM REMOVED': {
      target: '.recovering',
      actions: ['noteCardOut', { type: 'fail', params: { cause: 'SIM_REMOVED' } }],
    },
  },
  states: {
    stopped: {
      tags: 'stopped',
      description: 'Nothing is supervised; the port is closed.',
      on: {
        START: { target: 'openingPort', actions: 'resetLadder' },
        STOP: {},
        'PORT LOST': {},
        RDY: {},
        UNRESPONSIVE: {},
        'SIM REMOVED': {},
      },
    },

    openingPort: {
      tags: 'working',
      description: 'The serial line is opened.',
      entry: 'openPort',
      on: {
        'PORT OPEN': { target: 'synchronizing', actions: 'notePortOpen' },
        'PORT FAILED': [
          { guard: 'portIsDenied', target: 'needsAttention', actions: 'notePortFailed' },
          { target: 'recovering', actions: 'notePortFailed' },
        ],
        RDY: {},
        UNRESPONSIVE: {},
        'SIM REMOVED': {},
      },
      after: { portLimit: { target: 'recovering', actions: 'notePortFailed' } },
    },

    synchronizing: {
      tags: 'working',
      description:
        'AT until a clean OK, twice; echo off, numeric errors, who are you. Up to 90 s after power-on.',
      entry: { type: 'run', params: { operation: 'synchronize' } },
      on: {
        OK: { target: 'clearing' },
        UNANSWERED: { actions: { type: 'run', params: { operation: 'synchronize' } } },
        // It was still booting: nothing was lost.
        RDY: { target: 'synchronizing', reenter: true },
        UNRESPONSIVE: {},
        'SIM REMOVED': {
          actions: ['noteCardOut', { type: 'noteCause', params: { cause: 'SIM_REMOVED' } }],
        },
      },
      after: {
        bootLimit: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
        },
      },
    },

    clearing: {
      tags: 'working',
      description:
        'The module may outlive the host: a radio left off is switched on, session and bearer left open are closed.',
      entry: { type: 'run', params: { operation: 'clear' } },
      on: {
        ANSWERED: { target: 'checkingSim' },
        'SIM REMOVED': {
          actions: ['noteCardOut', { type: 'noteCause', params: { cause: 'SIM_REMOVED' } }],
        },
      },
      after: {
        answerLimit: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
        },
      },
    },

    checkingSim: {
      tags: 'working',
      description: 'AT+CPIN? until READY; a locked card gets the configured PIN once.',
      initial: 'asking',
      on: {
        'SIM REMOVED': {
          actions: ['noteCardOut', { type: 'noteCause', params: { cause: 'SIM_REMOVED' } }],
        },
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
      },
      after: {
        simLimit: { target: 'recovering', actions: { type: 'fail', params: { cause: 'SIM_MISSING' } } },
      },
      states: {
        asking: {
          entry: { type: 'run', params: { operation: 'checkSim' } },
          on: {
            'SIM READY': { target: '#supervisor.attaching', actions: 'notePinAccepted' },
            'SIM PIN': [
              { guard: 'mayEnterPin', target: 'unlocking' },
              {
                guard: 'pinWasTried',
                target: '#supervisor.needsAttention',
                actions: 'notePinRefused',
              },
              {
                target: '#supervisor.needsAttention',
                actions: { type: 'noteCause', params: { cause: 'SIM_PIN_REQUIRED' } },
              },
            ],
            'SIM PUK': {
              target: '#supervisor.needsAttention',
              actions: { type: 'noteCause', params: { cause: 'SIM_BLOCKED' } },
            },
            'SIM ABSENT': { target: 'pausing' },
            'SIM BUSY': { target: 'pausing' },
            UNANSWERED: { target: 'pausing' },
          },
        },
        pausing: {
          on: { 'SIM INSERTED': { target: 'asking' } },
          after: { poll: { target: 'asking' } },
        },
        unlocking: {
          entry: ['notePinEntered', { type: 'run', params: { operation: 'enterPin' } }],
          on: {
            OK: { target: 'pausing', actions: 'notePinAccepted' },
            ERROR: { target: '#supervisor.needsAttention', actions: 'notePinRefused' },
            UNANSWERED: { target: 'pausing' },
          },
        },
      },
    },

    attaching: {
      tags: 'working',
      description:
        'AT+CGATT? until 1; 4G attaches by itself, normally within 2 minutes. AT+CEREG? tells denied from searching.',
      initial: 'asking',
      on: {
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
      },
      after: {
        attachLimit: [
          {
            guard: 'isDenied',
            target: 'recovering',
            actions: { type: 'fail', params: { cause: 'REGISTRATION_DENIED' } },
          },
          { target: 'recovering', actions: { type: 'fail', params: { cause: 'NOT_ATTACHED' } } },
        ],
      },
      states: {
        asking: {
          entry: { type: 'run', params: { operation: 'checkAttach' } },
          on: {
            ATTACHED: { target: '#supervisor.activatingBearer' },
            'NOT ATTACHED': { target: 'pausing', actions: 'noteSearching' },
            'REGISTRATION DENIED': {
              target: 'pausing',
              actions: { type: 'noteCause', params: { cause: 'REGISTRATION_DENIED' } },
            },
            UNANSWERED: { target: 'pausing' },
          },
        },
        pausing: {
          after: { poll: { target: 'asking' } },
        },
      },
    },

    activatingBearer: {
      tags: 'working',
      description:
        'SAPBR: type, APN, open, query. A refusal is left to the query: the bearer may be up already.',
      initial: 'settingType',
      on: {
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
        UNANSWERED: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_FAILED' } } },
      },
      after: {
        bearerLimit: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_FAILED' } } },
      },
      states: {
        settingType: {
          entry: { type: 'run', params: { operation: 'setBearerType' } },
          on: { OK: { target: 'settingApn' }, ERROR: { target: 'querying' } },
        },
        settingApn: {
          entry: { type: 'run', params: { operation: 'setApn' } },
          on: { OK: { target: 'opening' }, ERROR: { target: 'querying' } },
        },
        opening: {
          entry: { type: 'run', params: { operation: 'openBearer' } },
          on: { OK: { target: 'querying' }, ERROR: { target: 'querying' } },
        },
        querying: {
          entry: { type: 'run', params: { operation: 'queryBearer' } },
          on: {
            'BEARER UP': [
              { guard: 'usesTls', target: '#supervisor.securing' },
              { target: '#supervisor.configuringMqtt' },
            ],
            'BEARER PENDING': { target: 'settling' },
            'BEARER DOWN': {
              target: '#supervisor.recovering',
              actions: { type: 'fail', params: { cause: 'BEARER_FAILED' } },
            },
          },
        },
        settling: {
          after: { poll: { target: 'querying' } },
        },
      },
    },

    securing: {
      tags: 'working',
      description: 'Certificates and SSLCFG on context 88, once per boot of the module.',
      entry: { type: 'run', params: { operation: 'secure' } },
      on: {
        OK: { target: 'configuringMqtt' },
        ERROR: { target: 'recovering', actions: { type: 'fail', params: { cause: 'TLS_SETUP_FAILED' } } },
        UNANSWERED: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'TLS_SETUP_FAILED' } },
        },
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
      },
      after: {
        answerLimit: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
        },
      },
    },

    configuringMqtt: {
      tags: 'working',
      description: 'AT+MCONFIG: client id, login, will.',
      entry: { type: 'run', params: { operation: 'configureMqtt' } },
      on: {
        OK: { target: 'connectingTcp' },
        ERROR: { target: 'recovering', actions: { type: 'fail', params: { cause: 'MQTT_CONFIG_FAILED' } } },
        UNANSWERED: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MQTT_CONFIG_FAILED' } },
        },
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
      },
      after: {
        answerLimit: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
        },
      },
    },

    connectingTcp: {
      tags: 'working',
      description: 'AT+MIPSTART: OK only means accepted, CONNECT OK means connected.',
      entry: { type: 'run', params: { operation: 'connectTcp' } },
      on: {
        'CONNECT OK': { target: 'connectingMqtt' },
        'CONNECT FAIL': { target: 'recovering', actions: { type: 'fail', params: { cause: 'TCP_FAILED' } } },
        ERROR: { target: 'recovering', actions: { type: 'fail', params: { cause: 'TLS_SETUP_FAILED' } } },
        // Never SSLMIPSTART without the settings in place: it would connect without checking anybody.
        'NOT SECURED': { target: 'securing' },
        UNANSWERED: { target: 'recovering', actions: { type: 'fail', params: { cause: 'TCP_FAILED' } } },
        CLOSED: { target: 'recovering', actions: { type: 'fail', params: { cause: 'TCP_CLOSED' } } },
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
      },
      after: {
        answerLimit: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
        },
      },
    },

    connectingMqtt: {
      tags: 'working',
      description:
        'AT+MCONNECT at once, brokers drop an idle connection; CONNACK OK means the session is open.',
      entry: { type: 'run', params: { operation: 'connectMqtt' } },
      on: {
        'CONNACK OK': [{ guard: 'announces', target: 'announcing' }, { target: 'subscribing' }],
        ERROR: { target: 'recovering', actions: { type: 'fail', params: { cause: 'MQTT_REFUSED' } } },
        // +CME ERROR: 767 instead of OK: there is no connection to log in on.
        'SESSION DOWN': {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'SESSION_LOST' } },
        },
        UNANSWERED: { target: 'recovering', actions: { type: 'fail', params: { cause: 'SESSION_LOST' } } },
        CLOSED: { target: 'recovering', actions: { type: 'fail', params: { cause: 'TCP_CLOSED' } } },
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
      },
      after: {
        answerLimit: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
        },
      },
    },

    announcing: {
      tags: 'working',
      description:
        'The online message, before anything else: it overrides a late will of an earlier session.',
      entry: { type: 'run', params: { operation: 'announce' } },
      on: {
        ANNOUNCED: { target: 'subscribing' },
        ERROR: { target: 'recovering', actions: { type: 'fail', params: { cause: 'PUBLISH_FAILED' } } },
        UNANSWERED: { target: 'recovering', actions: { type: 'fail', params: { cause: 'PUBLISH_FAILED' } } },
        CLOSED: { target: 'recovering', actions: { type: 'fail', params: { cause: 'TCP_CLOSED' } } },
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
      },
      after: {
        answerLimit: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
        },
      },
    },

    subscribing: {
      tags: 'working',
      description: 'AT+MSUB for each wanted subscription, one at a time: SUBACK carries no topic.',
      entry: { type: 'run', params: { operation: 'subscribeNext' } },
      on: {
        SUBACK: { target: 'subscribing', reenter: true },
        'ALL SUBSCRIBED': { target: 'subscribed' },
        ERROR: { target: 'recovering', actions: { type: 'fail', params: { cause: 'SUBSCRIBE_FAILED' } } },
        UNANSWERED: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'SUBSCRIBE_FAILED' } },
        },
        CLOSED: { target: 'recovering', actions: { type: 'fail', params: { cause: 'TCP_CLOSED' } } },
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
      },
      after: {
        answerLimit: {
          target: 'recovering',
          actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
        },
      },
    },

    subscribed: {
      tags: 'online',
      description:
        'The session is up and traffic flows. Quiet for a heartbeat, the module is asked for its session.',
      entry: ['noteOnline', 'openTraffic'],
      exit: 'closeTraffic',
      initial: 'resting',
      on: {
        CLOSED: [
          {
            guard: 'isTakenOver',
            target: 'recovering',
            actions: ['noteBriefSession', { type: 'fail', params: { cause: 'CLIENT_ID_TAKEN' } }],
          },
          {
            target: 'recovering',
            actions: ['noteBriefSession', { type: 'fail', params: { cause: 'TCP_CLOSED' } }],
          },
        ],
        DEACT: { target: 'recovering', actions: { type: 'fail', params: { cause: 'BEARER_LOST' } } },
        UNACKNOWLEDGED: { target: 'recovering', actions: 'failAsReported' },
      },
      after: { stable: { actions: ['resetLadder', 'noteStable'] } },
      states: {
        resting: {
          after: { heartbeat: { target: 'asking' } },
        },
        asking: {
          entry: { type: 'run', params: { operation: 'askSession' } },
          on: {
            'SESSION UP': { target: 'resting', actions: 'noteQuiet' },
            // It does not know AT+MQTTSTATU, but it answers.
            ERROR: { target: 'resting', actions: 'noteHeard' },
            'SESSION DOWN': {
              target: '#supervisor.recovering',
              actions: { type: 'fail', params: { cause: 'SESSION_LOST' } },
            },
            UNANSWERED: {
              target: '#supervisor.recovering',
              actions: { type: 'fail', params: { cause: 'SESSION_LOST' } },
            },
          },
          after: {
            answerLimit: {
              target: '#supervisor.recovering',
              actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
            },
          },
        },
      },
    },

    recovering: {
      tags: 'recovering',
      description: 'The ladder: each failure is met at the lowest rung that can cure it and is not spent.',
      initial: 'choosing',
      on: {
        // Whatever failed before: without a card nothing comes back, and the status says so at once.
        'SIM REMOVED': { actions: ['noteCardOut', 'noteSimRemoved'] },
        // Its own restart, a step of the ladder: the cause stays what it was.
        RDY: { guard: 'restartIsOurs', target: '#supervisor.synchronizing' },
      },
      states: {
        choosing: {
          always: [
            { guard: 'portIsGone', target: 'waiting' },
            { guard: 'needsPerson', target: '#supervisor.needsAttention' },
            { target: 'acting' },
          ],
        },
        acting: {
          description: 'The rung that was chosen; without a radio attach left in the budget only a wait.',
          always: [
            { guard: 'isHeldBack', target: 'waiting' },
            { guard: { type: 'rungIs', params: { rung: 'restart' } }, target: 'restartingModule' },
            { guard: { type: 'rungIs', params: { rung: 'reset' } }, target: 'pulsingReset' },
            { guard: { type: 'rungIs', params: { rung: 'power' } }, target: 'cyclingPower' },
            { target: 'closingTcp' },
          ],
        },
        closingTcp: {
          description: 'AT+MIPCLOSE: whatever it answers is skipped (OK, ERROR, +CME ERROR: 767).',
          entry: { type: 'run', params: { operation: 'closeTcp' } },
          on: {
            ANSWERED: [
              { guard: { type: 'rungIs', params: { rung: 'reconnect' } }, target: 'waiting' },
              { guard: { type: 'rungIs', params: { rung: 'bearer' } }, target: 'deactivatingBearer' },
              { target: 'cyclingRadio' },
            ],
            DEACT: {
              guard: { type: 'rungIs', params: { rung: 'reconnect' } },
              actions: 'noteBearerLost',
            },
          },
          after: {
            answerLimit: {
              target: '#supervisor.recovering',
              actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
            },
          },
        },
        deactivatingBearer: {
          description: 'AT+SAPBR=0,1: whatever it answers is skipped (OK, ERROR, +CME ERROR: 3).',
          entry: { type: 'run', params: { operation: 'closeBearer' } },
          on: { ANSWERED: { target: 'waiting' } },
          after: {
            answerLimit: {
              target: '#supervisor.recovering',
              actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
            },
          },
        },
        cyclingRadio: {
          description: 'AT+CFUN=0, 5 s, AT+CFUN=1: the documented lever when attaching takes too long.',
          initial: 'switchingOff',
          states: {
            switchingOff: {
              entry: { type: 'run', params: { operation: 'radioOff' } },
              on: { ANSWERED: { target: 'resting' } },
              after: {
                answerLimit: {
                  target: '#supervisor.recovering',
                  actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
                },
              },
            },
            resting: {
              after: { radioRest: { target: 'switchingOn' } },
            },
            switchingOn: {
              entry: { type: 'run', params: { operation: 'radioOn' } },
              on: { ANSWERED: { target: '#supervisor.recovering.waiting' } },
              after: {
                answerLimit: {
                  target: '#supervisor.recovering',
                  actions: { type: 'fail', params: { cause: 'MODEM_UNRESPONSIVE' } },
                },
              },
            },
          },
        },
        restartingModule: {
          description: 'AT+RESET: RDY usually tells when it is back, but nothing waits for it.',
          entry: { type: 'run', params: { operation: 'restartModule' } },
          on: {
            ANSWERED: { target: 'waiting' },
            UNRESPONSIVE: {},
          },
          after: { answerLimit: { target: 'waiting' } },
        },
        pulsingReset: {
          description: 'The RESET pin. A driver at work is not disturbed: half a pulse is worse than none.',
          invoke: {
            id: 'pulseReset',
            src: 'pulseReset',
            input: ({ context }) => ({ host: context.host }),
            onDone: { target: 'waiting' },
            onError: { target: 'waiting' },
          },
          on: {
            RDY: {},
            UNRESPONSIVE: {},
            'PORT LOST': { actions: 'notePortFailed' },
          },
          after: { driverLimit: { target: 'waiting' } },
        },
        cyclingPower: {
          description: 'The supply, off and on, at the very end.',
          invoke: {
            id: 'cyclePower',
            src: 'cyclePower',
            input: ({ context }) => ({ host: context.host }),
            onDone: { target: 'waiting' },
            onError: { target: 'waiting' },
          },
          on: {
            RDY: {},
            UNRESPONSIVE: {},
            'PORT LOST': { actions: 'notePortFailed' },
          },
          after: { driverLimit: { target: 'waiting' } },
        },
        waiting: {
          description:
            'Full jitter below a ceiling that doubles; the first retry after a loss goes out at once.',
          on: {
            DEACT: {
              guard: { type: 'rungIs', params: { rung: 'reconnect' } },
              target: 'deactivatingBearer',
              actions: 'noteBearerLost',
            },
            // The MIPCLOSE before it was lost: the connection stood until now.
            CLOSED: { guard: { type: 'rungIs', params: { rung: 'reconnect' } }, target: 'closingTcp' },
            'SIM REMOVED': {
              guard: { type: 'rungIs', params: { rung: 'reconnect' } },
              target: 'deactivatingBearer',
              actions: ['noteCardOut', 'noteSimRemoved'],
            },
          },
          after: {
            backoff: [
              { guard: 'portIsGone', target: '#supervisor.openingPort' },
              { guard: 'portMayBeDeaf', target: '#supervisor.openingPort' },
              { guard: 'isHeldBack', target: '#supervisor.synchronizing' },
              {
                guard: { type: 'rungIs', params: { rung: 'reconnect' } },
                target: '#supervisor.configuringMqtt',
              },
              { guard: { type: 'rungIs', params: { rung: 'bearer' } }, target: '#supervisor.checkingSim' },
              { guard: { type: 'rungIs', params: { rung: 'radio' } }, target: '#supervisor.checkingSim' },
              { target: '#supervisor.synchronizing' },
            ],
          },
        },
      },
    },

    needsAttention: {
      tags: 'needs-attention',
      description:
        'A person is needed, and the status says for what. Where trying does no harm it is tried on, slowly.',
      on: {
        START: { target: 'openingPort', actions: ['resetLadder', 'forgetPin'] },
        RETRY: { target: 'openingPort', actions: ['resetLadder', 'forgetPin'] },
        'SIM INSERTED': { target: 'checkingSim' },
        'SIM REMOVED': { actions: 'noteCardOut' },
        UNRESPONSIVE: {},
      },
      after: {
        attention: [
          { guard: 'portIsGone', target: 'openingPort' },
          { guard: 'tryingHelps', target: 'recovering.acting' },
        ],
      },
    },

    stopping: {
      tags: 'stopped',
      description: 'A clean close: MDISCONNECT, MIPCLOSE, and the port is given free.',
      initial: 'disconnecting',
      on: {
        STOP: {},
        'PORT LOST': { target: 'stopped', actions: 'notePortClosed' },
        RDY: {},
        UNRESPONSIVE: {},
        'SIM REMOVED': {},
      },
      states: {
        disconnecting: {
          always: { guard: 'portIsGone', target: 'closingPort' },
          entry: { type: 'run', params: { operation: 'disconnect' } },
          on: {
            ANSWERED: { target: 'closingPort' },
            RDY: { target: 'closingPort' },
            UNRESPONSIVE: { target: 'closingPort' },
          },
          after: { stopLimit: { target: 'closingPort' } },
        },
        closingPort: {
          entry: 'closePort',
          on: { 'PORT CLOSED': { target: '#supervisor.stopped', actions: 'notePortClosed' } },
          after: { portLimit: { target: '#supervisor.stopped', actions: 'notePortClosed' } },
        },
      },
    },

    broken: {
      type: 'final',
      description: 'The link actor itself failed, a defect: the host starts afresh.',
    },
  },
});
