"""A query in the catalogue's own words: pinyin, initials and words that only sound right are written out.

The words known are those of the names, and what several examples say. Nothing is learned: an index of
sounds and one of initials, made when the process starts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from backend.matters.sounds import HAN, LATIN_RUN, blurred, letters, syllables
from intents.wording import normalise

LONGEST, LONGEST_SPOKEN, MOST_INITIALS = 8, 4, 10
OFTEN = 4  # examples that a word must stand in to be known without being part of a name
CLOSE = 84.0  # how alike (0–100) mistyped pinyin and a name must sound


@dataclass(frozen=True)
class Reworded:
    """A query as typed (normalised), and in the catalogue's words."""

    typed: str
    text: str
    initials: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was written out."""
        return self.typed != self.text


class Vocabulary:
    """What words of the catalogue sound like and begin with."""

    def __init__(self, names: Sequence[str], examples: Sequence[str]) -> None:
        named, self._named = _count(names, LONGEST)
        spoken, heard = _count(examples, LONGEST_SPOKEN)
        spelt = {word: heard[word] for word, count in spoken.items() if count >= OFTEN} | self._named
        self._pairs = {word for word in (*named, *spoken) if len(word) == 2}
        weight = {word: 3 * named[word] + spoken[word] for word in spelt}
        self._exact = _best_by((("".join(sounds), word) for word, sounds in spelt.items()), weight)
        self._blurred = _best_by(((blurred("".join(sounds)), word) for word, sounds in spelt.items()), weight)
        short = ((_first_letters(sounds), word) for word, sounds in self._named.items())
        self._initials = _best_by(short, weight)
        self._names = {
            blurred("".join(sounds)): name for name, sounds in self._named.items() if len(name) > 2
        }
        self._spelt = list(self._names)
        known = {sound for sounds in (self._named | heard).values() for sound in sounds}
        self._english = self._find_english([*names, *examples], known)

    def _find_english(self, texts: Iterable[str], syllables: set[str]) -> set[str]:
        """The words of sentences in which no longer word is spelt like one we know: the others are pinyin.

        So is a sentence of syllables alone: 「ju zhu zheng qian zhu」.
        """
        latin = [re.findall(r"[a-z]+", normalise(text)) for text in texts if not HAN.search(text)]
        return {
            word
            for words in latin
            if not (
                set(words) <= syllables or any(len(word) > 3 and self._spell(blurred(word)) for word in words)
            )
            for word in words
            if re.search(r"[aeiouy]", word)
        }

    def reword(self, query: str) -> Reworded:
        """The query in the catalogue's words.

        Latin runs that are no English words of the catalogue are read as pinyin, then as initials.
        """
        typed = normalise(query)
        short: list[str] = []

        def write_out(found: re.Match[str]) -> str:
            return self._latin(found.group(0), short)

        text = LATIN_RUN.sub(write_out, typed)
        text = HAN.sub(lambda found: self._heard(found.group(0)), text)
        return Reworded(typed, normalise(text), tuple(short))

    def _latin(self, run: str, short: list[str]) -> str:
        words = run.split()
        known = sum(len(word) for word in words if word in self._english)
        if known * 2 > sum(map(len, words)) or run in self._english:
            return run
        whole = self._spell(blurred("".join(words)))
        if whole:
            return whole
        written = [self._word(word, short) for word in words]
        if all(one is None for one in written) and len(words) > 1:
            return self._mistyped("".join(words)) or run
        return " ".join(one or self._mistyped(word) or word for one, word in zip(written, words, strict=True))

    def _word(self, word: str, short: list[str]) -> str | None:
        spelt = self._spell(blurred(word))
        if spelt or word in self._english:
            return spelt
        if 2 <= len(word) <= MOST_INITIALS:
            found = self._initials.get(word)
            if found or not re.search(r"[aeiou]", word):
                short.append(word)
            return found
        return None

    def _spell(self, spelt: str) -> str | None:
        """The fewest known words whose pinyin, one after another, is all of this."""
        best: list[tuple[int, str] | None] = [None] * (len(spelt) + 1)
        best[0] = (0, "")
        for end in range(2, len(spelt) + 1):
            for start in range(max(0, end - 6 * LONGEST), end):
                before, word = best[start], self._blurred.get(spelt[start:end])
                if before is None or word is None:
                    continue
                if best[end] is None or before[0] + 1 < best[end][0]:  # type: ignore[index]
                    best[end] = (before[0] + 1, before[1] + word)
        last = best[-1]
        return last[1] if last and last[1] else None

    def _mistyped(self, word: str) -> str | None:
        if len(word) < 5:
            return None
        found = process.extractOne(blurred(word), self._spelt, scorer=fuzz.ratio, score_cutoff=CLOSE)
        return self._names[found[0]] if found else None

    def _heard(self, run: str) -> str:
        """A Chinese run with what nobody writes replaced by what sounds the same and is known."""
        out, at = "", 0
        while at < len(run):
            for length in range(min(6, len(run) - at), 1, -1):
                part = run[at : at + length]
                meant = self._meant(part)
                if meant:
                    out += meant
                    at += length
                    break
            else:
                out += run[at]
                at += 1
        return out

    def _meant(self, part: str) -> str | None:
        if any(part[at : at + 2] in self._pairs for at in (0, len(part) - 2)) and len(part) <= 3:
            return None
        if all(part[at : at + 2] in self._pairs for at in range(len(part) - 1)):
            return None
        spelt = letters(part)
        found = self._exact.get(spelt) or (self._blurred.get(blurred(spelt)) if len(part) > 2 else None)
        if not found or len(found) != len(part) or found not in self._named:
            return None
        return found if len(part) > 2 or found[0] == part[0] or found[1] == part[1] else None


def _count(texts: Iterable[str], longest: int) -> tuple[Counter[str], dict[str, tuple[str, ...]]]:
    """In how many texts each run of Han characters stands, and how it sounds there."""
    counts, sounds = Counter[str](), dict[str, tuple[str, ...]]()
    for text in texts:
        found: dict[str, tuple[str, ...]] = {}
        for run in HAN.findall(normalise(text)):
            spoken = syllables(run)
            for size in range(2, min(longest, len(run)) + 1):
                for at in range(len(run) - size + 1):
                    found[run[at : at + size]] = spoken[at : at + size]
        counts.update(found.keys())
        sounds |= found
    return counts, sounds


def _first_letters(sounds: Iterable[str]) -> str:
    return "".join(sound[0] for sound in sounds)


def _best_by(pairs: Iterable[tuple[str, str]], weight: dict[str, int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, word in pairs:
        if key not in found or (weight[word], word) > (weight[found[key]], found[key]):
            found[key] = word
    return found
