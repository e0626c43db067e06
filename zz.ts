import { createSupervisor } from './src/supervisor.js';
import { createLogger } from './src/telemetry/logger.js';
import { Bench } from './src/testing/bench.js';
import { benchRig } from './src/testing/model/bench-rig.js';
import { runSequence } from './src/testing/model/sequence.js';
const steps = process.argv[2]!.split('|'); const from=Number(process.argv[3]??0), to=Number(process.argv[4]??1e12);
const seeds = process.argv[5] ? [Number(process.argv[5])] : Array.from({length:99},(_,i)=>i+1);
for (const seed of seeds) {
  const lines: string[] = [];
    const bench = new Bench({ startMs: Date.UTC(2027, 0, 1), seed });
  const link = createSupervisor({ port: '/dev/null', broker: { url: 'mqtt://broker.example', clientId: 'meter-17', keepalive: 60 },
      announce: { topic: 'meter-17/status', payload: 'online', qos: 1, retain: true }, subscriptions: [{ topic: 'cmd/#', qos: 1 }], ...bench.drivers, },
    { ...bench.parts, logger: createLogger({ level: 'silent' }) });
  link.observe(o=>{ const t=bench.clock.now(); if(t<from||t>to) return; if(o.kind==='state') lines.push(`${t.toFixed(0)}      [${o.path} ${o.cause?.code??''}] ${o.edges.join(' | ')}`); if (o.kind==='wire') lines.push(`${t.toFixed(0)} ${o.direction==='host'?'>':'<'} ${o.text}`)});
  bench.modem.powerOn();
  const p = await runSequence(steps, benchRig(bench, link));
  if (p.length) { console.log(seed, p); console.log(lines.join('\n')); break; }
}
