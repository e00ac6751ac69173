// Vector tiles of rectangles for the stand-in service: just enough of the format, without clipping.

/** West, south, east, north of a tile in degrees. */
export function tileBox(z, x, y) {
  const n = 2 ** z;
  const lat = (row) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / n))) * 180) / Math.PI;
  return [(x / n - 0.5) * 360, lat(y + 1), ((x + 1) / n - 0.5) * 360, lat(y)];
}

const varint = (n) => {
  const out = [];
  let rest = n;
  while (rest > 127) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...out, rest]);
};
const bytes = (field, body) => Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
const number = (field, n) => Buffer.concat([varint(field * 8), varint(n)]);
const packed = (field, list) => bytes(field, Buffer.concat(list.map(varint)));
const zigzag = (n) => (n < 0 ? -2 * n - 1 : 2 * n);

function value(v) {
  if (typeof v === 'string') return bytes(1, Buffer.from(v));
  const body = Buffer.alloc(9);
  body[0] = 25;
  body.writeDoubleLE(v, 1);
  return body;
}

/** One layer of polygons and points. */
export function mvt(name, features, z, x, y) {
  const n = 2 ** z;
  const pixel = ([lon, lat]) => [
    Math.round(((lon / 360 + 0.5) * n - x) * 4096),
    Math.round(((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * n - y) * 4096),
  ];
  const [keys, values, body] = [[], [], []];
  const index = (list, item) => (list.includes(item) ? list.indexOf(item) : list.push(item) - 1);
  for (const { properties, geometry } of features) {
    const isPoint = geometry.type === 'Point';
    // Clockwise on the screen, as the format asks of outer rings.
    const ring = isPoint ? [pixel(geometry.coordinates)] : geometry.coordinates[0].slice(0, -1).map(pixel).toReversed();
    if (ring.every(([px, py]) => px < -64 || py < -64 || px > 4160 || py > 4160)) continue;
    const tags = Object.entries(properties).flatMap(([k, v]) => [index(keys, k), index(values, v)]);
    let at = [0, 0];
    const steps = ring.map((p) => {
      const step = [zigzag(p[0] - at[0]), zigzag(p[1] - at[1])];
      at = p;
      return step;
    });
    const commands = isPoint ? [9, ...steps[0]] : [9, ...steps[0], (steps.length - 1) * 8 + 2, ...steps.slice(1).flat(), 15];
    body.push(bytes(2, Buffer.concat([packed(2, tags), number(3, isPoint ? 1 : 3), packed(4, commands)])));
  }
  const layer = [bytes(1, Buffer.from(name)), ...body, ...keys.map((k) => bytes(3, Buffer.from(k))), ...values.map((v) => bytes(4, value(v))), number(5, 4096), number(15, 2)];
  return bytes(3, Buffer.concat(layer));
}
