"use strict";
(() => {
  const root = document.documentElement;
  const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const dataOf = (figure) => JSON.parse(figure.querySelector(":scope > script").textContent);

  const scaled = (value, units, base) => {
    let unit = 0;
    while (Math.abs(value) >= base && unit + 1 < units.length) { value /= base; ++unit; }
    return (unit === 0 ? String(+value.toPrecision(4)) : value.toFixed(1)) + " " + units[unit];
  };
  const words = {
    share: (v) => (100 * v).toFixed(1) + " %",
    plain: (v) => String(+v.toPrecision(4)),
    bytes: (v) => scaled(v, ["B", "kB", "MB", "GB", "TB", "PB"], 1000),
    joules: (v) => scaled(v, ["J", "kJ", "MJ"], 1000),
    seconds: (v) => +v.toPrecision(3) + " s",
    milliseconds: (v) => +(v / 1000).toPrecision(3) + " s",
  };
  const tick = { ...words, share: (v) => +(100 * v).toPrecision(4) + " %" };

  // What happened, drawn over the chart library's canvas as the SVG has it.
  const drawMarks = (chart, data) => {
    const { ctx, bbox } = chart;
    const dots = devicePixelRatio;
    const bottom = bbox.top + bbox.height;
    const rows = { changed: 8, adapted: 18, outage: 28 };
    ctx.save();
    for (const mark of data.marks) {
      if (mark.kind === "drift" || mark.from < chart.scales.x.min || mark.from > chart.scales.x.max) { continue; }
      const x = chart.valToPos(mark.from, "x", true);
      const y = bottom - rows[mark.kind] * dots;
      ctx.beginPath();
      if (mark.kind === "changed") {
        ctx.moveTo(x, y - 4 * dots); ctx.lineTo(x + 4.5 * dots, y + 4 * dots); ctx.lineTo(x - 4.5 * dots, y + 4 * dots);
        ctx.fillStyle = colour("c1"); ctx.fill();
      } else if (mark.kind === "adapted") {
        ctx.moveTo(x, y - 4 * dots); ctx.lineTo(x + 4 * dots, y); ctx.lineTo(x, y + 4 * dots); ctx.lineTo(x - 4 * dots, y);
        ctx.fillStyle = colour("c2"); ctx.fill();
      } else {
        ctx.moveTo(x - 3 * dots, y - 3 * dots); ctx.lineTo(x + 3 * dots, y + 3 * dots);
        ctx.moveTo(x + 3 * dots, y - 3 * dots); ctx.lineTo(x - 3 * dots, y + 3 * dots);
        ctx.strokeStyle = colour("faint"); ctx.lineWidth = 1.5 * dots; ctx.stroke();
      }
    }
    ctx.restore();
  };
  const shadeDrift = (chart, data) => {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.fillStyle = colour("drift");
    for (const mark of data.marks) {
      if (mark.kind !== "drift") { continue; }
      const from = Math.max(bbox.left, chart.valToPos(mark.from, "x", true));
      const to = Math.min(bbox.left + bbox.width, chart.valToPos(mark.to, "x", true));
      if (to >= from) { ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height); }
    }
    ctx.restore();
  };

  const yScale = (data) => {
    if (data.range[0] !== null) {
      const room = 0.05 * (data.range[1] - data.range[0] || 1);
      return { range: [data.range[0] - room, data.range[1] + room] };
    }
    return data.fromZero ? { range: (_, low, high) => [Math.min(0, low ?? 0), (high || 1) * 1.06] } : {};
  };

  const drawChart = (figure) => {
    const data = dataOf(figure);
    const canvas = figure.querySelector(":scope > .canvas");
    const axis = { stroke: colour("faint"), grid: { stroke: colour("rule"), width: 1 }, ticks: { show: false }, font: "11.5px system-ui, sans-serif" };
    const columns = [data.x];
    const series = [{ label: data.xLabel, value: (_, v) => (v == null ? "-" : String(v)) }];
    const bands = [];
    for (const line of data.lines) {
      const stroke = colour("c" + line.colour);
      const value = (_, v) => (v == null ? "-" : words[data.unit](v));
      columns.push(line.values);
      series.push({ label: line.label, stroke, width: 2, value, points: { show: data.x.length <= 60, size: 6 } });
      if (line.low) {
        bands.push({ series: [columns.length, columns.length + 1], fill: stroke + "2e" });
        columns.push(line.high, line.low);
        for (const side of ["highest", "lowest"]) {
          series.push({ label: `${line.label}, ${side}`, class: "unnamed", stroke: "transparent", points: { show: false } });
        }
      }
    }
    const narrow = data.small || figure.clientWidth < 500;
    return new uPlot({
      width: figure.clientWidth, height: narrow ? 180 : 256, series, bands,
      scales: { x: { time: false }, y: yScale(data) },
      axes: [{ ...axis, size: 30, grid: { show: false }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
             { ...axis, size: 68, values: (_, ticks) => ticks.map(tick[data.unit]) }],
      cursor: { sync: { key: data.xLabel }, drag: { x: true, y: false } },
      legend: { show: !narrow },
      hooks: { drawClear: [(chart) => shadeDrift(chart, data)], draw: [(chart) => drawMarks(chart, data)] },
    }, columns, canvas);
  };

  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  const showTip = (event, text) => {
    tip.hidden = !text;
    tip.textContent = text || "";
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const above = event.clientY + 16 + tip.offsetHeight > innerHeight;
    tip.style.left = Math.max(4, left) + "px";
    tip.style.top = (above ? event.clientY - tip.offsetHeight - 10 : event.clientY + 16) + "px";
  };

  // The texts of a grid's cells: read when the pointer first comes.
  const watchGrid = (figure) => {
    const cells = figure.querySelector(".cells");
    let data = null;
    cells.addEventListener("pointermove", (event) => {
      if (!data) {
        data = dataOf(figure);
        for (const title of cells.querySelectorAll("title")) { title.remove(); }
      }
      const box = cells.getBoundingClientRect();
      const row = Math.min(data.rows.length - 1, Math.floor((event.clientY - box.top) / box.height * data.rows.length));
      const column = Math.min(data.columns.length - 1, Math.floor((event.clientX - box.left) / box.width * data.columns.length));
      const text = row < 0 || column < 0 ? "" : data.texts[data.cells[row][column]];
      showTip(event, text && `${figure.dataset.row} ${data.rows[row]}, ${figure.dataset.column} ${data.columns[column]}: ${text}`);
    });
    cells.addEventListener("pointerleave", (event) => showTip(event, ""));
  };

  // A choice of the round above a confusion matrix. Cells are drawn as the SVG has them.
  const watchMatrix = (figure) => {
    const data = dataOf(figure);
    const cells = figure.querySelector(".cells");
    const [left, top, width, height] = data.box;
    const shape = (name, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) { made.setAttribute(key, value); }
      return made;
    };
    let shown = data.rounds.length - 1;
    const drawCells = () => {
      const { round, totals, cells: numbers } = data.rounds[shown];
      figure.querySelector(".round").textContent = round;
      const shapes = [];
      for (let i = 0; i < numbers.length; i += 3) {
        const [row, column, samples] = numbers.slice(i, i + 3);
        const step = data.edges.filter((edge) => edge <= samples / totals[row]).length;
        const [x, y] = [left + column * width, top + row * height];
        shapes.push(shape("rect", { x, y, width: width - 1, height: height - 1, fill: data.colours[step] }));
        if (data.writes) {
          shapes.push(shape("text", { class: step < 6 ? "on-dark" : "on-light", x: x + width / 2, y: y + height / 2, dy: "0.32em", "text-anchor": "middle" }));
          shapes.at(-1).textContent = samples;
        }
      }
      cells.replaceChildren(...shapes);
    };
    const svg = figure.querySelector(":scope > svg");
    svg.addEventListener("pointermove", (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const [row, column] = [Math.floor((at.y - top) / height), Math.floor((at.x - left) / width)];
      const inside = row >= 0 && column >= 0 && row < data.classes.length && column < data.classes.length;
      const { totals, cells: numbers } = data.rounds[shown];
      let samples = 0;
      for (let i = 0; inside && i < numbers.length; i += 3) {
        if (numbers[i] === row && numbers[i + 1] === column) { samples = numbers[i + 2]; }
      }
      showTip(event, inside && `label ${data.classes[row]}, answer ${data.classes[column]}: ${samples} samples` +
        (totals[row] ? `, ${words.share(samples / totals[row])} of this label's` : ""));
    });
    svg.addEventListener("pointerleave", (event) => showTip(event, ""));
    drawCells();
    if (data.rounds.length < 2) { return; }
    const choice = document.createElement("label");
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: shown, value: shown });
    choice.className = "choice";
    choice.append("round", slider);
    slider.addEventListener("input", () => { shown = Number(slider.value); drawCells(); });
    figure.querySelector("figcaption").after(choice);
  };

  const number = (cell) => {
    if (cell.title) { return parseFloat(cell.title); }
    const text = cell.textContent;
    const factor = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, kJ: 1e3 }[text.split(" ")[1]] || 1;
    return parseFloat(text) * factor;
  };
  const sortBy = (table, head) => {
    const column = [...head.parentNode.children].indexOf(head);
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.children) { other.removeAttribute("aria-sort"); }
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows];
    const order = (a, b) => {
      const [x, y] = [a.cells[column], b.cells[column]];
      const [m, n] = [number(x), number(y)];
      if (Number.isNaN(m) !== Number.isNaN(n)) { return Number.isNaN(m) ? 1 : -1; }
      return (Number.isNaN(m) ? x.textContent.localeCompare(y.textContent) : m - n) * (down ? -1 : 1);
    };
    table.tBodies[0].append(...rows.sort(order));
  };

  let charts = [];
  const drawCharts = () => {
    for (const chart of charts) { chart.destroy(); }
    const figures = [...document.querySelectorAll("figure.chart")];
    for (const figure of figures) { figure.classList.add("drawn"); }
    charts = figures.map(drawChart);
  };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

  document.body.append(tip);
  drawCharts();
  for (const figure of document.querySelectorAll("figure.grid")) { watchGrid(figure); }
  for (const figure of document.querySelectorAll("figure.matrix")) { watchMatrix(figure); }
  for (const path of document.querySelectorAll("figure.parallel path")) {
    const title = path.querySelector("title");
    const text = title.textContent;
    title.remove();
    path.addEventListener("pointermove", (event) => showTip(event, text));
    path.addEventListener("pointerleave", (event) => showTip(event, ""));
  }
  for (const table of document.querySelectorAll(".table > table")) {
    if (table.tBodies[0].rows.length < 2) { continue; }
    table.classList.add("sortable");
    for (const head of table.tHead.rows[0].cells) { head.addEventListener("click", () => sortBy(table, head)); }
  }
  // Paper can't be unfolded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const part of folded) { part.open = true; }
  });
  addEventListener("afterprint", () => {
    for (const part of folded) { part.open = false; }
    folded = [];
  });
  const button = document.getElementById("theme");
  button.hidden = false;
  button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; drawCharts(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawCharts);
  let resizing = 0;
  addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(drawCharts, 150); });
  // For tests: how long after the start of loading the page could be used.
  root.dataset.ready = String(Math.round(performance.now()));
})();
