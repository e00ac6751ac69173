// Patterns drawn here, so that what has no number is seen without colour and no picture has to be fetched. They have the
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
};

/** The pattern of each state without a number; a style names its patterns so. */
const OF_STATE: Record<string, string> = {
  suppressed: 'hatch', not_covered: 'dots', not_yet_complete: 'lines', undefined: 'bars',
};

/** The pattern of a state; null where its number is told by colour alone. */
export function patternOf(state: string | undefined): string | null {
  return OF_STATE[state ?? ''] ?? null;
}

/** A pattern by its own name or that of its state; what is not known is hatched. */
function shape(name: string): Inks {
  return SHAPES[name] ?? SHAPES[OF_STATE[name] ?? 'hatch'] ?? (() => false);
}

/** A square that repeats without a seam, for the map. */
export function picture(name: string, scale = 2, colour: [number, number, number] = [92, 102, 108]): ImageData {
  const side = STEP * scale;
  const data = new Uint8ClampedArray(side * side * 4);
  const inks = shape(name);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const alpha = inks(Math.floor(x / scale), Math.floor(y / scale)) ? 150 : 0;
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
