import { connect } from '@lancedb/lancedb';
import { eventsSchema } from './src/store/lance/rows.ts';
import { existsSync, rmSync } from 'node:fs';
const db = await connect('/tmp/sp/s100/tables');
const out = await connect('/tmp/sp/var');
if (!existsSync('/tmp/sp/var/one.lance')) { const batches = []; for (const n of ['events_01a20040b7227772bf32ced3fe762959','events_01a20041376274ff81a6cbc0b7d0934e','events_01a2004205f27167bc8309e5b5026a51']) for await (const b of (await db.openTable(n)).query().select(eventsSchema.fields.map((f) => f.name))) batches.push(b);
const t = await out.createEmptyTable('one', eventsSchema); await t.add({ schema: eventsSchema, batches: batches });
const m = await out.createEmptyTable('many', eventsSchema); for (let i = 0; i < batches.length; i += 2) await m.add({ schema: eventsSchema, batches: batches.slice(i, i + 2) }); console.log(batches.length, batches[0].numRows, await m.countRows()); }
const light = ['id','branch','session','turn','agent','writer','seq','hlc','actor_kind','actor_name','actor_model','at','type','v','status'];
const lists = { seq: ['seq'], light, minimal: ['id','session','turn','seq','at','type','status'], text: ['text'], terms: ['terms'], found: [...light, 'paths', 'text', 'terms'] };
const cpu = () => { const c = process.cpuUsage(); return (c.user + c.system) / 1000; };
for (const name of ['one', 'many']) { const t = await out.openTable(name);
  const o = {};
  for (const [k, cols] of Object.entries(lists)) { const l = []; for (let r = 0; r < 30; r++) { const ids = Array.from({ length: 100 }, () => Math.floor(Math.random() * 96000)); const rid = name === 'one' ? ids : ids.map((x) => Math.floor(x / 16384) * 2 ** 32 + x % 16384); const c = cpu(); const w = performance.now(); await t.takeRowIds(rid).select(cols).toArrow(); l.push([performance.now() - w, cpu() - c]); } const md = (k) => l.map((x) => x[k]).sort((a, b) => a - b)[15].toFixed(1); o[k] = md(0) + '/' + md(1); }
  console.log(name, (await t.stats?.())?.fragmentStats?.numFragments, JSON.stringify(o)); }
process.exit(0);
