// All about the selected point, and the table of points.

class Detail {
  constructor(host) {
    this.host = host;
    this.timelines = [...document.querySelectorAll("[data-point]")];
    views.push(this);
  }

  draw() {
    const index = state.selected;
    if (index === this.shown || index < 0) return;
    this.shown = index;
    const standing = index === raw.knee ? (kneeName === "best" ? "the best" : "the knee of the front") : onFront[index] ? "on the front" : "";
    const parts = [element("h3", { textContent: `Point ${index + 1}${standing ? `: ${standing}` : ""}` })];
    parts.push(this.table([...axes, ...metrics].map((dim) => [dim.name, text(dim, index)])));
    if (failure.has(index)) parts.push(element("p", { className: "bad", textContent: failure.get(index) }));
    const limited = limits.filter((rank) => rank.who[index] > 0)
      .map((rank) => [limitNames[rank.who[index] - 1], [rank.share[index] / 250]]);
    this.bars(parts, "What the latency is up to", limited, ["share"]);
    this.bars(parts, "Engines", engines.names.map((name, place) => {
      const [busy, stalled] = [engines.busy[place][index] / 250, engines.stalled[place][index] / 250];
      return [name, [busy, stalled, Math.max(0, 1 - busy - stalled)]];
    }), ["busy", "stalled", "idle"]);
    this.bars(parts, "Memories, of their peak", memories.names.map((name, place) => [name, [memories.achieved[place][index] / 250]]), ["used"]);
    this.bars(parts, "Energy", energy.names.map((name, place) => [name, [energy.shares[place][index] / 50000]])
      .filter(([, [share]]) => share >= 0.0005).sort((a, b) => b[1][0] - a[1][0]).slice(0, 8), ["share"]);
    this.host.replaceChildren(...parts);
    let hasTimeline = false;
    for (const timeline of this.timelines) {
      timeline.hidden = Number(timeline.dataset.point) !== index;
      hasTimeline ||= !timeline.hidden;
    }
    const note = document.getElementById("no-timeline");
    if (note) note.hidden = hasTimeline;
  }

  table(rows) {
    return element("table", {}, ...rows.map(([name, value]) =>
      element("tr", {}, element("td", { textContent: name }), element("td", { className: "n", textContent: value }))));
  }

  bars(parts, heading, rows, names) {
    if (!rows.length) return;
    parts.push(element("h4", { textContent: names.length > 1 ? `${heading}: ${names.join(", ")}` : heading }));
    parts.push(element("table", { className: "bars" }, ...rows.map(([name, shares]) => {
      const strip = element("div", { className: "strip", title: shares.map((share, place) => `${names[place]} ${format(share, "%", 3)}`).join(", ") },
        ...shares.map((share, place) => {
          const part = element("i", { className: `part${place}` });
          part.style.width = `${100 * Math.min(share, 1)}%`;
          return part;
        }));
      return element("tr", {}, element("td", { textContent: name }), element("td", {}, strip),
        element("td", { className: "n", textContent: format(shares[0], "%", 3) }));
    })));
  }
}

class PointTable {
  static most = 100;

  constructor(host) {
    this.host = host;
    this.by = objectives[0] ?? metrics[0] ?? null;
    this.isRising = this.by?.direction !== "maximise";
    views.push(this);
  }

  draw() {
    const key = [visibleCount, state.selected, this.by?.name, this.isRising, hidden.map((set) => [...set]), [...brushes.values()]].join();
    if (key === this.key) return;
    this.key = key;
    const shown = [];
    for (let index = 0; index < count; index++) if (visible[index]) shown.push(index);
    if (this.by) {
      const { values } = this.by;
      const order = (value) => (Number.isNaN(value) ? Infinity : this.isRising ? value : -value);
      shown.sort((a, b) => order(values[a]) - order(values[b]) || a - b);
    }
    const columns = [...axes, ...metrics];
    const head = element("tr", {}, element("th", { textContent: "point" }), ...columns.map((dim) => {
      const arrow = dim === this.by ? (this.isRising ? " ▲" : " ▼") : "";
      const cell = element("th", { textContent: dim.name + arrow, className: dim.isCategory ? "" : "n", tabIndex: 0 });
      cell.onclick = () => {
        this.isRising = dim === this.by ? !this.isRising : true;
        this.by = dim;
        render();
      };
      cell.onkeydown = (event) => event.key === "Enter" && cell.onclick();
      return cell;
    }), element("th", { textContent: "limited by" }));
    const rows = shown.slice(0, PointTable.most).map((index) => {
      const cells = columns.map((dim) => element("td", { className: dim.isCategory ? "" : "n", textContent: text(dim, index) }));
      const who = failure.get(index) ?? limitNames[limiter(index)] ?? "";
      const name = `${index + 1}${index === raw.knee ? ` ${kneeName}` : onFront[index] ? " front" : ""}`;
      const row = element("tr", { className: index === state.selected ? "selected" : "" },
        element("td", { textContent: name }), ...cells,
        element("td", { className: failure.has(index) ? "bad" : "", textContent: who }));
      row.onclick = () => select(index);
      return row;
    });
    const rest = shown.length - rows.length;
    this.host.replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
    if (rest > 0) this.host.append(element("p", { textContent: `${rest} more points; the CSV has all of them.` }));
  }
}
