// Patterns drawn here, so that "withheld" is seen without colour and no picture has to be fetched.

/** A square of diagonal lines that repeats without a seam. `side` in pixels. */
export function hatch(side = 16, colour: [number, number, number] = [92, 102, 108]): ImageData {
  const data = new Uint8ClampedArray(side * side * 4);
  const period = side / 2;
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const d = (((x + y) % period) + period) % period;
      const alpha = d < 2 ? 130 : 0;
      data.set([...colour, alpha], (y * side + x) * 4);
    }
  }
  return new ImageData(data, side, side);
}
