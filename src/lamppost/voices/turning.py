"""Words that turn or widen the sense wherever they stand: nobody changes them for somebody else."""

from __future__ import annotations

TURNING = frozenset(
    """
    not no never nor neither without cannot nobody nothing none only all every some more less most
    few many always must hardly barely scarcely rarely seldom almost nearly maybe perhaps
    sometimes often usually except unless
    nunca jamás sin ni tampoco nada nadie ningún ninguna solo sólo todo toda todos todas más menos
    pocos pocas siempre apenas casi raramente quizá quizás algunos algunas salvo excepto
    nicht kein keine keinen keiner nie niemals ohne nur alle mehr weniger immer kaum selten fast
    manche manchmal vielleicht außer
    ne pas jamais sans non aucun aucune seulement tout tous toutes plus moins toujours guère
    rarement presque parfois sauf
    لا ليس ليست لن لم ما غير بدون كل فقط أكثر أقل بعض دائما نادرا ربما أحيانا إلا دون عدم
    """.split()  # noqa: SIM905 - a page of words reads better than a list
)


def turns(word: str) -> bool:
    """Say whether a word turns or widens the sense, as "not", "only" or "don't" do."""
    plain = word.casefold().replace("’", "'")
    return plain in TURNING or plain.endswith("n't")
