"""The forest read with NumPy says what scikit-learn's trees say, and survives being written down."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from bot.components.act_model import MOST_OF_AN_ACT, _thinned
from bot.components.calibration import Calibration
from bot.components.forest import Forest, grow


@pytest.fixture(scope="module")
def grown() -> tuple[Forest, np.ndarray, np.ndarray]:
    random = np.random.default_rng(7)
    rows = random.normal(size=(1500, 5)).astype(np.float32)
    right = (rows[:, 0] * rows[:, 1] > 0) & (rows[:, 2] > -1)
    return grow(rows, right, np.ones(len(rows)), seed=1), rows, right


def test_trees_learn_what_no_line_can(grown: tuple[Forest, np.ndarray, np.ndarray]) -> None:
    forest, rows, right = grown
    assert ((forest.scores(rows) > 0) == right).mean() > 0.95


def test_the_forest_reads_as_its_library_does(grown: tuple[Forest, np.ndarray, np.ndarray]) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    from bot.components import forest as shape

    _, rows, right = grown
    model = HistGradientBoostingClassifier(
        max_iter=shape.TREES, learning_rate=shape.SHRINKAGE, max_leaf_nodes=shape.LEAVES,
        min_samples_leaf=shape.SMALLEST_LEAF, l2_regularization=1.0, early_stopping=False, random_state=1,
    ).fit(rows, right)  # fmt: skip
    assert np.allclose(grown[0].scores(rows), model.decision_function(rows), atol=1e-3)


def test_a_calibration_with_a_forest_survives_being_written(
    grown: tuple[Forest, np.ndarray, np.ndarray],
) -> None:
    forest, rows, _ = grown
    written = json.dumps({**Calibration.untrained().dump(), "forest": asdict(forest)})
    read = Calibration.parse(json.loads(written))
    assert read.forest is not None
    assert np.allclose(read.probabilities(rows), 1 / (1 + np.exp(-forest.scores(rows))))


def test_a_common_act_is_thinned_evenly_and_a_rare_one_kept() -> None:
    acts = ["do_matter"] * (MOST_OF_AN_ACT * 3) + ["greet"] * 4
    kept = _thinned(acts)
    assert len(kept) == MOST_OF_AN_ACT + 4 and kept[-4:] == list(range(len(acts) - 4, len(acts)))
    assert kept[0] == 0 and MOST_OF_AN_ACT * 3 - 1 in kept
