import packets from 'mqtt-packet';

/**
 * The module's one MQTT session, spoken to a real broker: what the broker gets is the truth.
 * `tell` is called with what happened: tcpUp, tcpFailed, tcpLost, accepted, refused, acknowledged(type), message(packet).
 */
export class Session {
  #tell;
  #socket;
  #lastId = 0;
  #pinging;
  #held = new Set();
  /** none: no TCP; tcp: connected without login; online: authenticated; dead: lost, and not yet closed by MIPCLOSE. */
  state = 'none';

  constructor(tell) {
    this.#tell = tell;
  }

  /** @param line a connection that is being made: see line.mjs */
  open({ socket, up, trusted }) {
    const parser = packets.parser();
    this.#socket = socket;
    this.state = 'opening';
    parser.on('packet', (packet) => {
      if (this.#socket === socket) this.#received(packet);
    });
    socket.on('data', (bytes) => parser.parse(bytes));
    socket.on('error', () => undefined);
    socket.on(up, () => {
      if (this.#socket !== socket) return;
      if (!trusted()) return void socket.destroy();
      this.state = 'tcp';
      this.#tell.tcpUp();
    });
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      const opened = this.state !== 'opening';
      this.drop(opened ? 'dead' : 'none');
      if (opened) this.#tell.tcpLost();
      else this.#tell.tcpFailed();
    });
  }

  login({ clientId, username, password, will, clean, keepalive }) {
    this.#send({ cmd: 'connect', protocolId: 'MQTT', clientId, username, password, will, clean, keepalive });
    this.#pinging = setInterval(() => this.#send({ cmd: 'pingreq' }), keepalive * 500);
  }

  publish({ topic, payload, qos, retain }) {
    this.#send({ cmd: 'publish', topic, payload, qos, retain, messageId: this.#nextId() });
  }

  subscribe(topic, qos) {
    this.#send({ cmd: 'subscribe', messageId: this.#nextId(), subscriptions: [{ topic, qos }] });
  }

  unsubscribe(topic) {
    this.#send({ cmd: 'unsubscribe', messageId: this.#nextId(), unsubscriptions: [topic] });
  }

  /** MDISCONNECT: the session ends, what is left of the connection stays until MIPCLOSE. */
  logout() {
    this.#send({ cmd: 'disconnect' });
    this.#socket?.end();
    this.#forget();
    this.state = 'dead';
  }

  /** Ends the connection without a word, to the broker and to `tell`. */
  drop(state) {
    this.#socket?.destroy();
    this.#forget();
    this.state = state;
  }

  /** The connection is lost, and the broker hears nothing of it: to the broker the session goes on. */
  orphan() {
    this.#socket?.pause();
    this.#forget();
    this.state = 'dead';
  }

  #forget() {
    clearInterval(this.#pinging);
    this.#socket = undefined;
    this.#held.clear();
  }

  #send(packet) {
    this.#socket?.write(packets.generate(packet));
  }

  #nextId() {
    this.#lastId = (this.#lastId % 65_535) + 1;
    return this.#lastId;
  }

  #received(packet) {
    const { cmd, messageId } = packet;
    switch (cmd) {
      case 'connack':
        if (packet.returnCode !== 0) return this.#tell.refused();
        this.state = 'online';
        return this.#tell.accepted();
      case 'publish':
        if (packet.qos === 1) this.#send({ cmd: 'puback', messageId });
        if (packet.qos === 2) {
          this.#send({ cmd: 'pubrec', messageId });
          if (this.#held.has(messageId)) return;
          this.#held.add(messageId);
        }
        return this.#tell.message(packet);
      case 'pubrel':
        this.#held.delete(messageId);
        return this.#send({ cmd: 'pubcomp', messageId });
      case 'pubrec':
        this.#tell.acknowledged('PUBREC');
        return this.#send({ cmd: 'pubrel', messageId });
      case 'puback':
      case 'pubcomp':
      case 'suback':
      case 'unsuback':
        return this.#tell.acknowledged(cmd.toUpperCase());
    }
  }
}
