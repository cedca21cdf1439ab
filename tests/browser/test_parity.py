"""The JavaScript of the figures is nnlib: the same numbers, in two browsers, as in numpy.

The requirement is 1e-6. Both sides compute in float64, so what may differ is the order of sums
and the last bit of exp and log: 1e-12 is asked of single passes, and 1e-9 after 100 steps.
"""

import base64

import numpy as np
import pytest

import nnlib as nn
from nnlib.widgets.figure import javascript

# Imported as the page does it. Arrays travel as bytes, so that no digit is lost on the way.
START = """async source => {
    const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
    const {default: _, ...nnlib} = await import(address);
    const kinds = {uint8: Uint8Array, uint32: Uint32Array, float64: Float64Array};
    const each = (whole, change) => {
        if (whole === null || typeof whole !== "object") return whole;
        if (Array.isArray(whole)) return whole.map(change);
        const parts = Object.entries(whole).map(([name, part]) => [name, change(part)]);
        return Object.fromEntries(parts);
    };
    const read = value => {
        if (!value?.dtype) return each(value, read);
        const bytes = Uint8Array.from(atob(value.bytes), letter => letter.charCodeAt(0));
        return new kinds[value.dtype](bytes.buffer);
    };
    const write = value => {
        const dtype = Object.keys(kinds).find(name => value instanceof kinds[name]);
        if (!dtype) return each(value, write);
        const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
        return {dtype, bytes: btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""))};
    };
    window.run = async (code, values) => {
        const known = {...nnlib, ...each(values, read)};
        const body = new Function(...Object.keys(known), `return (async () => { ${code} })()`);
        return write(await body(...Object.values(known)));
    };
}"""


def sent(value):
    """Arrays, also within lists, dicts and Parameters, as the page's `read` takes them."""
    if isinstance(value, list):
        return [sent(part) for part in value]
    if isinstance(value, np.ndarray):
        return {"dtype": value.dtype.name, "bytes": base64.b64encode(value.tobytes()).decode()}
    value = value._asdict() if hasattr(value, "_asdict") else value
    return {name: sent(part) for name, part in value.items()} if isinstance(value, dict) else value


def received(value):
    """Flat arrays, also within lists and dicts, from what the page's `write` made of them."""
    if isinstance(value, list):
        return [received(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "bytes" in value:
        return np.frombuffer(base64.b64decode(value["bytes"]), value["dtype"])
    return {name: received(part) for name, part in value.items()}


@pytest.fixture(scope="module", params=["browser", "firefox"])
def js(request):
    """Runs the body of a JavaScript function that knows all of network.js and the given values."""
    context = request.getfixturevalue(request.param).new_context()
    tab = context.new_page()
    tab.goto("about:blank")
    tab.evaluate(START, javascript("image_picker.js"))

    def run(code, **values):
        arguments = [code, {name: sent(value) for name, value in values.items()}]
        return received(tab.evaluate("([code, values]) => run(code, values)", arguments))

    yield run
    context.close()


def close(found, expected, tolerance=1e-12):
    expected = np.ravel(expected)
    assert np.shape(found) == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def mulberry32(seed):
    """The numbers of the generator, by whole numbers of Python."""
    word = 0xFFFFFFFF
    while True:
        seed = (seed + 0x6D2B79F5) & word
        mixed = ((seed ^ seed >> 15) * (seed | 1)) & word
        mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) & word
        yield (mixed ^ mixed >> 14) / 2**32


@pytest.fixture(scope="module")
def batches(sample, trained):
    """Pixels, labels and parameters: what the book does, and what its readers may try."""
    pixels, labels = sample.test_images.reshape(-1, 784), sample.test_labels.astype(np.uint8)

    def of(hidden):  # biases that are not zero, and hidden values that spread wide
        rng = np.random.default_rng(hidden)
        shapes = (784, hidden), (hidden,), (hidden, 10), (10,)
        return nn.Parameters(*(rng.normal(0, 0.4, shape) for shape in shapes))

    return {
        "250 images": (pixels[:250], labels[:250], trained),
        "one image": (pixels[7:8], labels[7:8], trained),
        "blank, full": (np.repeat(np.uint8([[0], [255]]), 784, 1), np.uint8([0, 9]), trained),
        "floats": (pixels[:9] / 510, labels[:9], trained),
        "untrained": (pixels[:33], labels[:33], nn.initialize(seed=1)),
        "all ties": (pixels[:3], labels[:3], nn.Parameters(*(0 * p for p in trained))),
        "1 hidden unit": (pixels[:5], labels[:5], of(1)),
        "40 hidden units": (pixels[:5], labels[:5], of(40)),
    }


@pytest.mark.parametrize("case", [
    "250 images", "one image", "blank, full", "floats", "untrained", "all ties",
    "1 hidden unit", "40 hidden units",
])  # fmt: skip
def test_a_pass_forward_and_back(js, batches, case):
    pixels, labels, parameters = batches[case]
    found = js(
        """const x = scale(pixels), t = one_hot(labels), values = forward(x, parameters);
        const ya = Array.from(labels, (_, r) => values.ya.subarray(r * 10, (r + 1) * 10));
        const gradient = backward(values, t, parameters);
        const loss = cross_entropy(values.y, labels);
        return {values, t, gradient, loss, guesses: ya.map(predict), parameters};""",
        pixels=pixels, labels=labels, parameters=parameters,
    )  # fmt: skip
    values = nn.forward_propagation(pixels, parameters)
    close(found["values"]["x"], values[0], 0)
    close(found["t"], nn.one_hot(labels), 0)
    for name, expected in zip(("h", "ha", "y", "ya"), values[1:]):
        close(found["values"][name], expected)
    assert abs(found["loss"] - nn.cross_entropy(values[3], labels)) < 1e-12
    gradient = nn.backpropagation(pixels, labels, parameters)
    for name, p, dp in zip(nn.Parameters._fields, parameters, gradient):
        close(found["gradient"][name], dp)
        close(found["parameters"][name], p, 0)  # not changed on the way
    assert found["guesses"] == nn.predict(pixels, parameters).tolist()


def test_sigmoid_and_softmax_far_from_zero(js):
    h = np.array([-1e4, -800, -710, -709, -700, -40, -1e-300, 0, 1e-17, 40, 709, 800, 1e4])
    # Where nnlib stops at sigmoid(-709), to avoid a warning, JavaScript goes on to 0.
    np.testing.assert_allclose(js("return sigmoid(h);", h=h), nn.sigmoid(h), 1e-14, 2e-308)
    y = np.zeros((6, 10))
    y[1, [2, 5]], y[2, [0, 9]], y[3], y[4, 3] = (1e4, -1e4), (-700, 0.5), -1e4, 1e299
    y[5] = np.arange(10) * 80
    found = js("return softmax(y);", y=y).reshape(y.shape)
    np.testing.assert_allclose(found, nn.softmax(y), 1e-14, 1e-307)


def test_the_loss_far_from_zero_and_rounded_to_it(js):
    y = np.zeros((8, 10))
    y[1, 3], y[2, 3], y[3, 3], y[4, [3, 8]] = 20, 40, 800, 40
    y[5, [3, 8]], y[6, 8], y[7, :4] = (1e4, -1e4), 1e4, 1e299
    losses = js("return rows.map((y) => cross_entropy(y, [3]));", rows=list(y))
    expected = [nn.cross_entropy(row, 3) for row in y]
    assert 0 < expected[1] < 1e-7 and expected[2:4] == [0, 0]
    np.testing.assert_allclose(losses, expected, rtol=1e-14, atol=1e-15)


def test_the_guess_is_the_lowest_digit_of_equal_outputs(js):
    ya = np.zeros((4, 10))
    ya[1, [4, 7]], ya[2, [9, 0]], ya[3] = 0.5, 0.5, -np.arange(10.0) // 2
    found = js("return rows.map(predict);", rows=list(ya))
    assert found == [0, 4, 0, 0] == ya.argmax(axis=1).tolist()


def test_a_hundred_steps_of_training(js, sample):
    """Two epochs of 50 steps; the last batch of each has 22 images, the others 32."""
    images, labels = sample.train_images[:1590], sample.train_labels[:1590].astype(np.uint8)
    rng, start = np.random.default_rng(4), nn.initialize(seed=2)
    orders = [rng.permutation(1590).astype(np.uint32) for _ in range(2)]
    found = js(
        """const losses = orders.map((order) => {
            let total = 0;
            for (let first = 0; first < order.length; first += 32) {
                const places = order.subarray(first, first + 32), n = places.length;
                const batch = new Uint8Array(784 * n);
                places.forEach((i, r) => batch.set(images[i], 784 * r));
                const own = Uint8Array.from(places, (i) => labels[i]);
                const values = forward(scale(batch), parameters);
                total += n * cross_entropy(values.y, own);
                update(parameters, backward(values, one_hot(own), parameters), 0.5);
            }
            return total / order.length;
        });
        return {parameters, losses};""",
        images=list(images), labels=labels, orders=orders, parameters=start,
    )  # fmt: skip
    expected, history = nn.train(images, labels, start, seed=4, epochs=2)
    for name, p, before in zip(nn.Parameters._fields, expected, start):
        close(found["parameters"][name], p, 1e-9)
        assert np.abs(p - before).max() > 0.01
    assert found["losses"] == pytest.approx(history.loss, abs=1e-9)


@pytest.mark.parametrize("step", [None, 1e-3])
def test_the_gradient_by_central_differences(js, batches, step):
    """A difference of losses, each rounded at 1e-16, over 2 steps: 1e-11 is lost at 6e-6."""
    pixels, labels, parameters = batches["1 hidden unit"]
    ink = np.flatnonzero(pixels.sum(axis=0))[::40]
    places = [part.astype(np.uint32) for part in (ink, *map(np.arange, (1, 10, 10)))]
    found = js(
        """const x = scale(pixels), given = step === null ? [] : [step];
        return names.map((name, k) => Float64Array.from(places[k], (place) =>
            numerical_gradient(x, labels, parameters, name, place, ...given)));""",
        pixels=pixels, labels=labels, parameters=parameters, step=step,
        names=list(nn.Parameters._fields), places=places,
    )  # fmt: skip
    expected = nn.numerical_gradients(pixels, labels, parameters, step)
    for entries, dp, place in zip(found, expected, places):
        close(entries, dp.ravel()[place], 1e-9)


def test_random_numbers(js):
    count = "const random = generator(seed); return Float64Array.from({length: 1000}, random);"
    for seed in (0, 1, 2**32 - 1, 2**32 + 5):
        expected = [number for _, number in zip(range(1000), mulberry32(seed))]
        close(js(count, seed=seed), expected, 0)
    assert js(count, seed=0)[:2] == pytest.approx([0.26642920868471265, 0.0003297457005828619])


@pytest.mark.parametrize("hidden", [None, 3])
def test_untrained_parameters(js, hidden):
    """Normal by Box and Muller; the same at each call, and in Python up to the last bits of cos."""
    found = js("return initialize(generator(11), hidden ?? undefined);", hidden=hidden)
    hidden = hidden or 16
    numbers = mulberry32(11)
    for name, inputs, outputs in (("W1", 784, hidden), ("W2", hidden, 10)):
        u = np.array([next(numbers) for _ in range(2 * inputs * outputs)]).reshape(-1, 2)
        normal = np.sqrt(-2 * np.log(1 - u[:, 0])) * np.cos(2 * np.pi * u[:, 1])
        close(found[name], normal / np.sqrt(inputs))
    z = 28 * found["W1"]
    assert abs(z.mean()) < 3 / np.sqrt(z.size)
    assert abs(z.std() - 1) < 3 / np.sqrt(2 * z.size)
    for limit, part in ((1, 0.6827), (2, 0.9545), (3, 0.9973)):
        assert abs((abs(z) < limit).mean() - part) < 3 * np.sqrt(part * (1 - part) / z.size)
    close(found["b1"], np.zeros(hidden), 0)
    close(found["b2"], np.zeros(10), 0)
    other = js("return initialize(generator(12)).W1;")
    assert not np.isin(other, found["W1"]).any()


def test_random_order(js):
    for n in (1, 2, 999):
        found, numbers = js("return permutation(n, generator(8));", n=n), mulberry32(8)
        expected = list(range(n))
        for i in range(n - 1, 0, -1):
            k = int(next(numbers) * (i + 1))
            expected[i], expected[k] = expected[k], expected[i]
        assert found.tolist() == expected and sorted(expected) == list(range(n))
    many = js(
        """const random = generator(1), counts = {};
        for (let i = 0; i < 24000; i++) {
            const order = permutation(4, random).join("");
            counts[order] = (counts[order] ?? 0) + 1;
        }
        return counts;"""
    )
    assert len(many) == 24
    assert sum((count - 1000) ** 2 / 1000 for count in many.values()) < 49.7  # chi squared, 99.9 %


def test_a_worker_computes_as_the_page_does(js, batches):
    pixels, labels, _ = batches["untrained"]
    step = """(pixels, labels) => {
        const random = generator(3), order = permutation(labels.length, random);
        const parameters = initialize(random, 5), values = forward(scale(pixels), parameters);
        const loss = cross_entropy(values.y, labels), guess = predict(values.ya.subarray(0, 10));
        update(parameters, backward(values, one_hot(labels), parameters), 0.5);
        return {order, parameters, loss, guess};
    }"""
    found = js(
        f"""const step = {step};
        const source = script.replace(/^export (default )?/gm, "") +
            "onmessage = ({{data}}) => postMessage((" + step + ")(data.pixels, data.labels));";
        const address = URL.createObjectURL(new Blob([source], {{type: "text/javascript"}}));
        const worker = new Worker(address);
        const answer = await new Promise((resolve, reject) => {{
            worker.onmessage = (message) => resolve(message.data);
            worker.onerror = (error) => reject(Error(error.message));
            worker.postMessage({{pixels, labels}});
        }});
        worker.terminate();
        return {{worker: answer, page: step(pixels, labels)}};""",
        pixels=pixels, labels=labels, script=javascript("image_picker.js"),
    )  # fmt: skip
    np.testing.assert_equal(found["worker"], found["page"])
