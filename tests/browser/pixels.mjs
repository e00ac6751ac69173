// Reads the colours of a screenshot inside the page: no image library is needed.

/** Counts of `#rrggbb` in a PNG. */
export async function colours(page, png) {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const counts = {};
    for (let i = 0; i < data.length; i += 4) {
      const name = `#${[data[i], data[i + 1], data[i + 2]].map((v) => v.toString(16).padStart(2, '0')).join('')}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }, png.toString('base64'));
}

/** Whether a picture is more than one flat colour: many colours, and none that fills nearly all of it. */
export function isBlank(counts) {
  const all = Object.values(counts).reduce((a, b) => a + b, 0);
  return Object.keys(counts).length < 12 || Math.max(...Object.values(counts)) > 0.98 * all;
}
