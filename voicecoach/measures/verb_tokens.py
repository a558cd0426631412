"""Which tokens are verbs, where spaCy's tags of spoken English are known to fail.

I scheduled a review           "scheduled" read as an adjective
I tracked risks, wrote specs   "wrote" and what follows read as more objects
the lead wanted, on track      nouns read as verbs
managed to cut, had to cut     verbs that only carry another
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.denial import denies
from voicecoach.measures.subjects import (
    NOMINATIVE,
    adjacent_pronoun,
    follows_do,
    is_verb_tag,
    subject_of,
)
from voicecoach.measures.verb_forms import be_before, is_state
from voicecoach.measures.verb_lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

_NO_LABEL_DEPS = ("aux", "auxpass", "amod", "compound", "nmod", "punct", "intj")
_OPENS_OBJECT = frozenset(
    ("the", "a", "an", "this", "that", "these", "it", "them", "our", "my", "their")
)
_DETERMINERS = frozenset(
    ("the", "a", "an", "my", "our", "your", "his", "her", "its", "their", "both")
)
_SETS_AGAINST = ("versus", "vs", "vs.")
_NOUN_PREPOSITIONS = ("on", "of", "in", "with", "for", "from", "under", "at", "off")


def is_verb(token: Token) -> bool:
    """Whether a token is a lexical verb, by its tag or in spite of it."""
    if token.dep_ in _NO_LABEL_DEPS or token.lemma_ == "be":
        return _is_misread_verb(token)
    if token.tag_ == "VBG" and token.dep_ == "prep":
        return False  # "the team, including me", "following the outage"
    if token.tag_ == "VBN" and token.dep_ in ("pobj", "pcomp"):
        return False  # "the definition of done"
    if _is_set_against(token):
        return False
    if is_verb_tag(token):
        return not _is_noun_after_all(token) and not _is_light(token)
    return _is_misread_verb(token)


def _is_set_against(token: Token) -> bool:
    """As in "planned versus delivered": two names of columns."""
    around = token.doc[max(token.sent.start, token.i - 1) : token.i + 2]
    subject = subject_of(token)
    if subject is not None and subject.lower_ in NOMINATIVE:
        return False  # "what we planned versus what we shipped"
    return any(t.lower_ in _SETS_AGAINST for t in around)


def _is_noun_after_all(token: Token) -> bool:
    """Nouns that were tagged as verbs: "the lead wanted", "on track"."""
    if token.i == token.sent.start or token.tag_ == "VBG":
        return token.tag_ == "VBG" and _begins_range(token)
    before = token.nbor(-1)
    if _is_department(token) or _is_repeated_noun(token) or _ends_range(token):
        return True
    if before.dep_ in ("compound", "amod", "poss") and before.head == token:
        return True
    if token.tag_ == "VBZ" and before.tag_ == "CD" and before.i > token.sent.start:
        return before.nbor(-1).lower_ in _DETERMINERS
    if before.lower_ in _DETERMINERS and subject_of(token) is None:
        return True
    return before.lower_ in _NOUN_PREPOSITIONS and token.tag_ in ("VB", "VBP")


def _is_repeated_noun(token: Token) -> bool:
    """As in "end to end", "day to day"."""
    text = [t.lower_ for t in token.doc[max(0, token.i - 2) : token.i + 3]]
    return any(
        text[i] == text[i + 2] == token.lower_ and text[i + 1] == "to"
        for i in range(len(text) - 2)
    )


def _is_department(token: Token) -> bool:
    """As in "communicated the findings to support"."""
    if token.nbor(-1).lower_ != "to":
        return False
    departments = lexicon().words["control.departments"]
    after = token.nbor(1) if token.i + 1 < len(token.doc) else None
    return token.lower_ in departments and (
        after is None or after.is_punct or after.tag_ in ("CC", "IN")
    )


def _ends_range(token: Token) -> bool:
    """As in "from planning to launch", "from on-prem to cloud"."""
    if token.nbor(-1).lower_ != "to" or _has_bare_object(token):
        return False
    words = [t.lower_ for t in token.doc[max(token.sent.start, token.i - 6) : token.i]]
    if "from" not in words:
        return False
    between = token.doc[token.i - words[::-1].index("from") : token.i]
    return not any(is_verb_tag(t) and t.tag_ != "VBG" for t in between)


def _begins_range(token: Token) -> bool:
    """As in "from planning to launch"."""
    if token.i == token.sent.start or token.nbor(-1).lower_ != "from":
        return False
    return token.i + 1 < len(token.doc) and token.nbor(1).lower_ == "to"


def _is_light(token: Token) -> bool:
    """Verbs that only carry another: "had to", "going to", "managed to", "let's"."""
    if _is_comment(token) or _is_discourse(token) or _is_elided(token):
        return True
    following = _past_aside(token)
    if following is None:
        return False
    carriers = lexicon().words["control.not_counted_before_to"]
    if token.lemma_ in carriers and following.tag_ == "TO":
        return following.i + 1 < len(token.doc) and _leads_infinitive(following)
    if token.lower_ == "let" and following.lower_ in ("'s", "me"):
        return token.i == token.sent.start or following.lower_ == "'s"
    return False


def _past_aside(token: Token) -> Token | None:
    """What follows a verb, adverbs between commas left out: "managed, somehow, to"."""
    after = token.doc[token.i + 1 :]
    if len(after) and after[0].text == ",":
        return next((t for t in after if t.text != "," and t.tag_ != "RB"), None)
    return after[0] if len(after) else None


def _is_elided(token: Token) -> bool:
    """As in "they didn't", "neither did I": a do that stands for a verb left out."""
    if token.lower_ not in ("do", "did", "does") or token.dep_ == "relcl":
        return False
    if token.i and token.nbor(-1).lower_ in ("neither", "nor", "so", "as"):
        return not any(c.dep_ == "xcomp" for c in token.children)
    after = token.nbor(1) if token.i + 1 < len(token.doc) else None
    ends = (
        after is None
        or after.is_punct
        or after.lower_ in ("too", "and", "but")
        or denies(after)
    )
    wh_object = any(c.dep_ == "dobj" for c in token.children)
    complement = any(c.dep_ in ("xcomp", "ccomp") for c in token.rights)
    return ends and not wh_object and not complement


def _leads_infinitive(to: Token) -> bool:
    """Whether a verb follows: "went to cut it", not "went to the office"."""
    after = to.nbor(1)
    while after.tag_ == "RB" and after.i + 1 < len(to.doc):
        after = after.nbor(1)
    return after.tag_ in ("VB", "VBP") or after.lower_ in lexicon().forms


def _is_comment(token: Token) -> bool:
    """As in "believe it or not", "truth be told", "like I said"."""
    around = token.doc[max(0, token.i - 3) : token.i + 4]
    said = f" {' '.join(t.lower_ for t in around)} "
    comments = lexicon().words["discourse.comments"]
    return any(f" {c} " in said for c in comments if token.lower_ in c.split())


def _is_discourse(token: Token) -> bool:
    """The verb of an empty "you know", "I mean"."""
    if token.i == 0:
        return False
    pair = f"{token.nbor(-1).lower_} {token.lower_}"
    if pair not in lexicon().words["discourse.pairs"]:
        return False
    return not any(c.dep_ in ("dobj", "neg") and c.i > token.i for c in token.children)


def _is_misread_verb(token: Token) -> bool:
    """Verbs that were tagged as nouns or adjectives; only forms that we list."""
    if is_verb_tag(token) and token.dep_ not in ("amod", "compound", "nmod"):
        return False
    if _is_misread_past(token) or _is_misread_base(token):
        return True
    if token.lower_ not in lexicon().forms:
        return False
    if token.lower_ in lexicon().participles and be_before(token) is not None:
        return not is_verb_tag(token) and not is_state(token)
    return (
        any(c.dep_ == "aux" and c.i < token.i for c in token.children)
        or _follows_subject(token)
        or _opens_clause(token)
        or _follows_to(token)
        or _is_misread_gerund(token)
        or _follows_cleft(token)
    )


def _follows_cleft(token: Token) -> bool:
    """As in "all I did was schedule meetings", "what I did not do was escalate"."""
    be = be_before(token) if token.tag_ in ("NN", "JJ") else None
    return be is not None and follows_do(be)


def _is_misread_gerund(token: Token) -> bool:
    """As in "stopped scheduling meetings", read as a kind of meetings."""
    if not token.lower_.endswith("ing") or token.lower_ not in lexicon().forms:
        return False
    if token.i == token.sent.start or not _has_bare_object(token):
        return False
    words = lexicon().words
    before = token.nbor(-1)
    return (
        before.lemma_ in words["control.catenative"]
        or before.lower_ in words["control.gerund_openers"]
        or (_continues_series(before) and _has_earlier(token, ("VBG",)))
    )


def _is_misread_past(token: Token) -> bool:
    """As in "I tracked risks, scheduled reviews and attended syncs"."""
    if token.dep_ != "amod" or token.i == token.sent.start:
        return False
    if token.tag_ == "JJ":
        adjectives = lexicon().words["adjectival.always"]
        if not token.lower_.endswith("ed") or token.lower_ in adjectives:
            return False
        return token.nbor(-1).text == "," and _has_earlier(token, ("VBD",))
    return (
        token.tag_ in ("VBN", "VBD")
        and _continues_series(token.nbor(-1))
        and _has_earlier(token, ("VBD",))
    )


def _is_misread_base(token: Token) -> bool:
    """As in "they track status and schedule meetings" or "Cut scope"."""
    lex = lexicon()
    listed = token.lower_ in lex.classes or token.lower_ in lex.rests
    if not listed or is_verb_tag(token):
        return False
    if token.i == token.sent.start:
        return not any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in token.sent)
    if token.i + 1 == len(token.doc) or not _has_earlier(token, ("VB", "VBP")):
        return False
    after = token.nbor(1)
    if not _continues_series(token.nbor(-1)):
        return False
    nouns = lexicon().words["control.compound_nouns"]
    is_particle = (after.lower_,) in lexicon().rests.get(token.lower_, ())
    return is_particle or (token.lower_ not in nouns and after.tag_ == "NNS")


def _continues_series(before: Token) -> bool:
    return before.lower_ in (",", "and", "or", "then")


def _has_bare_object(token: Token) -> bool:
    after = token.nbor(1) if token.i + 1 < len(token.doc) else None
    if after is None:
        return False
    return after.tag_ in ("NNS", "JJ", "WP", "PRP") or (after.lower_ in _OPENS_OBJECT)


def _has_earlier(token: Token, tags: tuple[str, ...]) -> bool:
    """Whether the series began with a verb of that form."""
    return any(
        t.tag_ in tags and t.dep_ not in _NO_LABEL_DEPS
        for t in token.doc[max(token.sent.start, token.i - 12) : token.i]
    )


def _follows_to(token: Token) -> bool:
    """As in "asked to replan": a bare form after "to" with an object or nothing."""
    if token.i == token.sent.start or token.nbor(-1).lower_ != "to":
        return False
    if token.lower_ not in lexicon().classes or _ends_range(token):
        return False
    after = token.nbor(1) if token.i + 1 < len(token.doc) else None
    if after is None or after.is_punct or after.lower_ in _OPENS_OBJECT:
        return True
    carriers = lexicon().words["control.infinitive_nouns"]
    return token.i > 1 and token.nbor(-2).lemma_.lower() in carriers


def _follows_subject(token: Token) -> bool:
    pronoun = adjacent_pronoun(token)
    if pronoun is None or pronoun.i < token.i - 2:
        return False
    head = pronoun.head
    return head == token or not (is_verb_tag(head) and head.i > token.i)


def _opens_clause(token: Token) -> bool:
    """As in "Cut the scope", "and track the risks": a bare form before an object."""
    if token.i + 1 >= len(token.doc) or token.nbor(1).lower_ not in _OPENS_OBJECT:
        return False
    return token.i == token.sent.start or token.nbor(-1).tag_ == "CC"
