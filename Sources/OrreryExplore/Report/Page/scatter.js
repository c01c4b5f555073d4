// Two dimensions of all points: a scatter to hover, click and brush. The roofline is one too.

/** Colours of points by series, and their legend. */
const colouring = {
  by: "limit",

  /** Series of a point by what is asked for; the names of the series in the order of how many points they have. */
  series() {
    if (this.known?.by === this.by) return this.known;
    let names = limitNames;
    let of = limiter;
    if (this.by === "front") {
      names = ["on the front", "beaten"];
      of = (index) => (onFront[index] ? 0 : 1);
    } else if (this.by !== "limit") {
      const axis = axes.find((axis) => axis.name === this.by);
      names = axis.labels;
      of = (index) => axis.codes[index];
    }
    const sums = names.map(() => 0);
    for (let index = 0; index < count; index++) if (of(index) >= 0) sums[of(index)] += 1;
    const order = names.map((_, place) => place);
    if (this.by === "limit") order.sort((a, b) => sums[b] - sums[a] || a - b);
    const rank = new Map(order.map((place, position) => [place, Math.min(position, palette.length - 1)]));
    this.known = {
      by: this.by, of: (index) => rank.get(of(index)) ?? palette.length - 1,
      names: order.filter((place) => sums[place] > 0).map((place) => ({ name: names[place], rank: rank.get(place) })),
    };
    return this.known;
  },
};

class Scatter {
  /**
   * @param axesOf gives the two dimensions, x and y.
   * @param options `front`: draw the front's step line and the knee; `decorate(context, x, y, box, colours)`: what else to draw.
   */
  constructor(host, description, axesOf, options = {}) {
    this.canvas = new Canvas(host, options.height ?? 430, description);
    this.axesOf = axesOf;
    this.options = options;
    this.listen();
    views.push(this);
  }

  draw() {
    const context = this.canvas.begin();
    const colours = theme();
    const [dimX, dimY] = this.axesOf();
    const box = { left: 100, right: this.canvas.width - 16, top: 14, bottom: this.canvas.height - 48 };
    const x = scale(dimX, box.left, box.right);
    const y = scale(dimY, box.bottom, box.top);
    Object.assign(this, { x, y, box, dimX, dimY });
    this.grid(context, colours);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    this.options.decorate?.(context, x, y, box, colours);
    this.points(context, colours);
    if (this.options.front && dimX.direction && dimY.direction && objectives.length === 2) this.front(context, colours);
    context.restore();
    this.marks(context, colours);
    this.brush(context, colours);
  }

  grid(context, colours) {
    const { box, x, y, dimX, dimY } = this;
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.fillStyle = colours.ink;
    const room = (label) => context.measureText(label).width + 14;
    context.textAlign = "center";
    for (const tick of spaced(x.ticks, x.to, room)) {
      context.beginPath();
      context.moveTo(tick.at, box.top);
      context.lineTo(tick.at, box.bottom);
      context.stroke();
      // The last label may be wider than the margin beside the plot.
      const half = context.measureText(tick.label).width / 2;
      context.fillText(tick.label, Math.min(tick.at, this.canvas.width - half), box.bottom + 14);
    }
    context.textAlign = "right";
    for (const tick of spaced(y.ticks, y.to, () => 18)) {
      context.beginPath();
      context.moveTo(box.left, tick.at);
      context.lineTo(box.right, tick.at);
      context.stroke();
      context.fillText(tick.label, box.left - 8, tick.at);
    }
    context.textAlign = "center";
    context.fillText(title(dimX), (box.left + box.right) / 2, box.bottom + 36);
    context.save();
    context.translate(9, (box.top + box.bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(title(dimY), 0, 0);
    context.restore();
  }

  points(context, colours) {
    const { x, y, dimX, dimY } = this;
    const series = colouring.series();
    this.places = new Float32Array(2 * count).fill(NaN);
    for (const isFront of [0, 1]) {
      for (let index = 0; index < count; index++) {
        if (onFront[index] !== isFront) continue;
        const [valueX, valueY] = [dimX.values[index], dimY.values[index]];
        if (!Number.isFinite(valueX) || !Number.isFinite(valueY)) continue;
        const [atX, atY] = [x.to(valueX), y.to(valueY)];
        this.places[2 * index] = atX;
        this.places[2 * index + 1] = atY;
        const rank = series.of(index);
        context.globalAlpha = visible[index] ? (isFront ? 1 : count > 3000 ? 0.35 : 0.55) : 0.05;
        context.fillStyle = colours.series[rank];
        mark(context, rank, atX, atY, isFront ? 4.6 : count > 3000 ? 2 : 3);
        context.fill();
        if (isFront && visible[index]) {
          context.strokeStyle = colours.ink;
          context.lineWidth = 1.2;
          context.stroke();
        }
      }
    }
    context.globalAlpha = 1;
  }

  /** The border of what the front dominates, as steps. */
  front(context, colours) {
    const { x, y, dimX, dimY } = this;
    const sorted = raw.front.map((index) => [dimX.values[index], dimY.values[index]]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    // Between two points of the front the border runs over the worse value of each.
    const first = dimX.direction === "minimise" ? ([, b], [c]) => [c, b] : ([a], [, d]) => [a, d];
    context.beginPath();
    sorted.forEach((point, place) => {
      if (place) {
        const corner = first(sorted[place - 1], point);
        context.lineTo(x.to(corner[0]), y.to(corner[1]));
      }
      context.lineTo(x.to(point[0]), y.to(point[1]));
    });
    context.strokeStyle = colours.ink;
    context.lineWidth = 1;
    context.setLineDash([5, 3]);
    context.stroke();
    context.setLineDash([]);
  }

  /** Rings around the selected and the hovered point, and the knee's name. */
  marks(context, colours) {
    const ring = (index, radius, width) => {
      const [atX, atY] = [this.places[2 * index], this.places[2 * index + 1]];
      if (!Number.isFinite(atX)) return null;
      context.beginPath();
      context.arc(atX, atY, radius, 0, 7);
      context.strokeStyle = colours.ink;
      context.lineWidth = width;
      context.stroke();
      return [atX, atY];
    };
    if (state.selected >= 0) ring(state.selected, 9, 2);
    if (state.hovered >= 0) ring(state.hovered, 7, 1.5);
    if (raw.knee === null) return;
    const [atX, atY] = [this.places[2 * raw.knee], this.places[2 * raw.knee + 1]];
    if (!Number.isFinite(atX)) return;
    const isLeft = atX > (this.box.left + this.box.right) / 2;
    context.textAlign = isLeft ? "right" : "left";
    context.font = "bold 12px system-ui, sans-serif";
    context.lineWidth = 4;
    context.strokeStyle = colours.paper;
    const [textX, textY] = [atX + (isLeft ? -13 : 13), this.options.decorate ? atY + 15 : Math.max(atY - 13, this.box.top + 8)];
    context.strokeText(kneeName, textX, textY);
    context.fillStyle = colours.ink;
    context.fillText(kneeName, textX, textY);
    context.font = "12px system-ui, sans-serif";
  }

  brush(context, colours) {
    const { x, y, dimX, dimY, box } = this;
    let corners = this.drag?.moved ? [this.drag.from, this.drag.to] : null;
    const [rangeX, rangeY] = [brushes.get(dimX), brushes.get(dimY)];
    if (!corners && (rangeX || rangeY)) {
      corners = [
        [rangeX ? x.to(rangeX[0]) : box.left, rangeY ? y.to(rangeY[0]) : box.bottom],
        [rangeX ? x.to(rangeX[1]) : box.right, rangeY ? y.to(rangeY[1]) : box.top],
      ];
    }
    if (!corners) return;
    const [[left, top], [right, bottom]] = corners;
    context.fillStyle = colours.ink;
    context.globalAlpha = 0.08;
    context.fillRect(left, top, right - left, bottom - top);
    context.globalAlpha = 1;
    context.strokeStyle = colours.ink;
    context.lineWidth = 1;
    context.strokeRect(left, top, right - left, bottom - top);
  }

  /** The visible point nearest to a place, within 20 pixels. */
  nearest([atX, atY]) {
    let [best, least] = [-1, 400];
    for (let index = 0; index < count; index++) {
      if (!visible[index]) continue;
      const [dx, dy] = [this.places[2 * index] - atX, this.places[2 * index + 1] - atY];
      // A point of the front wins over beaten ones beneath it.
      const distance = dx * dx + dy * dy - (onFront[index] ? 16 : 0);
      if (distance < least) [best, least] = [index, distance];
    }
    return best;
  }

  listen() {
    const node = this.canvas.node;
    node.addEventListener("pointerdown", (event) => {
      const from = this.canvas.at(event);
      this.drag = { from, to: from, moved: false };
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      const at = this.canvas.at(event);
      if (this.drag) {
        this.drag.to = at;
        this.drag.moved ||= Math.hypot(at[0] - this.drag.from[0], at[1] - this.drag.from[1]) > 5;
        hideTip();
        return render();
      }
      const index = this.nearest(at);
      hover(index);
      showTip(event, index);
    });
    node.addEventListener("pointerup", (event) => {
      const drag = this.drag;
      this.drag = null;
      if (!drag) return;
      if (!drag.moved) return select(this.nearest(this.canvas.at(event)));
      const range = (scale, a, b) => [scale.from(a), scale.from(b)].sort((p, q) => p - q);
      brushes.set(this.dimX, range(this.x, drag.from[0], drag.to[0]));
      brushes.set(this.dimY, range(this.y, drag.from[1], drag.to[1]));
      update();
    });
    node.addEventListener("pointerleave", () => {
      hideTip();
      hover(-1);
    });
    node.addEventListener("dblclick", () => {
      brushes.delete(this.dimX);
      brushes.delete(this.dimY);
      update();
    });
    // The arrows walk along the front.
    node.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || !raw.front.length) return;
      const order = [...raw.front].sort((a, b) => this.dimX.values[a] - this.dimX.values[b]);
      const next = order.indexOf(state.selected) + step;
      select(order[Math.min(Math.max(next, 0), order.length - 1)]);
      event.preventDefault();
    });
  }
}
