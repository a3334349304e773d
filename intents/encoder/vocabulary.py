"""A text as pieces of the model's vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SPACE = "▁"
# How much less likely than the rarest piece a letter is that no piece knows; SentencePiece's own figure.
UNKNOWN_COSTS = 10.0


class Vocabulary:
    """Pieces of text in UTF-8, their numbers, and how likely each is (natural logarithm).

    A dictionary of ours rather than SentencePiece's library: that takes 60 MB a process for the same
    250,000 pieces, and needs them in a file of its own format.
    """

    def __init__(
        self,
        pieces: Mapping[bytes, int],
        scores: Sequence[float],
        normal: Mapping[int, str],
        *,
        begin: int,
        end: int,
        unknown: int,
    ) -> None:
        self._pieces, self._scores, self._normal = pieces, scores, normal
        self._begin, self._end, self._unknown = begin, end, unknown
        self._longest = max(map(len, pieces))
        self._unlikely = min(scores) - UNKNOWN_COSTS

    def split(self, text: str, *, most: int) -> list[int]:
        """The numbers of the likeliest pieces, between begin and end, `most` of them altogether.

        The unigram model of Kudo (2018, arXiv:1804.10959), by Viterbi's algorithm.
        """
        words = text.translate(self._normal).split(" ")
        letters = [letter.encode() for letter in SPACE + SPACE.join(filter(None, words))]
        best = [0.0] + [float("-inf")] * len(letters)
        came = [(0, self._unknown)] * (len(letters) + 1)
        for start in range(len(letters)):
            piece = b""
            for end in range(start + 1, len(letters) + 1):
                piece += letters[end - 1]
                if len(piece) > self._longest:
                    break
                number = self._pieces.get(piece, self._unknown)
                known = number != self._unknown
                if not known and end > start + 1:
                    continue
                chance = best[start] + (self._scores[number] if known else self._unlikely)
                if chance > best[end]:
                    best[end], came[end] = chance, (start, number)
        found: list[int] = []
        end = len(letters)
        while end:
            end, number = came[end]
            found.append(number)
        return [self._begin, *found[::-1][: most - 2], self._end]
