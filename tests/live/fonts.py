"""Looks for the fonts that matplotlib brings, and prints its list of them.

That is book/live/fontlist.json, so that a page need not look: Pyodide's wheel has the list of
another matplotlib, on another machine, which is not used. The fonts of printers are not in it: no
picture needs them, and to read them is what takes long.
"""

import json

from matplotlib.font_manager import FontManager, _JSONEncoder

found = FontManager()
found.afmlist.clear()
found.ttflist.sort(key=lambda font: font.fname)
print(json.dumps(found, cls=_JSONEncoder).replace("}, {", "},\n{"))
