"""What a teacher gives out, and takes back: scripts/make_course.py and judge_course.py."""

from pathlib import Path


def new_folder(name):
    """A folder that is not there yet, or empty. Raises SystemExit for another."""
    folder = Path(name).expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SystemExit(
            f"expected a new folder; found {folder}, with something in it. Name another."
        )
    return folder
