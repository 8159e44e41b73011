"""Places in the user's code: the file and the line, where a frame is neither ours nor torch's."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import CodeType, FrameType, TracebackType

_PACKAGE = f"{Path(__file__).parents[2]}{os.sep}"


def place_below(entry: CodeType) -> str:
    """File and line of the innermost frame of the user's, among those that ``entry`` has called; or nothing."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not entry:
        place = _named(frame.f_code.co_filename, frame.f_lineno)
        if place:
            return place
        frame = frame.f_back
    return ""


def place_of(traceback: TracebackType | None) -> str:
    """File and line of the innermost frame of the user's in an error's traceback; or nothing."""
    found = ""
    while traceback is not None:
        found = _named(traceback.tb_frame.f_code.co_filename, traceback.tb_lineno) or found
        traceback = traceback.tb_next
    return found


def is_raised_by_user(traceback: TracebackType | None) -> bool:
    """Whether a statement of the user's code raised an error, and nothing that it called."""
    frame = _innermost(traceback)
    return frame is not None and bool(_named(frame.f_code.co_filename, frame.f_lineno))


def is_raised_by_code(traceback: TracebackType | None) -> bool:
    """Whether the user's code raised an error, or torch where it was called: nothing of symcheck."""
    frame = _innermost(traceback)
    # A function of torch is called by the handler that stands between it and the code, and has no frame.
    return frame is not None and (not is_ours(frame.f_code.co_filename) or frame.f_code.co_name == _HANDLER)


_HANDLER = "__torch_function__"


def _innermost(traceback: TracebackType | None) -> FrameType | None:
    frame = None
    while traceback is not None:
        frame, traceback = traceback.tb_frame, traceback.tb_next
    return frame


def is_ours(file: str) -> bool:
    """Whether a file belongs to symcheck."""
    return file.startswith(_PACKAGE)


def _named(file: str, line: int) -> str:
    library = f"{Path(str(sys.modules['torch'].__file__)).parent}{os.sep}"
    return "" if file.startswith((_PACKAGE, library, "<frozen")) else f"{Path(file).name}, line {line}"
