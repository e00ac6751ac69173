// Patterns drawn here, so that states and classes are seen without colour and no picture has to be fetched. They have the
// shapes of the service's own pictures and legends.

/** Side of the square that repeats, in pixels. */
const STEP = 8;
const INK = 2;

type Inks = (x: number, y: number) => boolean;

const SHAPES: Record<string, Inks> = {
  hatch: (x, y) => (x + y) % STEP < INK,
  dots: (x, y) => x % 4 < INK && y % 4 < INK && x < 4 === y < 4,
  lines: (_, y) => y < INK,
  bars: (x) => x < INK,
  back_hatch: (x, y) => (x + STEP - y) % STEP < INK,
  grid: (x, y) => x === 7 || y === 7,
  plus: (x, y) => (x === 3 && Math.abs(y - 3) <= 3) || (y === 3 && Math.abs(x - 3) <= 3),
  rings: (x, y) => Math.max(Math.abs(x - 3), Math.abs(y - 3)) === 2 && Math.abs(x - 3) + Math.abs(y - 3) < 4,
  up: (x, y) => y >= 1 && y <= 4 && Math.abs(x - 3) < y,
  down: (x, y) => y >= 1 && y <= 4 && Math.abs(x - 3) < 5 - y,
  zigzag: (x, y) => (y + STEP - Math.min(x, 7 - x)) % STEP < INK,
};

/** Inks of the patterns of classes, by the end of the name that a style gives them: `rings-light`. */
const INKS: Record<string, [number, number, number]> = { light: [255, 255, 255], dark: [34, 38, 43] };

/** The pattern of each state without a number; a style names its patterns so. */
const OF_STATE: Record<string, string> = {
  suppressed: 'hatch', not_covered: 'dots', not_yet_complete: 'lines', undefined: 'bars',
};

/** The pattern of a state; null where its number is told by colour alone. */
export function patternOf(state: string | undefined): string | null {
  return OF_STATE[state ?? ''] ?? null;
}

/** A pattern by its own name, with an ink or without, or that of its state; what is not known is hatched. */
function shape(name: string): Inks {
  const plain = name.split('-')[0] ?? name;
  return SHAPES[plain] ?? SHAPES[OF_STATE[plain] ?? 'hatch'] ?? (() => false);
}

/** A square that repeats without a seam, for the map. States have a grey ink that lets the ground through. */
export function picture(name: string, scale = 2): ImageData {
  const ink = INKS[name.split('-')[1] ?? ''];
  const colour = ink ?? [92, 102, 108];
  const side = STEP * scale;
  const data = new Uint8ClampedArray(side * side * 4);
  const inks = shape(name);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const alpha = inks(Math.floor(x / scale), Math.floor(y / scale)) ? (ink ? 220 : 150) : 0;
      data.set([...colour, alpha], (y * side + x) * 4);
    }
  }
  return new ImageData(data, side, side);
}

/** The inked pixels of a rectangle as the path of an SVG. */
export function path(name: string, width: number, height: number): string {
  const inks = shape(name);
  let drawn = '';
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) if (inks(x % STEP, y % STEP)) drawn += `M${x} ${y}h1v1h-1z`;
  }
  return drawn;
}
