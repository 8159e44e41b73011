"""Values whose gradient the code drops: detach(), .data, torch.no_grad()."""

from __future__ import annotations

from dataclasses import replace

from symcheck.intake.torch.contents import Content, Special, Table
from symcheck.language.functions import detach
from symcheck.language.term import Term


def detached(content: Content) -> Content:
    """``content`` without its derivatives: itself if it has none."""
    if isinstance(content, (Special, Table)):
        return content
    if isinstance(content, Term):
        return detach(content) if varies(content) else content
    return replace(content, term=detach(content.term)) if varies(content.term) else content


def varies(content: Term) -> bool:
    """Whether autograd sees z in it: z occurs, where it is neither detached nor only decides between cases."""
    waiting, seen = [content], set()
    while waiting:
        part = waiting.pop()
        if part.op == "logits":
            return True
        if part.op not in ("detach", "onehot_argmax") and id(part) not in seen:
            seen.add(id(part))
            waiting.extend(part.args[1:] if part.op == "branch" else part.args)
    return False
