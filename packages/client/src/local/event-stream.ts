/** A server-sent event. */
export type StreamEvent = { event: string; data: string };

const END = /\r?\n\r?\n/;

/** The events of a stream, as they come. Half of one at the end is none. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  // Pieces of what is not complete yet: a large event comes in many.
  let pieces: string[] = [];
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    pieces.push(text);
    if (!text.includes('\n')) continue;
    const whole = pieces.join('').split(END);
    pieces = [whole.pop()!];
    for (const each of whole) {
      const event = parseEvent(each);
      if (event) yield event;
    }
  }
}

/** Null for one without data: a comment, which keeps a connection open. */
function parseEvent(text: string): StreamEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
  return data.length > 0 ? { event, data: data.join('\n') } : null;
}
