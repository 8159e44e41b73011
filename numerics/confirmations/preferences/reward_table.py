"""The table of rewards: what was measured at each lambda, with nothing claimed of it."""

from __future__ import annotations

from collections.abc import Iterator

from numerics.confirmations.preferences.rewards import RewardMeasurement, Rewards
from symcheck.render.block import Block, Paragraph, Table

HEAD = ("lambda", "1 - cos", "norm ratio", "tau", "tau clean", "tau flipped")


def reward_rows(rewards: Rewards) -> list[tuple[str, ...]]:
    """The cells of the table; a dash where no minimum was reached."""
    return [_cells(m, is_alone=rewards.claim.is_alone) for m in rewards.measurements]


def head(rewards: Rewards) -> tuple[str, ...]:
    """What stands above the columns: the first is the flip rate where there is no penalty."""
    return ("flips", *HEAD[1:]) if rewards.claim.is_alone else HEAD


def legend(rewards: Rewards) -> str:
    """What the columns are."""
    return (
        f"measured; tau: Kendall's tau of the rankings of {len(rewards.data.pairs.items)} items by the rewards of "
        f"clean and of flipped pairs, and of each against {rewards.data.pairs.truth}"
    )


def reward_blocks(rewards: Rewards) -> Iterator[Block]:
    """The table, and what its columns are."""
    rows = tuple(tuple((cell,) for cell in row) for row in reward_rows(rewards))
    yield Table(head(rewards), rows, "r" * len(HEAD))
    yield Paragraph((f"{legend(rewards)}.",))


def _cells(m: RewardMeasurement, *, is_alone: bool) -> tuple[str, ...]:
    return (
        f"{m.rate if is_alone else m.lambda_:g}",
        _shown(m.apart, ".1e"),
        _shown(m.ratio, ".4f"),
        _shown(m.tau, ".4f"),
        _shown(m.tau_clean, ".3f"),
        _shown(m.tau_noisy, ".3f"),
    )


def _shown(value: float | None, form: str) -> str:
    return "-" if value is None else f"{value:{form}}"
