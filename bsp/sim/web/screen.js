// Live screen: draws changed rectangles of RGB565 pixels on a canvas, scaled by an integer factor.

const SCREEN = 1;
const HEADER = 9;

/** Shows the pixels that `link` receives on `canvas`, as large as `space` allows. */
export class Screen {
  #canvas;
  #space;
  #context;
  #image;
  #pixels;

  constructor(canvas, space, link) {
    this.#canvas = canvas;
    this.#space = space;
    this.#resize(canvas.width, canvas.height);
    new ResizeObserver(() => this.#scale()).observe(space);
    link.on("hello", ({ screen }) => this.#resize(screen.width, screen.height));
    link.on("screen", (message) => this.#draw(message));
  }

  #resize(width, height) {
    Object.assign(this.#canvas, { width, height });
    this.#context = this.#canvas.getContext("2d", { alpha: false });
    this.#image = this.#context.createImageData(width, height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#scale();
  }

  // An integer factor in device pixels gives all pixels of the console the same size.
  #scale() {
    const density = window.devicePixelRatio || 1;
    const fit = Math.floor((this.#space.clientWidth * density) / this.#canvas.width);
    const scale = Math.max(1, fit) / density;
    this.#canvas.style.width = `${this.#canvas.width * scale}px`;
  }

  #draw(message) {
    const head = new DataView(message, 0, HEADER);
    if (head.getUint8(0) !== SCREEN) return;
    const [x, y, w, h] = [1, 3, 5, 7].map((at) => head.getUint16(at, true));
    const source = new Uint16Array(message.slice(HEADER));
    for (let row = 0; row < h; row += 1) {
      const start = (y + row) * this.#canvas.width + x;
      for (let column = 0; column < w; column += 1) {
        this.#pixels[start + column] = COLORS[source[row * w + column]];
      }
    }
    this.#context.putImageData(this.#image, 0, 0, x, y, w, h);
  }
}

// Maps each RGB565 colour to the four bytes of a canvas pixel, red first in memory.
const COLORS = Uint32Array.from({ length: 65536 }, (_, pixel) => {
  const [r, g, b] = [pixel >> 11, (pixel >> 5) & 0x3f, pixel & 0x1f];
  const [red, green, blue] = [(r << 3) | (r >> 2), (g << 2) | (g >> 4), (b << 3) | (b >> 2)];
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
});
