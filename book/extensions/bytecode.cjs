/**
 * Compiles the modules in archives for the pages, by the Python of the pages itself:
 *
 *     node bytecode.cjs FOLDER OUT NAME...
 *
 * FOLDER has Pyodide's files, among them the archives; OUT is to have the same with bytecode in the
 * place of source, which Python then need not compile in each page.
 */
const { readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const PLACES = { "python_stdlib.zip": "/lib/python312.zip" }; // of wheels it is /project
const COMPILE = `
import compileall, io, shutil, zipfile
from pathlib import Path
from py_compile import PycInvalidationMode

def compiled(name, place):
    shutil.rmtree("/unpacked", ignore_errors=True)
    shutil.unpack_archive(name, "/unpacked", "zip")
    compileall.compile_dir("/unpacked", legacy=True, quiet=2, stripdir="/unpacked", prependdir=place,
                           invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(path for path in Path("/unpacked").rglob("*") if path.is_file()):
            if not path.with_suffix(".pyc").exists() or path.suffix == ".pyc":
                name = path.relative_to("/unpacked").as_posix()
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes())  # of no date
    return packed.getvalue()

compiled
`;

async function main(folder, out, ...names) {
  const { loadPyodide } = require(path.join(folder, "pyodide.js"));
  const python = await loadPyodide({ indexURL: folder + path.sep });
  const compiled = python.runPython(COMPILE);
  for (const name of names) {
    python.FS.writeFile(`/${name}`, readFileSync(path.join(folder, name)));
    const bytes = compiled(`/${name}`, PLACES[name] ?? "/project").toJs();
    writeFileSync(path.join(out, name), bytes);
  }
}

main(...process.argv.slice(2).map((each, k) => (k < 2 ? path.resolve(each) : each)));
