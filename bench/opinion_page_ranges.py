"""How often do the page's ranges hold the true share?

Residents read ranges made from released numbers alone: the Wilson ends of a share that was rounded
and of a number of votes in steps (`released_share`). For each accepted statement and part of ten
votes or more a true share is drawn from the engine's posterior of the whole conversation, votes
are drawn from it, and the page's range is made of them. Printed: the share of ranges that hold the
true share (nominal: 90 %), by exported groups and with everybody as one group, all and by number
of votes; and the lowest for one true share from 5 to 95 %, which averages hide.

    .venv/bin/python bench/opinion_page_ranges.py
    .venv/bin/python bench/opinion_page_ranges.py --full      # 200 draws of each share, not 40
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from opinion_intervals import Array, Conversation, conversations, counts_of

from lamppost.engines.opinion.ground import agreement
from lamppost.vision.queries.released import released_share

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "polis"
BANDS = ((10, 19), (20, 39), (40, 99), (100, 10**9))


def page_ranges(seen: int) -> tuple[Array, Array]:
    """Both ends of the page's range for 0 to ``seen`` agreeing votes."""
    told = [released_share(agree=agree, disagree=0, seen=seen) for agree in range(seen + 1)]
    assert all(one is not None for one in told)
    return tuple(np.array([one[end] for one in told if one]) for end in ("low", "high"))  # type: ignore[return-value]


def held(talk: Conversation, labels: Array, draws: int, rng: np.random.Generator) -> Array:
    """Votes of each cell, and the share of its draws whose range holds the true share, (2, n)."""
    counts = counts_of(talk.matrix, labels, np.ones(len(labels), dtype=bool))
    shares = agreement(counts, ~talk.accepted)
    cells = np.argwhere((counts.seen >= 10) & talk.accepted)
    found = []
    for group, column in cells.tolist():
        seen = int(counts.seen[group, column])
        low, high = page_ranges(seen)
        true = rng.beta(shares.alpha[group, column], shares.beta[group, column], draws)
        agree = rng.binomial(seen, true)
        found.append((seen, float(((low[agree] <= true) & (true <= high[agree])).mean())))
    return np.array(found).reshape(-1, 2).T


def lowest(seen: int) -> tuple[float, float]:
    """Lowest coverage over true shares of 5 to 95 %, exact, and the share where it is."""
    from scipy.stats import binom

    low, high = page_ranges(seen)
    true = np.linspace(0.05, 0.95, 901)
    chance = binom.pmf(np.arange(seen + 1)[None, :], seen, true[:, None])
    inside = (low[None, :] <= true[:, None]) & (true[:, None] <= high[None, :])
    covers = (chance * inside).sum(axis=1)
    return float(covers.min()), float(true[covers.argmin()])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--full", action="store_true", help="200 draws of each share")
    options = parser.parse_args()
    draws = 200 if options.full else 40
    bands = [f"{a} to {b}" if b < 10**9 else f"{a} and more" for a, b in BANDS]
    print(f"share of the page's 90 % ranges that hold the true share, {draws} draws of each cell")
    print(f"{'':14}{'groups':>7}{'all':>8}{'cells':>7}" + "".join(f"{b:>15}" for b in bands))
    for talk in conversations(options.data):
        everybody = np.where(talk.matrix.voted.any(axis=1), 0, -1)
        for labels in (talk.labels, everybody):
            seen, covers = held(talk, labels, draws, np.random.default_rng(3))
            told = []
            for least, most in BANDS:
                some = covers[(seen >= least) & (seen <= most)]
                told.append(f"{some.mean():.3f} ({len(some)})" if len(some) else "-")
            groups = len(np.unique(labels[labels >= 0]))
            print(
                f"{talk.name:14}{groups:7}{covers.mean():8.3f}{len(covers):7}"
                + "".join(f"{one:>15}" for one in told),
                flush=True,
            )
    for least, most in BANDS:
        worst = [(*lowest(seen), seen) for seen in range(least, min(most, 300) + 1)]
        covers_least, true, seen = min(worst)
        print(
            f"lowest for one true share, {least} to {min(most, 300)} votes: {covers_least:.2f} "
            f"(share {true:.3f}, {seen} votes)"
        )


if __name__ == "__main__":
    main()
