export type FormPart = { readonly name: string; readonly content: Buffer };

/** The parts of a multipart/form-data body in order, or null when it is not one. */
export function readMultipart(body: Buffer, contentType: string): FormPart[] | null {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(contentType);
  if (boundary === null) return null;
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2] ?? ''}`);
  const parts: FormPart[] = [];
  let at = body.indexOf(mark);
  while (at !== -1) {
    const start = at + mark.length;
    const next = body.indexOf(mark, start);
    if (next === -1) return body.toString('latin1', start, start + 2) === '--' ? parts : null;
    const headersEnd = body.indexOf('\r\n\r\n', start);
    if (headersEnd === -1 || headersEnd > next) return null;
    const name = /name="([^"]*)"/.exec(body.toString('utf8', start, headersEnd))?.[1];
    if (name === undefined) return null;
    // The part ends before the line break that belongs to the mark.
    parts.push({ name, content: body.subarray(headersEnd + 4, next - 2) });
    at = next;
  }
  return null;
}
