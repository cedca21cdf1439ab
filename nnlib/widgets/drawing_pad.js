/** Draw a digit: a page, its preparation as in chapter 7, and what the network says of it. */

import { as_text, way_to } from "./drawn.js";
import { DIGITS, forward, PIXELS, predict, scale } from "./network.js";
import {
  announcer,
  bars,
  box,
  button,
  element,
  figure,
  fixed,
  folded_table,
  ink,
  labelled,
  new_id,
  note,
  number_from,
  number_to,
  one_of,
  picture,
  slider,
  unpack,
} from "./parts.js";

const SIZE = 100;
const STAGES = ["as drawn", "cropped", "fitted", "centred"];
const SWITCHES = { fitting: "crop and fit to 20 × 20", centring: "centre by mass" };
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const WIDE = 500; // pixels: a figure in which the page and what the network gets stand side by side
const MEANT = "You meant 0, it was read as 0 ✗. Read right so far: 100 of 100 drawings.";
const HOW =
  "Draw with a mouse, a finger or a pen. On the keyboard, the arrow keys move the cursor " +
  "(further with Shift), Space puts the pen down or up, Backspace takes back a stroke.";

// The preparation: nnlib's drawing, under the same names. An image is a list of rows.

const grid = (height, width, value) =>
  Array.from({ length: height }, (_, r) => Array.from({ length: width }, (_, c) => value(r, c)));

const sides = (image) => [image.length, image[0].length];

/** The page: ink (1) along the strokes, lists of points [row, column]; one point is a dot. */
export function draw(strokes, width) {
  const page = grid(SIZE, SIZE, () => 0);
  for (const points of strokes) {
    points.forEach((point, k) => {
      add_line(page, points[Math.max(0, k - 1)], point, width / 2 + 0.5);
    });
  }
  return page;
}

function add_line(page, [r0, c0], [r1, c1], reach) {
  const near = (a, b) =>
    [...page.keys()].filter((k) => Math.min(a, b) - reach < k && k < Math.max(a, b) + reach);
  const [dr, dc, columns] = [r1 - r0, c1 - c0, near(c0, c1)];
  for (const r of near(r0, r1)) {
    for (const c of columns) {
      const along = ((r - r0) * dr + (c - c0) * dc) / (dr ** 2 + dc ** 2 || 1);
      const part = Math.min(1, Math.max(0, along)); // the nearest point of the line
      const gap = Math.hypot(r - r0 - part * dr, c - c0 - part * dc);
      page[r][c] = Math.max(page[r][c], Math.min(1, reach - gap));
    }
  }
}

export function crop(page) {
  const rows = page.flatMap((row, r) => (row.some(Boolean) ? r : []));
  const columns = page[0].flatMap((_, c) => (page.some((row) => row[c]) ? c : []));
  const [left, right] = [columns[0], columns.at(-1) + 1];
  return page.slice(rows[0], rows.at(-1) + 1).map((row) => row.slice(left, right));
}

/** The matrix (size, old) that averages old pixels into new ones. */
export function averages(old, size) {
  return grid(size, old, (i, pixel) => {
    const start = (i * old) / size;
    const end = Math.min(start + old / size, pixel + 1);
    return (Math.max(end - Math.max(start, pixel), 0) * size) / old;
  });
}

/** a @ b.T */
function product(a, b) {
  const dot = (row, other) => row.reduce((sum, value, i) => sum + value * other[i], 0);
  return a.map((row) => b.map((other) => dot(row, other)));
}

export function resize(image, height, width) {
  const wide = product(averages(image[0].length, width), image);
  const resized = product(averages(image.length, height), wide);
  return resized.map((row) => row.map((value) => Math.min(value, 1)));
}

/** Python's round, which takes a half to the even neighbour. */
export function round(value) {
  const up = Math.round(value);
  return up - value === 0.5 ? 2 * Math.round(value / 2) : up;
}

export function fit(image, side = 20) {
  const factor = side / Math.max(...sides(image));
  return resize(image, ...sides(image).map((length) => Math.max(1, round(factor * length))));
}

export function centre_of_mass(a) {
  let [mass, rows, columns] = [0, 0, 0];
  for (const [r, row] of a.entries()) {
    for (const [c, value] of row.entries()) {
      mass += value;
      rows += r * value;
      columns += c * value;
    }
  }
  return [rows / mass, columns / mass]; // eq-centre
}

const lay = (image, top, left) => grid(28, 28, (r, c) => image[r - top]?.[c - left] ?? 0);

export function centre(image) {
  const place = centre_of_mass(image).map((position) => Math.max(round(14 - position), 0));
  return lay(image, ...sides(image).map((length, k) => Math.min(place[k], 28 - length)));
}

export function prepare(page) {
  return centre(fit(crop(page)));
}

/** A page with ink at each of the STAGES, (28, 28); false at one that is left out. */
export function stages(page, fitting, centring) {
  const drawn = resize(page, 28, 28);
  const part = crop(fitting ? page : drawn);
  const fitted = fitting ? fit(part) : part;
  return [
    drawn,
    fitting && resize(part, 28, 28),
    fitting && lay(fitted, 0, 0),
    centring && centre(fitted),
  ];
}

/** An image in grey levels, as those of MNIST. */
const levels_of = (image) => Uint8Array.from(image.flat(), (value) => round(255 * value));

/** The page, and what the network gets and says at each stage that is there. */
function prepared({ strokes, width, fitting, centring }, parameters) {
  const page = draw(strokes, width);
  const inked = page.flat().some(Boolean);
  const images = inked ? stages(page, fitting, centring) : STAGES.map(() => false);
  let last = { levels: new Uint8Array(PIXELS), x: new Float64Array(PIXELS) };
  const steps = images.map((image) => {
    if (image) last = read_levels(levels_of(image), parameters);
    return { ...last, there: Boolean(image) };
  });
  return { ...last, page, inked, steps };
}

function read_levels(levels, parameters) {
  const { x, ya } = forward(scale(levels), parameters);
  return { levels, x, ya };
}

/** The pen: saved() are the strokes that Python knows, and save(strokes) tells them. */
function pen_for({ saved, save, changed }) {
  let stroke = null; // the one that is being drawn
  let cleared = []; // what undo brings back to a page that was cleared
  let at = [SIZE / 2, SIZE / 2]; // of the cursor
  function keep(strokes) {
    stroke = null;
    save(strokes);
  }
  const pen = {
    at: () => at,
    is_down: () => stroke !== null,
    strokes: () => saved().concat(stroke ? [stroke] : []),
    clear() {
      if (pen.strokes().length) cleared = pen.strokes();
      keep([]);
    },
    undo() {
      const before = pen.strokes();
      keep(before.length ? before.slice(0, -1) : cleared);
      if (before.length === 0) cleared = [];
    },
    lift() {
      if (stroke) keep(pen.strokes());
    },
    dip() {
      if (stroke) pen.lift();
      else stroke = [at];
    },
    start(point) {
      pen.lift(); // what the keyboard began
      stroke = [point];
      changed();
    },
    go_on(points) {
      stroke?.push(...points);
      changed();
    },
    move(arrow, step) {
      at = at.map((v, k) => Math.min(SIZE - 1, Math.max(0, v + step * arrow[k])));
      stroke?.push(at);
    },
  };
  return pen;
}

/** Draws with the mouse, a finger or a pen; returns a function that says whether it does. */
function draw_by_pointer(pad, pen) {
  let pointer = null;
  const point = ({ clientX, clientY }) => {
    const edge = pad.getBoundingClientRect();
    const cell = edge.width / SIZE;
    return [(clientY - edge.top) / cell - 0.5, (clientX - edge.left) / cell - 0.5];
  };
  pad.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0 || !event.isPrimary) return;
    pointer = event.pointerId;
    pad.setPointerCapture(pointer);
    pen.start(point(event));
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const parts = event.getCoalescedEvents?.() ?? [];
    pen.go_on((parts.length ? parts : [event]).map(point));
  });
  pad.addEventListener("lostpointercapture", () => {
    pointer = null;
    pen.lift();
  });
  return () => pointer !== null;
}

function draw_by_keyboard(pad, pen, { is_busy, redraw }) {
  const { dip, lift, undo } = pen;
  const actions = { " ": dip, Enter: dip, Escape: lift, Backspace: undo, Delete: undo };
  pad.addEventListener("blur", () => {
    if (!is_busy()) lift();
  });
  pad.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    const [arrow, action] = [ARROWS[key], actions[key]];
    if (is_busy() || ctrlKey || altKey || metaKey || !(arrow || action)) return;
    if (key === "Escape" && !pen.is_down()) return; // it may end something else
    event.preventDefault();
    if (arrow) pen.move(arrow, shiftKey ? 10 : 2);
    else action();
    const [row, column] = pen.at();
    redraw(`Row ${row}, column ${column}, pen ${pen.is_down() ? "down" : "up"}. `);
  });
}

function tick(name, set) {
  const onchange = ({ target }) => set(name, target.checked);
  return labelled(SWITCHES[name], element("input", { type: "checkbox", onchange }));
}

function stage_of(name) {
  const paper = picture();
  const answer = element("p");
  const node = element("div", {}, name, paper, answer);
  node.draw = ({ x, ya, there }, inked) => {
    answer.textContent = words_on_stage({ ya, there }, inked);
    paper.draw(x, ink, name);
    paper.classList.toggle("nnlib-out", !there);
  };
  return node;
}

function words_on_stage({ ya, there }, inked) {
  if (!inked) return "–";
  return there ? `${predict(ya)}: ${fixed(Math.max(...ya), 2)}` : "left out";
}

function words_on_meaning(meant, drawing) {
  const said = meant.get(drawing);
  const right = [...meant.values()].filter(({ digit, guess }) => digit === guess).length;
  const one = said && `it was read as ${said.guess} ${said.digit === said.guess ? "✓" : "✗"}`;
  const first = said ? `You meant ${said.digit}, ${one}. ` : "";
  return meant.size ? `${first}Read right so far: ${right} of ${meant.size} drawings.` : "";
}

/** A row in which the reader says which digit he meant; .draw(strokes, guess) follows the page. */
function meaning(root) {
  const meant = new Map(); // by the first stroke of a drawing
  const tally = note(MEANT, { "aria-live": "polite" });
  const show = () => tally.show(words_on_meaning(meant, now.drawing));
  let now = {};
  function say(digit) {
    if (!now.drawing) return;
    meant.set(now.drawing, { digit, guess: now.guess });
    show();
  }
  const attributes = (digit) => ({ "aria-label": `I meant ${digit}` });
  const key_of = (_, digit) => button(digit, () => say(digit), attributes(digit));
  const keys = Array.from({ length: DIGITS }, key_of);
  const node = element("div", {}, box("meant", element("span", {}, "I meant"), ...keys), tally);
  root.addEventListener("keydown", ({ key, ctrlKey, altKey, metaKey }) => {
    if (/^\d$/.test(key) && !(ctrlKey || altKey || metaKey)) say(Number(key));
  });
  root.addEventListener("reset", () => {
    meant.clear();
    show();
  });
  node.draw = (strokes, guess) => {
    now = { drawing: guess === null ? "" : JSON.stringify(strokes[0]), guess };
    for (const key of keys) key.disabled = !now.drawing;
    show();
  };
  return node;
}

function parts_of(root, set) {
  const id = new_id();
  const role = { role: "application", tabindex: 0, "aria-describedby": id };
  return {
    pad: picture(SIZE, SIZE, { ...role, class: "nnlib-picture nnlib-pad" }),
    hint: element("span", { class: "nnlib-hint", "aria-hidden": "true" }, "Draw a digit here"),
    cursor: element("span", { class: "nnlib-cursor" }),
    way: element("a", { class: "nnlib-explain" }, "explain this answer"),
    how: element("p", { id, class: "nnlib-how" }, HOW),
    width: slider("width of the pen", { min: 1, max: 20 }, (value) => set("width", value)),
    paper: picture(),
    says: element("p", { class: "nnlib-verdict" }),
    chart: bars("the ten outputs"),
    meant: meaning(root),
    ticks: Object.keys(SWITCHES).map((name) => tick(name, set)),
    steps: STAGES.map(stage_of),
    numbers: folded_table("The ten outputs as a table", ["digit", "output"]),
    voice: announcer(),
  };
}

/** The page beside what the network gets; in a brief figure all else is folded. */
function lay_out(root, pen, { set, brief }) {
  const view = parts_of(root, set);
  const { pad, hint, cursor, meant, numbers } = view;
  const buttons = [button("undo", pen.undo), button("clear", pen.clear)];
  const title = element("summary", {}, "Pen, keyboard, preparation");
  const stages = [view.how, view.width, box("ticks", ...view.ticks), box("steps", ...view.steps)];
  const open = !brief && root.clientWidth > WIDE;
  const more = element("details", { class: "nnlib-folded nnlib-more", open }, title, ...stages);
  if (brief) more.append(meant, numbers);
  root.append(
    box(
      "desk",
      element(
        "div",
        {},
        element("p", { class: "nnlib-title" }, `the page, ${SIZE} × ${SIZE} cells`),
        box("page", pad, cursor, hint),
        box("row", ...buttons),
      ),
      box(
        "given",
        element("p", { class: "nnlib-title" }, "what the network gets, 28 × 28"),
        box("side", view.paper, box("says", view.says, view.way)),
        view.chart,
      ),
    ),
    ...(brief ? [more] : [meant, more, numbers]),
    view.voice,
  );
  return view;
}

function draw_answer(view, { strokes }, { inked, levels, ya }) {
  const guess = inked ? predict(ya) : null;
  const to = inked && way_to("forward-pass", as_text(levels), `&output=${guess}`);
  view.hint.hidden = inked;
  view.says.textContent = inked ? `Guessed digit ${guess}` : "Draw a digit";
  view.chart.style.visibility = inked ? "" : "hidden";
  if (inked) view.chart.draw(ya);
  view.way.classList.toggle("nnlib-unseen", !to);
  view.way.href = to || "#";
  view.meant.draw(strokes, guess);
  view.numbers.draw(Array.from(ya ?? [], (value, digit) => [String(digit), fixed(value)]));
}

function draw_all(view, state, made) {
  const { page, inked, steps, x } = made;
  const digits = Object.keys(SWITCHES);
  view.width.set(state.width);
  view.ticks.forEach(({ input }, k) => {
    input.checked = state[digits[k]];
  });
  view.steps.forEach((step, k) => {
    step.draw(steps[k], inked);
  });
  const { length } = state.strokes;
  view.pad.draw(page.flat(), ink, `Page to draw on, ${length} stroke${length === 1 ? "" : "s"}`);
  view.paper.draw(x, ink, "What the network gets");
  draw_answer(view, state, made);
}

function draw_cursor(cursor, pen) {
  const [top, left] = pen.at().map((v) => `${v + 0.5}%`);
  Object.assign(cursor.style, { top, left });
  cursor.classList.toggle("nnlib-down", pen.is_down());
}

/** Strokes in a link: their points one after the other, to a tenth of a cell. */
const text_of = (strokes) =>
  strokes.map((points) => points.flat().map((v) => Number(v.toFixed(1)))).join("/");

function strokes_from(text) {
  const strokes = text ? text.split("/").map((points) => points.split(",").map(number_from)) : [];
  if (strokes.every((all) => all.length % 2 === 0 && all.every(Number.isFinite))) {
    return strokes.map((all) => all.flatMap((v, k) => (k % 2 ? [] : [[v, all[k + 1]]])));
  }
  throw Error(`expected strokes such as 10,60,30,60/80,20; found ${text.slice(0, 40)}`);
}

async function build_drawing_pad({ root, get, set, follow }) {
  const saved = () => get("strokes");
  const save = (strokes) => set("strokes", strokes);
  const pen = pen_for({ saved, save, changed: () => redraw() });
  const view = lay_out(root, pen, { set, brief: get("brief") });
  let parameters;

  function redraw(where = "") {
    const [width, fitting, centring] = ["width", "fitting", "centring"].map(get);
    const state = { strokes: pen.strokes(), width, fitting, centring };
    if (![width, ...state.strokes.flat(2)].every(Number.isFinite)) {
      throw Error("expected numbers in width and strokes; found others");
    }
    draw_all(view, state, prepared(state, parameters));
    draw_cursor(view.cursor, pen);
    view.voice.say(where + view.says.textContent);
  }

  async function read_parameters() {
    parameters = await unpack(get("parameters"), "parameters");
    redraw();
  }

  draw_by_keyboard(view.pad, pen, { is_busy: draw_by_pointer(view.pad, pen), redraw });
  await read_parameters();
  follow("parameters", read_parameters);
  for (const name of ["strokes", "width", "fitting", "centring"]) follow(name, () => redraw());
  return {
    width: number_to(20, 1),
    fitting: one_of(false, true),
    centring: one_of(false, true),
    strokes: Object.assign(strokes_from, { write: text_of }),
  };
}

export default figure("drawing-pad", "Draw a digit", build_drawing_pad);
