// An archive of Python files as bytecode, made by the Python that will read it, with the sources or without them:
// node compiled.mjs PYODIDE_FOLDER FROM.zip TO.zip with|without
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, from, to, sources] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: folder });
python.FS.writeFile("/from.zip", readFileSync(from));
python.globals.set("has_sources", sources === "with");
await python.runPythonAsync(`
import importlib.util, py_compile, zipfile
from pathlib import Path

# Bytecode that is never compared with its source: both lie in one archive and change together.
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH

def compiled(name, content):
    source = Path("/compiling.py")
    source.write_bytes(content)
    place = "/lib/python3.14/site-packages/" + name
    return Path(py_compile.compile(str(source), "/compiled.pyc", place, doraise=True, invalidation_mode=mode, quiet=2))

with zipfile.ZipFile("/from.zip") as read, zipfile.ZipFile("/to.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as write:
    def put(name, content):
        write.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)

    for name in sorted(read.namelist()):
        content = read.read(name)
        if not name.endswith(".py"):
            put(name, content)
            continue
        if has_sources:
            put(name, content)
        put(importlib.util.cache_from_source(name) if has_sources else name + "c", compiled(name, content).read_bytes())
`);
writeFileSync(to, python.FS.readFile("/to.zip"));
