import type { Event } from '../../schema/event.ts';
import { headerBytes, maxPayloadBytes, sealFrame, tooLong } from './frame.ts';

const opening = '{"events":[';
const comma = 0x2c;
const closing = Buffer.from(']}');

/** The first buffer, and the largest that is kept from one group to the next: a group of full size has 4 MiB. */
const firstBytes = 1 << 20;
const keptBytes = 16 << 20;

/** Most bytes of UTF-8 that one UTF-16 unit becomes. */
const bytesPerUnit = 3;

/**
 * Makes the frame of a group of events, which is what one sync makes durable: a torn write is one bad frame, whatever
 * reached the disk of it. A frame is good until the next one is made. Event by event into a buffer that is there
 * already: one text of all of them is written in new pages of memory every time, at half as much again.
 */
export class GroupEncoder {
  #buffer = Buffer.alloc(0);

  /** Header and payload as one buffer; throws RangeError on a payload that no reader would accept. */
  encode(events: readonly Event[]): Buffer {
    let end = headerBytes;
    const write = (text: string): void => {
      this.#grow(end, text.length * bytesPerUnit + closing.length + 1);
      end += this.#buffer.write(text, end);
    };
    write(opening);
    for (const [index, event] of events.entries()) {
      if (index > 0) end = this.#buffer.writeUInt8(comma, end);
      write(JSON.stringify(event));
      if (end > maxPayloadBytes) throw tooLong(end);
    }
    end += closing.copy(this.#buffer, end);
    const frame = sealFrame(this.#buffer.subarray(0, end));
    if (this.#buffer.length > keptBytes) this.#buffer = Buffer.alloc(0);
    return frame;
  }

  #grow(used: number, more: number): void {
    if (this.#buffer.length >= used + more) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(firstBytes, 2 * (used + more)));
    this.#buffer.copy(larger, 0, 0, used);
    this.#buffer = larger;
  }
}
