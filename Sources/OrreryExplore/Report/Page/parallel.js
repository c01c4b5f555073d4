// Parallel coordinates: every point a line over its settings and objectives. Drag along an axis to keep a range of it.

class Parallel {
  constructor(host) {
    this.canvas = new Canvas(host, 380, "Parallel coordinates of settings and objectives");
    const known = (dim) => dim.high > dim.low;
    this.dims = [...axes.filter((axis) => axis.labels.length > 1), ...metrics].filter(known).slice(0, 14);
    this.listen();
    views.push(this);
  }

  draw() {
    const context = this.canvas.begin();
    const colours = theme();
    const [left, right, top, bottom] = [70, this.canvas.width - 70, 46, this.canvas.height - 18];
    const step = this.dims.length > 1 ? (right - left) / (this.dims.length - 1) : 0;
    this.columns = this.dims.map((dim, place) => ({ dim, at: left + step * place, scale: scale(dim, bottom, top) }));
    const series = colouring.series();
    const line = (index) => {
      context.beginPath();
      for (const column of this.columns) {
        const value = column.dim.values[index];
        if (Number.isFinite(value)) context.lineTo(column.at, column.scale.to(value) + this.shift(column.dim, index));
      }
      context.stroke();
    };
    context.lineWidth = 1;
    for (const isFront of [0, 1]) {
      for (let index = 0; index < count; index++) {
        if (onFront[index] !== isFront || !visible[index]) continue;
        context.globalAlpha = isFront ? 0.9 : Math.max(0.03, Math.min(0.35, 150 / count));
        context.strokeStyle = colours.series[series.of(index)];
        line(index);
      }
    }
    context.globalAlpha = 1;
    for (const [index, width] of [[state.selected, 3], [state.hovered, 2]]) {
      if (index < 0) continue;
      context.strokeStyle = colours.ink;
      context.lineWidth = width;
      line(index);
    }
    for (const column of this.columns) this.axis(context, colours, column, step, top, bottom);
  }

  /** Lines of one category lie side by side, not on top of each other. */
  shift(dim, index) {
    if (!dim.isCategory) return 0;
    return (((index * 0.618034) % 1) - 0.5) * Math.min(26, 200 / dim.labels.length);
  }

  axis(context, colours, { dim, at, scale }, step, top, bottom) {
    context.strokeStyle = colours.ink;
    context.fillStyle = colours.ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(at, top);
    context.lineTo(at, bottom);
    context.stroke();
    context.textAlign = "center";
    const split = dim.name.includes(".") ? dim.name.lastIndexOf(".") : dim.name.indexOf("_", dim.name.length / 2);
    const lines = split > 0 ? [dim.name.slice(0, split), dim.name.slice(split + 1)] : [dim.name];
    lines.forEach((name, row) => {
      // The outermost names have only the margin on their outer side.
      const room = Math.min(step - 8, 2 * Math.min(at, this.canvas.width - at)) || 200;
      context.fillText(cut(context, name, room), at, top - 14 - 15 * (lines.length - 1 - row));
    });
    context.textAlign = "left";
    for (const tick of spaced(scale.ticks, scale.to, () => 17)) {
      const label = cut(context, tick.label, step - 16 || 100);
      context.strokeStyle = colours.paper;
      context.lineWidth = 3;
      context.strokeText(label, at + 6, tick.at);
      context.fillText(label, at + 6, tick.at);
      context.fillRect(at - 3, tick.at - 0.5, 6, 1);
    }
    const drag = this.drag?.dim === dim ? [this.drag.from, this.drag.to] : brushes.get(dim)?.map(scale.to);
    if (!drag) return;
    context.globalAlpha = 0.25;
    context.fillRect(at - 8, Math.min(...drag), 16, Math.abs(drag[1] - drag[0]));
    context.globalAlpha = 1;
  }

  /** The visible line nearest to a place, within 8 pixels. */
  nearest([atX, atY]) {
    const next = this.columns.findIndex((column) => column.at >= atX);
    if (next < 1) return -1;
    const [before, after] = [this.columns[next - 1], this.columns[next]];
    const part = (atX - before.at) / (after.at - before.at);
    let [best, least] = [-1, 8];
    for (let index = 0; index < count; index++) {
      if (!visible[index]) continue;
      const a = before.scale.to(before.dim.values[index]) + this.shift(before.dim, index);
      const b = after.scale.to(after.dim.values[index]) + this.shift(after.dim, index);
      const distance = Math.abs(a + (b - a) * part - atY) - (onFront[index] ? 2 : 0);
      if (distance < least) [best, least] = [index, distance];
    }
    return best;
  }

  listen() {
    const node = this.canvas.node;
    const column = ([atX]) => this.columns.find((column) => Math.abs(column.at - atX) < 12);
    node.addEventListener("pointerdown", (event) => {
      const at = this.canvas.at(event);
      const hit = column(at);
      if (!hit) return;
      this.drag = { dim: hit.dim, scale: hit.scale, from: at[1], to: at[1] };
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => {
      const at = this.canvas.at(event);
      if (this.drag) {
        this.drag.to = at[1];
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
      if (!drag) return select(this.nearest(this.canvas.at(event)));
      if (Math.abs(drag.to - drag.from) < 4) {
        brushes.delete(drag.dim);
      } else {
        brushes.set(drag.dim, [drag.scale.from(drag.from), drag.scale.from(drag.to)].sort((a, b) => a - b));
      }
      update();
    });
    node.addEventListener("pointerleave", () => {
      hideTip();
      hover(-1);
    });
  }
}

/** Text that fits into a width, with … in the place of what is cut. */
function cut(context, label, width) {
  if (context.measureText(label).width <= width) return label;
  let end = label.length;
  while (end > 1 && context.measureText(`${label.slice(0, end)}…`).width > width) end -= 1;
  return `${label.slice(0, end)}…`;
}
