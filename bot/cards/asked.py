"""The words of a question that matter. Pure."""

from __future__ import annotations

import functools
from typing import Final

from directory.search import fold

#: Words that a question is made of and that name nothing, in the four languages, folded.
_FILLERS: Final = """
    a about an and any are at by can could do does find for from give have hello hi how i in is know
    look looking me my need of on our please search show tell thank thanks that the there to want was
    we what where which who whom with would you your
    al ante buenas buenos busco como con conoce cual cuales dame de del dias donde el ella en es esta este
    favor gracias hay hola la las lo los mi mostrar muestreme necesito para por puede que quien quienes
    quiero quisiera saber se ser sobre son su tardes tiene un una uno y
    au aux avec bonjour ce cherche comment connaissez d dans des du est et il je l le les leur merci moi
    montrez nous ou plait pour pouvez qu quel quelle quelles quels qui quoi s sont sur svp une veuillez
    voudrais vous
    ao aos as com conhece da das do dos e em esse gostaria mim mostre na nas no nos o obrigada obrigado
    ola onde os pela pelo pode preciso qual quais quem quero sao sobre uma voce
"""


@functools.cache
def _fillers() -> frozenset[str]:
    return frozenset(_FILLERS.split())


def essence(text: str) -> str:
    """``text`` without what names nothing; empty where that changes nothing or leaves nothing."""
    words = text.split()
    kept = [word.strip("?!.,;:¿¡«»“”\"'") for word in words if fold(word) not in _fillers()]
    kept = [word for word in kept if word]
    return " ".join(kept) if kept and len(kept) < len(words) else ""
