"""Words that carry what a text is about, and those that only hold it together."""

FUNCTION = frozenset(
    "a an the of to in on at by for from with and or as is are be been being was were has have had having it its "
    "this that these those which who whom whose there their they them he she his her him we us our you your i any "
    "each every all such than then so if when do does did done doing must shall may should can could will would "
    "might need needs ought required allowed permitted also both into under within where while because since though "
    "although but per via upon about over between other another own same not no never neither nor none without "
    "cannot can't don't doesn't isn't aren't won't mustn't shouldn't only just even more most less least very too "
    "here what how why yes many much".split()
)


def carries(word: str) -> bool:
    """Whether a lower-case word is about something; numbers are counted elsewhere."""
    return len(word) > 2 and word[0].isalpha() and word not in FUNCTION


JUDGING = frozenset(
    "according answer applies apply ask asked asks broken case cases compliance compliant complies comply "
    "conclude conclusion condition conditions described document done edition everything excerpt fact fulfilled "
    "given hence however kept limit mean meaning means meet meets needed nothing permitted provision provisions "
    "question read reason requirement rule rules satisfied satisfies section source state stated states "
    "superseded text therefore thus together under version violates violation".split()
)
"""Words in which an answer speaks of its source and of its own verdict."""
