"""Builds a page again when anything that it runs or shows has changed, and runs what it must.

Sphinx sees a change of a page and of its configuration. The rest is therefore made configuration:
the cache, in which myst-nb keeps the outputs of notebooks, is named after all that they run. What
it does not have yet is run before the pages are read, several notebooks at a time.
"""

import hashlib
import re
import shutil
import sys
from importlib.metadata import distributions
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from sphinx.util.display import status_iterator

from extensions.kernels import execute_all, leave_out_what_is_personal

LEFT_OUT = re.compile(r"(^|/)(\.|__pycache__/)|\.(ipynb|md)$")  # Sphinx itself watches the pages
SHOWN = ("book/images/", "book/live/", "book/static/", "book/templates/")  # by pages, but not run


def files_of(root):
    """Name -> digest of all that pages run or show."""
    paths = [path for folder in ("book", "nnlib") for path in (root / folder).rglob("*")]
    names = {path.relative_to(root).as_posix(): path for path in paths if path.is_file()}
    return {name: digest(names[name].read_bytes()) for name in sorted(names)
            if not LEFT_OUT.search(name)}  # fmt: skip


def digest(content):
    return hashlib.sha256(content).hexdigest()[:16]


def name_by_content(app, config):
    """Gives Sphinx two settings that are others when what pages run, or show, has changed."""
    found = files_of(Path(app.srcdir))
    shown = {name: found.pop(name) for name in list(found) if name.startswith(SHOWN)}
    contents = Path(app.srcdir, config.external_toc_path).read_bytes()
    packages = sorted(f"{package.name} {package.version}" for package in distributions())
    config.pages_show = digest(repr((shown, contents)).encode())
    config.nb_execution_cache_path = str(
        Path(app.outdir).parent
        / ".jupyter_cache"
        / digest(repr((found, sys.version, packages)).encode())
    )


def takes_from_chapters(path):
    """Whether a page runs the checks of equations, which take code out of the chapters."""
    return path.suffix == ".ipynb" and "from equations import" in path.read_text(encoding="utf-8")


def read_again(app, env, added, changed, removed):
    """The pages with checks, when any page is another than before."""
    if not added | changed | removed:
        return []
    return [name for name in env.found_docs if takes_from_chapters(Path(env.doc2path(name)))]


def run_notebooks(app, env, docnames):
    """Runs those of these pages whose outputs are not in the cache, or may be old there."""
    if env.mystnb_config.execution_mode != "cache":
        return
    cache = get_cache(env.mystnb_config.execution_cache_path)
    waiting, failures = {}, []
    for path in (Path(env.doc2path(name)) for name in docnames):
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            try:
                cache.match_cache_notebook(notebook)
                kept = not takes_from_chapters(path)
            except KeyError:
                kept = False
            if not kept:
                waiting[path] = notebook
    for path, error in status_iterator(
        execute_all(waiting, timeout=env.mystnb_config.execution_timeout),
        "running notebooks... ", length=len(waiting), verbosity=app.verbosity,
        stringify_func=lambda done: done[0].stem,
    ):  # fmt: skip
        if error:
            failures.append(f"{path}: {error}")
        else:
            bundle = CacheBundleIn(waiting[path], str(path))
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    if failures:
        raise SystemExit("\n".join(failures))


def take_out(app, exception):
    """Takes out what is of an earlier book: outputs, and the page of a chapter that has left."""
    cache = Path(app.config.nb_execution_cache_path)
    for old in cache.parent.glob("*"):
        if old != cache:
            shutil.rmtree(old, ignore_errors=True)
    if app.builder.name != "html" or exception:
        return
    sources = Path(app.outdir, "_sources")
    for source in [path for path in sources.rglob("*") if path.is_file()]:
        name = app.project.path2doc(source.relative_to(sources).as_posix())
        if name not in app.env.found_docs:
            source.unlink()
            Path(app.builder.get_outfilename(name)).unlink(missing_ok=True)


def setup(app):
    leave_out_what_is_personal()
    app.add_config_value("pages_show", "", "html")
    app.connect("config-inited", name_by_content)
    app.connect("env-get-outdated", read_again)
    app.connect("env-before-read-docs", run_notebooks)
    app.connect("build-finished", take_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
