/**
 * A service with the link inside (docs/embedding.md): publishes by POST, tells its status by GET, and stops cleanly.
 *
 *     MODEM=/dev/ttyUSB2 BROKER=mqtt://broker.example node examples/fastify-service.mjs
 */
import Fastify from 'fastify';
import { createSupervisor, LinkError } from 'luat-link';

const {
  MODEM,
  BROKER,
  CLIENT_ID = '{imei}',
  OUTBOX = './outbox',
  HTTP_PORT = '8080',
  METRICS_PORT = '9177',
} = process.env;

const link = createSupervisor({
  port: MODEM,
  broker: { url: BROKER, clientId: CLIENT_ID },
  outbox: { directory: OUTBOX },
  metrics: { port: Number(METRICS_PORT) },
});

/** What the caller did wrong; everything else is the link's side, and may pass. */
const callersFault = { CONFIG_INVALID: 400, TOPIC_INVALID: 400, PAYLOAD_TOO_LARGE: 413 };

const message = {
  type: 'object',
  required: ['topic', 'payload'],
  additionalProperties: false,
  properties: {
    topic: { type: 'string' },
    payload: { type: 'string' },
    qos: { type: 'integer', enum: [0, 1, 2], default: 1 },
  },
};

const app = Fastify({ logger: { level: 'warn' } });

// 202: on the disk, and will be delivered. With ?wait=true 200: the broker acknowledged it.
app.post('/messages', { schema: { body: message } }, async (request, reply) => {
  const { topic, payload, qos } = request.body;
  const { delivered } = await link.publish(topic, payload, { qos });
  if (request.query.wait !== 'true') return reply.code(202).send({ accepted: true });
  await delivered;
  return { delivered: true };
});

app.get('/status', () => link.status());

// For a load balancer. That it is offline is no reason to restart the service: the link recovers by itself.
app.get('/readyz', (_request, reply) => {
  const { status, path, cause } = link.status();
  return reply.code(status === 'online' ? 200 : 503).send({ status, path, hint: cause?.hint });
});

app.setErrorHandler((error, _request, reply) => {
  if (!(error instanceof LinkError)) return reply.send(error);
  const { code, message: text, hint } = error;
  return reply.code(callersFault[code] ?? 503).send({ code, message: text, hint });
});

// After the last request was answered: what waits gets five seconds more, the rest stays on the disk.
app.addHook('onClose', () => link.stop({ drainMs: 5_000 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void app.close());

await link.start();
console.log(await app.listen({ port: Number(HTTP_PORT), host: '127.0.0.1' }));
