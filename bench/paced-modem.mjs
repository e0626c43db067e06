/**
 * The software modem of the drain benchmark, in a process of its own: on a pseudo-terminal at a line rate, with a broker in
 * memory behind it. It prints the path of the terminal. Beside it, in the same process and over the same paced line, it can
 * run the exchange without any serial port between: what line and module allow. `measure QOS TOPIC BYTES COUNT` on stdin
 * answers with publishes a second.
 */
import { createInterface } from 'node:readline';
import { MemoryNetwork, servePty, SoftwareModem, systemClock } from '../dist/src/testing/index.js';

const baudRate = Number(process.argv[2] ?? 115_200);
const make = () => {
  const modem = new SoftwareModem({
    profile: 'air780ep',
    clock: systemClock,
    random: () => 0.5,
    network: new MemoryNetwork(systemClock),
    latency: 'none',
    baudRate,
  });
  modem.powerOn();
  return modem;
};
const served = await servePty(make(), { clock: systemClock });
console.log(served.path);

for await (const line of createInterface({ input: process.stdin })) {
  const [, qos, topic, bytes, count] = line.split(' ');
  console.log(await measure(Number(qos), topic, Number(bytes), Number(count)));
}
process.exit(0);

async function measure(qos, topic, bytes, count) {
  const modem = make();
  await new Promise((done) => setTimeout(done, 500));
  let heard = '';
  let wake = () => undefined;
  modem.onOutput((chunk) => {
    heard += chunk.toString('latin1');
    wake();
  });
  const ask = async (command, last) => {
    heard = '';
    modem.write(Buffer.from(`${command}\r`, 'latin1'));
    while (!heard.includes(`\r\n${last}\r\n`)) await new Promise((done) => (wake = done));
  };
  await ask('ATE0', 'OK');
  await ask('AT+SAPBR=1,1', 'OK');
  await ask('AT+MCONFIG="bare"', 'OK');
  await ask('AT+MIPSTART="broker",1883', 'CONNECT OK');
  await ask('AT+MCONNECT=1,60', 'CONNACK OK');
  const command = `AT+MPUB="${topic}",${qos},0,"${'x'.repeat(bytes)}"`;
  const start = performance.now();
  for (let index = 0; index < count; index++) await ask(command, qos === 0 ? 'OK' : 'PUBACK');
  const rate = (count * 1_000) / (performance.now() - start);
  modem.powerOff();
  return rate;
}
