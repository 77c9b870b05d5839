"""Language tags (BCP 47) that somebody types: a known language, and how its tag is written."""

from __future__ import annotations

import re

from django.conf.locale import LANG_INFO

# Every language of ISO 639-1, and those with three letters only that residents of a city may
# speak; a file of all 7,900 would let every slip of three letters pass.
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da "
    "de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy "
    "hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
    "li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or "
    "os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta "
    "te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_THREE_LETTERS = (
    "ace aii apc arc ary arz asl ase ast awa ban ber bem bfi bho brx byn cal ceb chr ckb cmn crh "
    "csb din doi dsb fil fur fsl gez gsg gsw hak haw hif hil hmn hne hsb ilo inh jam kab kea kmr "
    "kok krc kri lez lij lus lzh mag mai mam man mfe mhr min mni mnk mos nan nap nds nhn niu nso "
    "nus pap pau pcm pdc prs quc quz rar rhg rif rmy rom rop sat scn sco shi shn shu sid smn snk "
    "srn ssp szl tcy tdt tem tet tig tkl tmh tpi tvl tyv tzm udm wal war wuu yua yue zgh und"
)
KNOWN = frozenset(
    [*_TWO_LETTERS.split(), *_THREE_LETTERS.split(), *(tag.split("-")[0] for tag in LANG_INFO)]
)
# Language, script, region. Variants and private parts say nothing that a page here could use.
_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?", re.IGNORECASE)


def canonical_tag(text: str) -> str | None:
    """Return a language's tag as BCP 47 writes it (``en``, ``es-419``, ``zh-Hant-TW``).

    None for what is no tag, and for a language that nobody knows (``xx``); ``und``, "not known",
    is one.
    """
    found = _TAG.fullmatch(text.strip().replace("_", "-"))
    if found is None or found[1].lower() not in KNOWN:
        return None
    language, script, region = found.groups()
    parts = [language.lower(), script and script.title(), region and region.upper()]
    return "-".join(part for part in parts if part)
