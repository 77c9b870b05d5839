"""The chance with which a statement was shown, carried by the vote page to the vote.

The routing shows some statements more often than others. What it preferred can be corrected later
only where each vote keeps the chance that its statement had. The page carries it signed, so that
a press brings back what the server said and nothing else, and costs no query.
"""

from __future__ import annotations

from django.core import signing

_SIGNER = "lamppost.vision.chances"


def carried(statement_id: int, chance: float | None, participant_key: str = "") -> str:
    """Return what the page's form carries; empty where the statement was not drawn by chance."""
    if chance is None:
        return ""
    return _signer(statement_id, participant_key).sign(f"{chance:.6g}")


def brought_back(text: str, statement_id: int, participant_key: str = "") -> float | None:
    """Return the chance that the page carried for this statement.

    It holds for whom it was drawn, and a first page, drawn for nobody yet, for anybody. None where
    nothing was carried or it is not what the server signed.
    """
    for key in {participant_key, ""} if text else ():
        try:
            return float(_signer(statement_id, key).unsign(text[:120]))
        except signing.BadSignature:
            continue
    return None


def _signer(statement_id: int, participant_key: str) -> signing.Signer:
    return signing.Signer(salt=f"{_SIGNER}.{statement_id}.{participant_key}")
