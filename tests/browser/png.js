// Makes screenshots small: 8-bit RGB(A) pictures become pictures of at most 256 colours. Screens of text and flat fields
// lose nothing an eye could find. Needs nothing but zlib.
import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

/** Width, height and colours (`0xRRGGBB`) of a picture. */
function read(png) {
  let header = null;
  const data = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = body;
    if (type === 'IDAT') data.push(body);
    at += length + 12;
  }
  const [width, height, depth, kind, interlace] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9], header[12]];
  if (depth !== 8 || interlace !== 0 || (kind !== 2 && kind !== 6)) throw new Error('not a screenshot');
  const size = kind === 6 ? 4 : 3;
  const lines = inflateSync(Buffer.concat(data));
  const stride = width * size;
  const pixels = new Uint32Array(width * height);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y += 1) {
    const filter = lines[y * (stride + 1)];
    const line = lines.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    for (let x = 0; x < stride; x += 1) {
      const left = x >= size ? line[x - size] : 0;
      const up = above[x];
      const corner = x >= size ? above[x - size] : 0;
      if (filter === 1) line[x] += left;
      else if (filter === 2) line[x] += up;
      else if (filter === 3) line[x] += (left + up) >> 1;
      else if (filter === 4) {
        const p = left + up - corner;
        const [a, b, c] = [Math.abs(p - left), Math.abs(p - up), Math.abs(p - corner)];
        line[x] += a <= b && a <= c ? left : b <= c ? up : corner;
      }
    }
    for (let x = 0; x < width; x += 1) pixels[y * width + x] = (line[x * size] << 16) | (line[x * size + 1] << 8) | line[x * size + 2];
    above = line;
  }
  return { width, height, pixels };
}

/** At most `most` colours for these, by median cut: the heaviest box is split across its widest channel until there are enough. */
function palette(counts, most) {
  const channels = [16, 8, 0];
  const box = (colours) => {
    const spans = channels.map((shift) => {
      const values = colours.map((colour) => (colour >> shift) & 255);
      return values.reduce((a, b) => Math.max(a, b), 0) - values.reduce((a, b) => Math.min(a, b), 255);
    });
    const widest = spans.indexOf(Math.max(...spans));
    // Wide boxes first, and among them those that fill much of the picture: soft shadows keep their steps.
    const weight = spans[widest] * Math.sqrt(colours.reduce((sum, colour) => sum + counts.get(colour), 0));
    return { colours, shift: channels[widest], weight };
  };
  const boxes = [box([...counts.keys()])];
  while (boxes.length < most) {
    const next = boxes.reduce((best, one) => (one.colours.length > 1 && one.weight > (best?.weight ?? 0) ? one : best), null);
    if (!next) break;
    const sorted = next.colours.sort((a, b) => ((a >> next.shift) & 255) - ((b >> next.shift) & 255));
    const half = sorted.length >> 1;
    boxes.splice(boxes.indexOf(next), 1, box(sorted.slice(0, half)), box(sorted.slice(half)));
  }
  return boxes.map(({ colours }) => {
    // The most frequent colour of a box stands for it: large fields keep exactly their own.
    const shown = colours.reduce((best, colour) => (counts.get(colour) > counts.get(best) ? colour : best), colours[0]);
    return { shown, colours };
  });
}

/** The picture with at most 256 colours. */
export function smaller(png) {
  const { width, height, pixels } = read(png);
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const chosen = palette(counts, 256);
  const index = new Map(chosen.flatMap(({ colours }, at) => colours.map((colour) => [colour, at])));
  const lines = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) lines[y * (width + 1) + 1 + x] = index.get(pixels[y * width + x]);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(chosen.flatMap(({ shown }) => [shown >> 16, (shown >> 8) & 255, shown & 255]));
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', colours), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
