/** Gets the files of Python: in pieces that the book carries, or whole from Pyodide's CDN. */

const pieces = {}; // name -> the gzip of the file, in pieces

globalThis.python_piece = (name, k, letters) => {
  pieces[name] ??= [];
  // The first, which browsers have only begun to have, keeps the page awake.
  pieces[name][k] =
    Uint8Array.fromBase64?.(letters) ??
    Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
};

/** Loads a script: from disk, nothing else can be fetched. */
function load_script(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.onload = resolve;
    script.onerror = () => reject(Error(`no ${address}`));
    script.src = address;
    document.head.append(script);
    script.remove();
  });
}

async function from_book({ name, pieces: scripts }, folder, attempt, progress) {
  // Another address for each attempt: a browser may have kept what was damaged.
  const again = attempt > 1 ? `?${attempt}` : "";
  const load = async (script, k) => {
    await load_script(folder + script + again);
    progress(pieces[name][k].length);
  };
  await Promise.all(scripts.map(load));
  const unpacked = new Blob(pieces[name]).stream().pipeThrough(new DecompressionStream("gzip"));
  delete pieces[name];
  return new Response(unpacked).arrayBuffer().catch(() => Promise.reject(Error("it damaged")));
}

async function from_cdn({ name, integrity }, cdn, progress) {
  // A page over http has no crypto.subtle: there the browser checks the file when it is whole.
  const checked = crypto.subtle ? {} : { integrity };
  const options = { ...checked, credentials: "omit", referrerPolicy: "no-referrer" };
  const response = await fetch(cdn + name, options);
  if (!response.ok) throw Error(`the answer ${response.status}`);
  const counted = new TransformStream({
    transform(bytes, out) {
      progress(bytes.length);
      out.enqueue(bytes);
    },
  });
  return new Response(response.body.pipeThrough(counted)).arrayBuffer();
}

async function check(bytes, integrity) {
  if (!crypto.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = `sha256-${btoa(String.fromCharCode(...digest))}`;
  if (found !== integrity) throw Error(`${found} where ${integrity} is right`);
}

/**
 * What a manifest lists: {cdn, folder, files: [{name, pieces, bytes, integrity, when}]}. With
 * "start" or "matplotlib", `when` says which of it is meant.
 */
export class Files {
  #manifest;
  #kept = {}; // name -> Blob
  #attempts = 0;

  constructor(manifest) {
    this.#manifest = manifest;
  }

  names(when) {
    return this.#manifest.files.filter((file) => file.when === when).map(({ name }) => name);
  }

  #missing(when) {
    return this.#manifest.files.filter((file) => file.when === when && !this.#kept[file.name]);
  }

  /** How many bytes have to travel, and from which host: "" is that of the book. */
  weight(when) {
    const files = this.#missing(when);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const host = files.every((file) => file.pieces.length) ? "" : new URL(this.#manifest.cdn).host;
    return { bytes, host };
  }

  /** name -> Blob, all checked; tells progress({done, total}) in bytes, and asks for none twice. */
  async get(when, progress) {
    const total = this.weight(when).bytes;
    let done = 0;
    const add = (bytes) => {
      done += bytes;
      progress({ done, total });
    };
    if (total) add(0);
    this.#attempts++;
    await Promise.all(this.#missing(when).map((file) => this.#get_one(file, add)));
    return Object.fromEntries(this.names(when).map((name) => [name, this.#kept[name]]));
  }

  async #get_one(file, progress) {
    const { folder, cdn } = this.#manifest;
    try {
      const bytes = await (file.pieces.length
        ? from_book(file, folder, this.#attempts, progress)
        : from_cdn(file, cdn, progress));
      await check(bytes, file.integrity);
      this.#kept[file.name] = new Blob([bytes]);
    } catch ({ message }) {
      const place = file.pieces.length ? "the folder of the pages" : new URL(cdn).host;
      throw Error(`expected ${file.name} from ${place}; found ${message}`);
    }
  }
}
