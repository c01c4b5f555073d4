// Energy by component of the points on the front, stacked, in the order of the first objective.

class EnergyBars {
  static most = 60;

  constructor(host, legend) {
    this.canvas = new Canvas(host, 320, "Energy by component of the points on the front");
    // The greatest parts have colours of their own, the rest share the last.
    const sums = energy.names.map((_, part) => raw.front.reduce((sum, index) => sum + energy.shares[part][index], 0));
    this.order = energy.names.map((_, part) => part).sort((a, b) => sums[b] - sums[a]).filter((part) => sums[part] > 0);
    this.rank = (position) => Math.min(position, palette.length - 1);
    const shown = this.order.slice(0, palette.length);
    showLegend(legend, shown.map((part, position) => ({
      name: position === palette.length - 1 && this.order.length > palette.length ? "others" : energy.names[part],
      rank: position,
    })));
    this.listen();
    views.push(this);
  }

  draw() {
    const context = this.canvas.begin();
    const colours = theme();
    const first = objectives[0];
    let points = raw.front.filter((index) => visible[index] && energy.total[index] > 0);
    points.sort((a, b) => (first ? first.values[a] - first.values[b] : a - b));
    if (points.length > EnergyBars.most) {
      const step = points.length / EnergyBars.most;
      const kept = new Set(Array.from({ length: EnergyBars.most }, (_, place) => points[Math.floor(place * step)]));
      points = points.filter((index) => kept.has(index) || index === raw.knee || index === state.selected);
    }
    const box = { left: 100, right: this.canvas.width - 16, top: 20, bottom: this.canvas.height - 44 };
    const most = Math.max(...points.map((index) => energy.total[index]), 0);
    const y = (joules) => box.bottom - (joules / most) * (box.bottom - box.top);
    context.fillStyle = colours.ink;
    context.strokeStyle = colours.line;
    context.textAlign = "right";
    for (const value of most > 0 ? linearTicks(0, most, 2 * (box.bottom - box.top)) : []) {
      context.beginPath();
      context.moveTo(box.left, y(value));
      context.lineTo(box.right, y(value));
      context.stroke();
      context.fillText(format(value, "J", 3), box.left - 8, y(value));
    }
    const step = (box.right - box.left) / Math.max(points.length, 1);
    const width = Math.min(46, step * 0.8);
    this.bars = points.map((index, place) => {
      const at = box.left + step * (place + 0.5);
      let sum = 0;
      this.order.forEach((part, position) => {
        const joules = (energy.total[index] * energy.shares[part][index]) / 50000;
        context.fillStyle = colours.series[this.rank(position)];
        context.fillRect(at - width / 2, y(sum + joules), width, y(sum) - y(sum + joules));
        sum += joules;
      });
      if (index === state.selected || index === state.hovered) {
        context.strokeStyle = colours.ink;
        context.lineWidth = index === state.selected ? 2 : 1;
        context.strokeRect(at - width / 2 - 1.5, y(sum) - 1.5, width + 3, box.bottom - y(sum) + 3);
      }
      return { index, at };
    });
    context.fillStyle = colours.ink;
    context.textAlign = "center";
    let free = -Infinity;
    const labels = [...this.bars].sort((a, b) => a.at - b.at);
    for (const bar of labels) {
      const label = first ? format(first.values[bar.index], first.unit, 3) : String(bar.index + 1);
      const room = context.measureText(label).width / 2;
      if (bar.at - room < free) continue;
      context.fillText(label, bar.at, box.bottom + 14);
      free = bar.at + room + 10;
    }
    context.fillText(first ? `${objectives.length === 1 ? "best" : "front"}, by ${first.name}` : "points", (box.left + box.right) / 2, box.bottom + 33);
    this.step = step;
  }

  nearest([atX]) {
    return this.bars?.find((bar) => Math.abs(bar.at - atX) <= this.step / 2)?.index ?? -1;
  }

  listen() {
    const node = this.canvas.node;
    node.addEventListener("pointermove", (event) => {
      const index = this.nearest(this.canvas.at(event));
      hover(index);
      showTip(event, index);
    });
    node.addEventListener("click", (event) => select(this.nearest(this.canvas.at(event))));
    node.addEventListener("pointerleave", () => {
      hideTip();
      hover(-1);
    });
  }
}

/** Names of series beside their marks. */
function showLegend(host, names) {
  const draw = () => {
    const colours = theme();
    host.replaceChildren(...names.map(({ name, rank }) => {
      const sample = element("canvas", { width: 28, height: 28 });
      const context = sample.getContext("2d");
      context.scale(2, 2);
      context.fillStyle = colours.series[rank];
      mark(context, rank, 7, 7, 5);
      context.fill();
      return element("span", {}, sample, name);
    }));
  };
  draw();
  return draw;
}
