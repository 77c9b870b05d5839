"""How long data is kept, read from the words of a plan."""

from __future__ import annotations

import pytest

from lamppost.pilots.queries.retention import retention_days


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Until one year after the pilot ends", 365),
        ("Two years, then deleted", 730),
        ("90 days", 90),
        ("14 days raw, 6 months as sums", 180),
        ("Hasta dos años después del final", 730),
        ("6 meses", 180),
        ("سنة واحدة بعد نهاية التجربة", 365),
        ("سنتين ثم تحذف", 730),
        ("٣ أشهر", 90),
        ("Zwei Jahre", 730),
        ("As long as the law asks", None),
        ("", None),
        ("Every day is deleted", None),
        ("99999999999999999999 years", None),
    ],
)
def test_the_longest_time_is_read(words: str, days: int | None) -> None:
    assert retention_days(words) == days
