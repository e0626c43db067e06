import type { SimState } from '../air/commands/sim.js';
import { moduleProfile, signalOf } from './module-info.js';
import type { OperationContext } from './operation-context.js';
import type { Answer, Talk } from './talk.js';

/** Module, firmware and IMEI. Firmware that does not tell one of them is served all the same. */
export function identify(talk: Talk, { commands, config, learn }: OperationContext): void {
  const imei = (identity: string | undefined): void => {
    learn({ profile: moduleProfile(config.module, identity), ...(identity !== undefined && { identity }) });
    talk.ask(commands.imei(), (result) => {
      if (result.kind === 'done') learn({ imei: result.answer });
      talk.answer({ type: 'OK' });
    });
  };
  talk.ask(commands.identify(), (first) => {
    if (first.kind === 'done') imei(first.answer);
    else talk.ask(commands.firmware(), (second) => imei(second.kind === 'done' ? second.answer : undefined));
  });
}

/**
 * The card's number, where something hangs on it: a locked card must be told from the one that a PIN was entered on, and
 * the client id may be made of it. Not every firmware knows the command.
 */
export function readCard(talk: Talk, context: OperationContext, state: 'ready' | 'pin'): void {
  if (state === 'ready' && !context.config.broker.clientId.includes('{iccid}')) {
    talk.answer({ type: 'SIM READY' });
    return;
  }
  askCard(talk, context, () => {
    const { present, enteredOn } = context.cards;
    if (state === 'ready') talk.answer({ type: 'SIM READY' });
    else {
      const sameCard = present === undefined || enteredOn === undefined || present === enteredOn;
      talk.answer({ type: 'SIM PIN', sameCard });
    }
  });
}

function askCard(talk: Talk, { commands, cards, learn }: OperationContext, next: () => void): void {
  talk.ask(commands.iccid(), (result) => {
    cards.present = result.kind === 'done' ? result.answer : undefined;
    if (cards.present !== undefined) learn({ iccid: cards.present });
    next();
  });
}

/** Searching is a reason to wait; a network that refuses the card is something a person must hear of. */
export function askWhyDetached(talk: Talk, context: OperationContext): void {
  talk.ask(context.commands.registration(), (result) => {
    const denied = result.kind === 'done' && result.answer === 'denied';
    // A person who looks for the reason wants to see the signal first.
    readSignal(talk, context, () => talk.answer({ type: denied ? 'REGISTRATION DENIED' : 'NOT ATTACHED' }));
  });
}

/** Whose network it is, how it is received and which card is in use, for the status. */
export function readNetwork(talk: Talk, context: OperationContext, next: () => void): void {
  talk.ask(context.commands.operator(), (result) => {
    if (result.kind === 'done' && result.answer.name !== undefined) {
      context.learn({ operator: result.answer.name });
    }
    readSignal(talk, context, () => askCard(talk, context, next));
  });
}

export function readSignal(talk: Talk, { commands, learn }: OperationContext, next: () => void): void {
  talk.ask(commands.signal(), (strength) =>
    talk.ask(commands.signalQuality(), (quality) => {
      const heard = signalOf(strength, quality);
      if (heard !== undefined) learn({ signal: heard });
      next();
    }),
  );
}

export function simAnswer(state: Exclude<SimState, 'ready' | 'pin'> | undefined): Answer {
  switch (state) {
    case 'puk':
      return { type: 'SIM PUK' };
    case 'busy':
    // The stack is not ready yet, or the error says nothing about the card.
    case undefined:
      return { type: 'SIM BUSY' };
    case 'removed':
      return { type: 'SIM ABSENT' };
  }
}
