/** Draw a digit: a page, its preparation as in chapter 7, and what the network says of it. */

import { forward, PIXELS, predict } from "./network.js";
import {
  announcer,
  bars,
  button,
  element,
  figure,
  fixed,
  folded_table,
  ink,
  labelled,
  new_id,
  picture,
  slider,
  unpack,
} from "./parts.js";

const SIZE = 100,
  STAGES = ["as drawn", "cropped", "fitted", "centred"];
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const grid = (height, width, value) =>
  Array.from({ length: height }, (_, r) => Array.from({ length: width }, (_, c) => value(r, c)));

const sides = (image) => [image.length, image[0].length];

/** The page: ink (1) along the strokes, lists of points [row, column]; one point is a dot. */
export function draw(strokes, width) {
  const page = grid(SIZE, SIZE, () => 0),
    reach = width / 2 + 0.5;
  const near = (a, b) =>
    [...page.keys()].filter((k) => Math.min(a, b) - reach < k && k < Math.max(a, b) + reach);
  for (const points of strokes)
    points.forEach(([r1, c1], k) => {
      const [r0, c0] = points[k && k - 1],
        dr = r1 - r0,
        dc = c1 - c0,
        columns = near(c0, c1);
      for (const r of near(r0, r1))
        for (const c of columns) {
          const along = ((r - r0) * dr + (c - c0) * dc) / (dr ** 2 + dc ** 2 || 1);
          const part = Math.min(1, Math.max(0, along)); // the nearest point of the stroke
          const gap = Math.hypot(r - r0 - part * dr, c - c0 - part * dc);
          page[r][c] = Math.max(page[r][c], Math.min(1, reach - gap));
        }
    });
  return page;
}

export function crop(page) {
  const rows = page.flatMap((row, r) => (row.some(Boolean) ? r : []));
  const columns = page[0].flatMap((_, c) => (page.some((row) => row[c]) ? c : []));
  return page
    .slice(rows[0], rows.at(-1) + 1)
    .map((row) => row.slice(columns[0], columns.at(-1) + 1));
}

/** The matrix (size, old) that averages old pixels into new ones. */
export function averages(old, size) {
  return grid(size, old, (i, pixel) => {
    const start = (i * old) / size,
      end = Math.min(start + old / size, pixel + 1);
    return (Math.max(end - Math.max(start, pixel), 0) * size) / old;
  });
}

export function resize(image, height, width) {
  const product = (
    a,
    b, // a @ b.T
  ) =>
    a.map((row) =>
      b.map((other) =>
        Math.min(
          row.reduce((sum, value, i) => sum + value * other[i], 0),
          1,
        ),
      ),
    );
  return product(averages(image.length, height), product(averages(image[0].length, width), image));
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
  let mass = 0,
    rows = 0,
    columns = 0;
  a.forEach((row, r) =>
    row.forEach((v, c) => {
      mass += v;
      rows += r * v;
      columns += c * v;
    }),
  );
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
  const drawn = resize(page, 28, 28),
    box = crop(fitting ? page : drawn),
    fitted = fitting ? fit(box) : box;
  return [
    drawn,
    fitting && resize(box, 28, 28),
    fitting && lay(fitted, 0, 0),
    centring && centre(fitted),
  ];
}

async function build_drawing_pad({ root, get, set, follow }) {
  let parameters,
    stroke,
    pointer = null,
    at = [50, 50]; // stroke: the one being drawn
  const id = new_id(),
    cursor = element("span", { class: "nnlib-cursor" });
  const pad = picture(SIZE, SIZE, {
    role: "application",
    tabindex: 0,
    class: "nnlib-picture nnlib-pad",
    "aria-describedby": id,
  });
  const paper = picture(),
    says = element("p", { class: "nnlib-verdict" }),
    chart = bars("the ten outputs");
  const width = slider("width of the pen", { min: 1, max: 20 }, (value) => set("width", value));
  const ticks = [
    ["crop and fit to 20 × 20", "fitting"],
    ["centre by mass", "centring"],
  ].map(([text, name]) =>
    labelled(
      text,
      element("input", {
        type: "checkbox",
        name,
        onchange: ({ target }) => set(name, target.checked),
      }),
    ),
  );
  const steps = STAGES.map((name) => element("div", {}, name, picture(), element("p")));
  const numbers = folded_table("The ten outputs as a table", ["digit", "output"]),
    voice = announcer();
  root.append(
    element(
      "div",
      { class: "nnlib-desk" },
      element(
        "div",
        {},
        "the page, 100 × 100 cells",
        element("div", { class: "nnlib-page" }, pad, cursor),
        element(
          "div",
          { class: "nnlib-row" },
          button("undo", undo),
          button("clear", () => keep([])),
        ),
        width,
      ),
      element(
        "div",
        {},
        "what the network gets, 28 × 28",
        element("div", { class: "nnlib-side" }, paper, says),
        chart,
      ),
    ),
    element(
      "p",
      { id },
      "Draw with a mouse, a finger or a pen. On the keyboard, the arrow keys move the cursor " +
        "(further with Shift), Space puts the pen down or up, Backspace takes back a stroke.",
    ),
    element("div", { class: "nnlib-row" }, ...ticks),
    element("div", { class: "nnlib-steps" }, ...steps),
    numbers,
    voice,
  );

  function keep(strokes) {
    stroke = null;
    set("strokes", strokes);
  }
  const drawn = () => get("strokes").concat(stroke ? [stroke] : []);
  function undo() {
    keep(drawn().slice(0, -1));
  }
  function lift() {
    if (stroke) keep(drawn());
  }
  function dip() {
    if (stroke) lift();
    else stroke = [at];
  }

  const point = ({ clientX, clientY }) => {
    const box = pad.getBoundingClientRect(),
      cell = box.width / SIZE;
    return [(clientY - box.top) / cell - 0.5, (clientX - box.left) / cell - 0.5];
  };
  pad.onpointerdown = (event) => {
    if (pointer !== null || event.button !== 0 || !event.isPrimary) return;
    lift(); // what the keyboard began
    pad.setPointerCapture((pointer = event.pointerId));
    stroke = [point(event)];
    redraw();
  };
  pad.onpointermove = (event) => {
    if (event.pointerId !== pointer || !stroke) return;
    const parts = event.getCoalescedEvents?.() ?? [];
    stroke.push(...(parts.length ? parts : [event]).map(point));
    redraw();
  };
  pad.onlostpointercapture = () => {
    pointer = null;
    lift();
  };
  pad.onblur = () => {
    if (pointer === null) lift();
  };
  const actions = { " ": dip, Enter: dip, Escape: lift, Backspace: undo, Delete: undo };
  pad.onkeydown = (event) => {
    const arrow = ARROWS[event.key],
      action = actions[event.key],
      step = event.shiftKey ? 10 : 2;
    if (pointer !== null || event.ctrlKey || event.altKey || event.metaKey || !(arrow || action))
      return;
    event.preventDefault();
    if (arrow) {
      at = at.map((v, k) => Math.min(SIZE - 1, Math.max(0, v + step * arrow[k])));
      stroke?.push(at);
    } else action();
    redraw(`Row ${at[0]}, column ${at[1]}, pen ${stroke ? "down" : "up"}. `);
  };

  function redraw(where = "") {
    const strokes = drawn(),
      pen = get("width"),
      switches = ticks.map(({ input }) => get(input.name));
    if (![pen, ...strokes.flat(2)].every(Number.isFinite))
      throw Error("expected numbers in width and strokes; found others");
    const page = draw(strokes, pen),
      inked = page.flat().some(Boolean),
      made = inked ? stages(page, ...switches) : [];
    let x = new Float64Array(PIXELS),
      ya;
    steps.forEach(({ children: [image, answer] }, k) => {
      if (made[k]) {
        x = made[k].flat();
        ({ ya } = forward(x, parameters));
      }
      answer.textContent = made[k]
        ? `${predict(ya)}: ${fixed(Math.max(...ya), 2)}`
        : inked
          ? "left out"
          : "–";
      image.draw(x, ink, STAGES[k]);
      image.classList.toggle("nnlib-out", !made[k]);
    });
    width.set(pen);
    ticks.forEach(({ input }, k) => (input.checked = switches[k]));
    pad.draw(page.flat(), ink, `Page to draw on, ${strokes.length} strokes`);
    paper.draw(x, ink, "What the network gets");
    [cursor.style.top, cursor.style.left] = at.map((v) => `${v + 0.5}%`);
    cursor.classList.toggle("nnlib-down", Boolean(stroke));
    says.textContent = inked ? `Guessed digit ${predict(ya)}` : "Draw a digit";
    chart.style.visibility = inked ? "" : "hidden";
    if (inked) chart.draw(ya);
    numbers.draw(Array.from(ya ?? [], (value, digit) => [String(digit), fixed(value)]));
    voice.say(where + says.textContent);
  }

  async function read_parameters() {
    parameters = await unpack(get("parameters"), "parameters");
    redraw();
  }
  await read_parameters();
  follow("parameters", read_parameters);
  for (const name of ["strokes", "width", "fitting", "centring"]) follow(name, () => redraw());
}

export default figure("drawing-pad", "Draw a digit", build_drawing_pad);
