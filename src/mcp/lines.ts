import { type Duplex, type Readable, Transform } from 'node:stream';

/** Longest message of a client; an event has no more. */
export const lineLimitBytes = 4 << 20;
/** Bytes of one line that are passed over before its sender is taken to be broken. */
const endlessLineBytes = 64 << 20;
/** Of a line that is too long its beginning and its end are looked at for its id. */
const edgeBytes = 4 << 10;
/** JSON-RPC's word for parameters that do not fit. */
const invalidParams = -32602;

const idAtStart =
  /^\s*\{\s*(?:"(?:jsonrpc|method)"\s*:\s*"[^"\\]{0,200}"\s*,\s*){0,2}"id"\s*:\s*(\d{1,15}|"[^"\\]{1,200}")/;
const idAtEnd =
  /"id"\s*:\s*(\d{1,15}|"[^"\\]{1,200}")\s*(?:,\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]{0,200}"\s*){0,2}\}\s*$/;

/**
 * What a client writes, message by message. One that is too long is not read but answered with an error, so that its
 * sender goes on; a line without an end ends the connection.
 */
export function boundLines(stream: Duplex): Readable {
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  let head: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  const keep = (part: Buffer): void => {
    sizeBytes += part.length;
    if (sizeBytes <= lineLimitBytes) return void parts.push(part);
    if (head.length === 0)
      head = Buffer.concat([...parts, part.subarray(0, edgeBytes)]).subarray(0, edgeBytes);
    parts = [];
    tail = Buffer.concat([tail, part.subarray(-edgeBytes)]).subarray(-edgeBytes);
  };
  const finish = (): Buffer | null => {
    const line = sizeBytes <= lineLimitBytes ? Buffer.concat(parts) : null;
    if (line === null) stream.write(refusal(head.toString('latin1'), tail.toString('latin1')));
    [parts, sizeBytes, head, tail] = [[], 0, Buffer.alloc(0), Buffer.alloc(0)];
    return line;
  };
  const lines = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let from = 0;
      for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
        keep(chunk.subarray(from, end + 1));
        from = end + 1;
        const line = finish();
        if (line !== null) this.push(line);
      }
      if (from < chunk.length) keep(chunk.subarray(from));
      if (sizeBytes > endlessLineBytes) stream.destroy();
      done();
    },
  });
  // What was asked before the end of the input is answered: the SDK would drop it if it saw the end.
  return stream.pipe(lines, { end: false });
}

function refusal(head: string, tail: string): string {
  const id = idAtStart.exec(head)?.[1] ?? idAtEnd.exec(tail)?.[1] ?? 'null';
  const message = `INVALID_ARGUMENT: a message of more than ${lineLimitBytes} bytes is not read. Next: send less at a time`;
  return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code: invalidParams, message })}}\n`;
}
