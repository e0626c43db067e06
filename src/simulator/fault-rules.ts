/** What can go wrong with one command, armed for its next uses. */
export type CommandFault =
  /** Not executed; this is the final result. */
  | { readonly kind: 'refuse'; readonly final: string }
  /** Accepted with OK; the outcome is ERROR, and nothing was done. */
  | { readonly kind: 'errorAfterOk' }
  /** Executed, but final result and information are lost. */
  | { readonly kind: 'loseAnswer' }
  /** The command waits for its data, but the prompt is lost. */
  | { readonly kind: 'losePrompt' }
  /** Executed, but the outcome (CONNECT OK, SUBACK, PUBACK, …) is lost. */
  | { readonly kind: 'loseOutcome' };

interface Rule {
  readonly command: string;
  readonly fault: CommandFault;
  left: number;
}

/** The armed faults of single commands. */
export class FaultRules {
  #rules: Rule[] = [];

  /** @param command a name (`MIPSTART`) or the start of what follows `AT+` (`SAPBR=1`) */
  arm(command: string, fault: CommandFault, times: number): void {
    this.#rules.push({ command: command.toUpperCase().replace(/^(AT)?\+/, ''), fault, left: times });
  }

  /** Uses up one armed fault of that kind, if there is one for this command line. */
  take<Kind extends CommandFault['kind']>(
    kind: Kind,
    name: string,
    text: string,
  ): Extract<CommandFault, { kind: Kind }> | undefined {
    const rule = this.#rules.find(
      ({ command, fault }) => fault.kind === kind && (command === name || startsWith(text, command)),
    );
    if (rule === undefined) return undefined;
    rule.left -= 1;
    if (rule.left <= 0) this.#rules = this.#rules.filter((other) => other !== rule);
    return rule.fault as Extract<CommandFault, { kind: Kind }>;
  }

  clear(): void {
    this.#rules = [];
  }
}

function startsWith(text: string, command: string): boolean {
  return command.includes('=') && text.toUpperCase().startsWith(`AT+${command}`);
}
