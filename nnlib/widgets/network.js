/**
 * The network in JavaScript: the functions of nnlib's network, loss, backpropagation and training,
 * under the same names and in the same order. A matrix is a Float64Array, row after row; a batch
 * of n images is n rows. Parameters, and a gradient, are {W1, b1, W2, b2}.
 */

export const PIXELS = 784;
export const DIGITS = 10;

/** rows[r], for rows of this width, and no copy of it. */
export function row_at(rows, r, width) {
  return rows.subarray(r * width, (r + 1) * width);
}

/** rows[:, k], for rows of this width. */
export function column_at(rows, k, width) {
  return rows.filter((_, i) => i % width === k);
}

/** rows @ W + b, for rows (n, inputs), W (inputs, outputs) and b (outputs,). */
export function affine(rows, W, b) {
  const outputs = b.length;
  const inputs = W.length / outputs;
  const n = rows.length / inputs;
  const sums = new Float64Array(n * outputs);
  for (let r = 0; r < n; r++) {
    const row = row_at(sums, r, outputs);
    row.set(b);
    for (let i = 0; i < inputs; i++) {
      const value = rows[r * inputs + i];
      if (value === 0) continue; // four pixels of five are blank
      for (let k = 0, w = i * outputs; k < outputs; k++, w++) row[k] += value * W[w];
    }
  }
  return sums;
}

/** rows.T @ others, for rows (n, a) and others (n, b): shape (a, b). */
export function transposed_product(rows, others, n) {
  const a = rows.length / n;
  const b = others.length / n;
  const product = new Float64Array(a * b);
  for (let r = 0; r < n; r++) {
    const other = row_at(others, r, b);
    for (let i = 0; i < a; i++) {
      const value = rows[r * a + i];
      if (value === 0) continue;
      for (let k = 0, p = i * b; k < b; k++, p++) product[p] += value * other[k];
    }
  }
  return product;
}

/** rows @ W.T, for rows (n, outputs) and W (inputs, outputs): shape (n, inputs). */
export function product_transposed(rows, W, outputs) {
  const inputs = W.length / outputs;
  const n = rows.length / outputs;
  const product = new Float64Array(n * inputs);
  for (let r = 0; r < n; r++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let k = 0; k < outputs; k++) sum += rows[r * outputs + k] * W[i * outputs + k];
      product[r * inputs + i] = sum;
    }
  }
  return product;
}

/** rows.sum(axis=0), for n rows. */
export function column_sums(rows, n) {
  const width = rows.length / n;
  const sums = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) sums[i % width] += rows[i];
  return sums;
}

/** x in [0, 1]: grey levels divided by 255, floats as they are. */
export function scale(pixels) {
  const x = new Float64Array(pixels);
  if (pixels instanceof Uint8Array) for (let i = 0; i < x.length; i++) x[i] /= 255; // eq-x
  return x;
}

/** 1 / (1 + exp(-h)), entry by entry: 0 where exp overflows to infinity. */
export function sigmoid(h) {
  return h.map((value) => 1 / (1 + Math.exp(-value)));
}

/** exp(y) over its sum, row by row; with the largest y subtracted exp cannot overflow. */
export function softmax(y) {
  const ya = new Float64Array(y.length);
  for (let start = 0; start < y.length; start += DIGITS) {
    const row = y.subarray(start, start + DIGITS);
    const highest = Math.max(...row);
    const e = row.map((value) => Math.exp(value - highest));
    const sum = e.reduce((total, value) => total + value);
    e.forEach((value, k) => {
      ya[start + k] = value / sum;
    });
  }
  return ya;
}

/** All the values on the way through the network, for n rows x. */
export function forward(x, parameters) {
  const { W1, b1, W2, b2 } = parameters;
  const h = affine(x, W1, b1); //   eq-h
  const ha = sigmoid(h); //         eq-ha
  const y = affine(ha, W2, b2); //  eq-y
  const ya = softmax(y); //         eq-ya
  return { x, h, ha, y, ya };
}

/** The digit of the largest of ten outputs; of equal ones the lowest. */
export function predict(ya) {
  return ya.indexOf(Math.max(...ya));
}

/** The guess for each of n rows of outputs. */
export function predict_all(ya) {
  return Array.from({ length: ya.length / DIGITS }, (_, r) => predict(row_at(ya, r, DIGITS)));
}

/** The target t: in each row 1 at the label and 0 elsewhere. */
export function one_hot(labels) {
  const t = new Float64Array(labels.length * DIGITS);
  labels.forEach((label, r) => {
    t[r * DIGITS + label] = 1; // eq-t
  });
  return t;
}

/** The mean over n rows of -log of the ya of the true digit, from the logits y. */
export function cross_entropy(y, labels) {
  let total = 0;
  labels.forEach((label, r) => {
    const row = row_at(y, r, DIGITS);
    const highest = Math.max(...row);
    const z = row.map((value) => value - highest);
    const sum = z.reduce((total, value) => total + Math.exp(value), 0);
    total += Math.log(sum) - z[label]; // eq-log-sum-exp
  });
  return total / labels.length; // eq-loss
}

/** The gradient from the values of a forward pass and the target t, all with n rows. */
export function backward({ x, ha, ya }, t, parameters) {
  const { W2 } = parameters;
  const n = t.length / DIGITS;
  const dy = ya.map((value, i) => (value - t[i]) / n); //               eq-dy
  const dW2 = transposed_product(ha, dy, n); //                         eq-dW2
  const db2 = column_sums(dy, n); //                                    eq-db2
  const dha = product_transposed(dy, W2, DIGITS); //                    eq-dha
  const dh = dha.map((value, i) => value * ha[i] * (1 - ha[i])); //     eq-dh
  const dW1 = transposed_product(x, dh, n); //                          eq-dW1
  const db1 = column_sums(dh, n); //                                    eq-db1
  return { W1: dW1, b1: db1, W2: dW2, b2: db2 };
}

/** One step downhill, which changes the parameters in place. */
export function update(parameters, gradient, rate) {
  for (const name of ["W1", "b1", "W2", "b2"]) {
    const p = parameters[name];
    const dp = gradient[name];
    for (let i = 0; i < p.length; i++) p[i] -= rate * dp[i]; // eq-update
  }
}

/** The loss where one entry of one parameter is moved by a nudge. */
export function nudged_loss(x, labels, parameters, name, place, nudge) {
  const nudged = parameters[name].slice();
  nudged[place] += nudge;
  return cross_entropy(forward(x, { ...parameters, [name]: nudged }).y, labels);
}

/** The central difference of the loss in one entry of one parameter: a gradient's entry. */
export function numerical_gradient(
  x,
  labels,
  parameters,
  name,
  place,
  step = Math.cbrt(Number.EPSILON),
) {
  const loss = (sign) => nudged_loss(x, labels, parameters, name, place, sign * step);
  return (loss(+1) - loss(-1)) / (2 * step); // eq-central
}

/** Uniform random numbers in [0, 1) from a whole number: the same seed, the same numbers. */
export function generator(seed) {
  let state = seed >>> 0;
  // Mulberry32 (Ettinger, 2017)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Untrained parameters: weights of standard deviation 1/sqrt(fan-in), biases of zero. */
export function initialize(random, hidden = 16) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const weights = (inputs, outputs) =>
    Float64Array.from({ length: inputs * outputs }, () => normal() / Math.sqrt(inputs));
  const W1 = weights(PIXELS, hidden);
  const W2 = weights(hidden, DIGITS);
  return { W1, b1: new Float64Array(hidden), W2, b2: new Float64Array(DIGITS) };
}

/** The numbers 0 to n - 1 in random order (Fisher and Yates). */
export function permutation(n, random) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const k = Math.floor(random() * (i + 1));
    [order[i], order[k]] = [order[k], order[i]];
  }
  return order;
}
