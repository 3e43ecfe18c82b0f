/** What a browser may not do, because it names files of this machine, runs commands or cannot be undone in passing. */
const commands: readonly (readonly [string, string])[] = [
  ['hivemind connect AGENT', 'attach an agent; hivemind disconnect takes out exactly what it wrote'],
  ['hivemind workspace create NAME --store s3://BUCKET/PREFIX', 'share a workspace over a bucket'],
  ['hivemind embedder set PROVIDER', 'find by meaning as well'],
  ['hivemind workspace set resolver COMMAND', 'have a command of yours settle conflicts'],
  ['hivemind memory probe NAME COMMAND', 'have a command of yours tell whether something still holds'],
  ['hivemind notify add', 'have a command of yours run when something happens'],
  ['hivemind pause', 'stop capture for a while'],
  ['hivemind import', 'bring in what agents did before they were connected'],
  ['hivemind scan', 'look for secrets in what is stored'],
  ['hivemind backup FILE', 'write a back-up of the workspace'],
  ['hivemind workspace prune --before 90d', 'take away the content of what is old'],
  ['hivemind doctor', 'look for what is wrong, and say what to do'],
];

export function Elsewhere() {
  return (
    <section aria-labelledby="elsewhere">
      <h2 id="elsewhere">On the command line</h2>
      <dl className="commands">
        {commands.map(([command, what]) => (
          <div key={command}>
            <dt>
              <code>{command}</code>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
