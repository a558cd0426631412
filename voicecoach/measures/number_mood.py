"""The mood of a number's clause: done, meant, supposed, or what always is.

we cut it by 20%                                done
we wanted to, have to, would cut it by 20%      meant, asked for or supposed
it drops to 200 a second at night               what it always does
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from voicecoach.measures.number_said import (
    STOPS,
    Said,
    says,
    text_of,
    verb_of,
    word_at,
    word_lists,
    words_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_DONE_AFTER = {"have", "'ve", "of", "n't", "not", "been"}
"""After a modal: "would have cost", "couldn't pay"; "they'd been losing" is "had"."""


def is_unreal(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "it would save ten weeks", not "it would have cost us ten".

    "To save six hours you could batch it" hangs on the modal of another clause.
    """
    modals = word_lists()["target.modals"]
    verb = verb_of(said)
    purpose = verb is not None and _is_infinitive(verb)
    above = (
        [t for t in verb.head.children if t.tag_ == "MD"] if verb and purpose else []
    )
    if verb is not None and _is_conditional(verb):
        return True
    for token in (*clause, *above):
        after = {t.lower_ for t in said.doc[token.i + 1 : token.i + 4]}
        if token.tag_ != "MD" or after & _DONE_AFTER:
            continue
        if token.lower_ in modals or _is_supposed(token, above):
            return True
    return False


def _is_conditional(verb: Token) -> bool:
    """As in "if caching works it goes from 200 to 135", in the present."""
    clauses = [c for c in verb.children if c.dep_ == "advcl"]
    conditions = (t.lower_ for c in clauses for t in c.lefts if t.dep_ == "mark")
    return verb.tag_ in ("VBZ", "VBP") and "if" in conditions


def _is_supposed(modal: Token, above: list[Token]) -> bool:
    """As in "to save six hours we could batch", "you can cut half", "I think we can".

    "It meant that we could turn off sixty" was done.
    """
    if modal.lower_ not in ("can", "could"):
        return False
    anybody = any(c.lower_ in ("you", "one") for c in modal.head.lefts)
    thought = modal.head.dep_ == "ccomp" and (
        modal.head.head.lemma_ not in word_lists()["removal.enabling"]
    )
    return anybody or thought or modal in above


def _is_infinitive(verb: Token) -> bool:
    return verb.tag_ == "VB" and any(c.tag_ == "TO" for c in verb.children)


def is_intended(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "the goal was 20%", "we have to cut a third"; not "missed it by 20%".

    What is meant leads to the number ("leadership wanted ten percent more") or names
    it afterwards ("99.9 is the SLO"); "three weeks behind plan" measures a fact.
    """
    if any(_is_attained(token) for token in clause):
        return False
    lead = tuple(t for t in clause if t.i < said.start)
    text = text_of(lead)
    if says(text_of(clause), "target.anywhere"):
        return True
    if says(text, "target.phrases") and not says(text, "target.confessed"):
        return not (_is_forced(lead) or says(text, "relief.freed"))
    verb = verb_of(said)
    subjects = [c for c in verb.lefts if c.dep_ == "nsubj"] if verb else []
    if verb is not None and _is_permitted(verb, clause):
        return True
    above = _above(verb) if verb else ()
    before = (*lead, *(t for t in (*subjects, *above) if t.i < said.start))
    if any(_means(token) and not _is_described(token, verb) for token in before):
        return True
    nouns = word_lists()["target.nouns"]
    return any(t.lemma_.lower() in nouns for t in clause if t.i >= said.end)


def _is_described(token: Token, verb: Token | None) -> bool:
    """As in "orders that needed a person fell"; not "what they asked was"."""
    described = token.dep_ == "relcl" and verb is not None and token.i < verb.i
    return described and verb is not None and verb.lemma_ not in ("be", token.lemma_)


def _is_permitted(verb: Token, clause: tuple[Token, ...]) -> bool:
    """As in "the contract allows an hour", "it can be down for eight hours a year"."""
    lists = word_lists()
    if verb.lemma_ in lists["target.permits"]:
        return True
    may_be = verb.lemma_ == "be" and any(c.lower_ == "can" for c in verb.lefts)
    return may_be and not words_of(clause) & lists["contrast.now"]


def _above(verb: Token) -> tuple[Token, ...]:
    """The verbs that a clause is the object of: "they demand that it stays under"."""
    found = []
    while verb.dep_ in ("ccomp", "xcomp") and verb.head != verb:
        verb = verb.head
        found.append(verb)
    return tuple(found)


def _is_attained(token: Token) -> bool:
    """As in "we missed the goal by ten", "hit our target of 99.9": it came out so."""
    lists = word_lists()
    done = token.tag_ in ("VBD", "VBN") and token.lemma_ in lists["target.attained"]
    return done or token.lemma_.lower() in lists["target.stronger"]


def _is_forced(lead: tuple[Token, ...]) -> bool:
    """As in "we had to refund 300 orders": it was done, though nobody meant it."""
    past = any(t.lower_ == "had" for t in lead)
    return past and any(t.lemma_ in word_lists()["target.forced"] for t in lead)


def _means(token: Token) -> bool:
    """Whether a word says that something is meant, asked for or supposed.

    "Plan", "budget" and "project" name what did the work as well ("the project saved
    two million"), so they count as verbs or where they state an amount.
    """
    lists, lemma = word_lists(), token.lemma_.lower()
    if _is_not_meant(token):
        return False
    if token.dep_ == "amod" and token.lower_ in lists["target.modifiers"]:
        return token.head.head.lemma_ == "be"  # "planned downtime is two hours"
    if lemma in lists["target.nouns"] or token.lower_ in lists["target.nouns"]:
        return True
    if lemma in lists["target.verbs"] and token.pos_ in ("VERB", "AUX"):
        return True
    if lemma not in lists["target.documents"]:
        return False
    of = word_at(token.doc, token.i + 1) == "of"
    return of or token.head.lemma_ in lists["target.states"]


def _is_not_meant(token: Token) -> bool:
    """As in "the forecast error fell", "my wrong estimate cost us three weeks"."""
    lists, head = word_lists(), token.head.lemma_
    named = token.dep_ == "compound" and head not in lists["target.nouns"]
    return named or (token.dep_ == "nsubj" and head in lists["target.did"])


def is_threshold(said: Said) -> bool:
    """As in "when errors go over two percent": a condition, unless it is past."""
    for i in range(said.start - 1, max(said.first.sent.start, said.start - 12) - 1, -1):
        token = said.doc[i]
        supposed = token.lower_ == "were" and word_at(said.doc, i - 2) == "if"
        if token.text in STOPS or (token.tag_ == "VBD" and not supposed):
            return False
        if token.lower_ in word_lists()["target.conditions"]:
            return True
    return False


def is_habit(said: Said, clause: tuple[Token, ...]) -> bool:
    """As in "grows by six million a day", "at night it drops to 200": no change."""
    verb, lists = verb_of(said), word_lists()
    if said.ranged or verb is None or verb.tag_ not in ("VBZ", "VBP"):
        return False
    if {t.lower_ for t in clause} & lists["contrast.now"]:
        return False
    usual = {t.lower_ for t in said.first.sent} & lists["outcome.usual"]
    if usual or verb.lemma_ in lists["outcome.growth"]:
        return True
    rated = {t.lower_ for t in said.doc[said.value_end : said.end + 3]}
    if any(c.dep_ == "dative" for c in verb.rights):
        return False  # "it costs us nine hundred a day"
    levelled = said.led_by in ("to", "at") or bool(rated & lists["units.per"])
    return levelled and verb.lemma_ in lists["outcome.habits"]


def is_sequence(said: Said) -> bool:
    """As in "two weeks later", "in the first six weeks": when, not how much.

    "Two weeks later than agreed" and "finished two weeks earlier" measure a slip.
    """
    if said.unit != "time" or said.ranged:
        return False
    after = word_at(said.doc, said.end)
    than = {t.lower_ for t in said.doc[said.end + 1 : said.end + 5]}
    slipped = "than" in than and bool(than & word_lists()["outcome.dates"])
    if after in ("later", "earlier") and not slipped:
        verb = verb_of(said)
        finished = verb is not None and verb.lemma_ in word_lists()["outcome.finishes"]
        return after == "later" or not finished
    at = said.start - 1
    while word_at(said.doc, at) in word_lists()["outcome.ordering"]:
        at -= 1
    led = word_at(said.doc, at) in word_lists()["target.durations"]
    return led and at < said.start - 1
