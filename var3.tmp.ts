import { connect } from '@lancedb/lancedb';
const out = await connect('/tmp/sp/var');
const light = ['id','branch','session','turn','agent','writer','seq','hlc','actor_kind','actor_name','actor_model','at','type','v','status'];
const cpu = () => { const c = process.cpuUsage(); return (c.user + c.system) / 1000; };
const t = await out.openTable('one');
const o = {}; const all = {};
const lists = { none: ['_rowid'], ...Object.fromEntries([...light, 'paths','text','terms','body'].map((c) => [c, [c]])), light, small: ['id','branch','session','turn','agent','writer','seq','at','type','status'], found: [...light, 'paths', 'text', 'terms'], smallfound: ['id','branch','session','turn','agent','writer','seq','at','type','status', 'paths', 'text', 'terms'] };
for (let r = 0; r < 25; r++) { const ids = Array.from({ length: 100 }, () => Math.floor(Math.random() * 96000)); for (const [k, cols] of Object.entries(lists)) { const c = cpu(); const w = performance.now(); await t.takeRowIds(ids).select(cols).toArrow(); (all[k] ??= []).push([performance.now() - w, cpu() - c]); } }
for (const [k, l] of Object.entries(all)) { const md = (j) => l.map((x) => x[j]).sort((a, b) => a - b)[12].toFixed(1); o[k] = md(0) + '/' + md(1); }
console.log(JSON.stringify(o));
process.exit(0);
