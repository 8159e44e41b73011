"""Values whose gradient the code drops: detach(), .data, torch.no_grad()."""

from __future__ import annotations

from symcheck.language.functions import detach
from symcheck.language.term import Term


def detached_term(term: Term) -> Term:
    """``term`` without its derivatives: itself if it has none."""
    return detach(term) if varies(term) else term


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
