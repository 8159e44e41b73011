"""Data in the forms in which people have them, at every entry that takes data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

import symcheck as sc
from numerics import (
    Training,
    audit_model,
    choose_lambda,
    confirm,
    forecast,
    grid,
    guarantee,
    noise_margin,
    trained,
    trusted,
)
from numerics.arrays import elsewhere
from numerics.data.given import dataset_of
from numerics.data.samples import samples_of
from numerics.data.torch_samples import TorchSamples
from numerics.errors import DataError, ModelError
from numerics.formulas.predicted_numbers import predicted_numbers

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 3, 60)
ROWS = RNG.standard_normal((60, 5)) + Y[:, None]
IMAGES = RNG.standard_normal((60, 6, 6)) + Y[:, None, None]
IMAGES[:, 0] = 0  # pixels that never vary are pixels all the same
CERT = sc.certify("cross_entropy", "l2")


class Convolutional(nn.Module):
    """A user's own network, which notes the inputs that it was given."""

    def __init__(self, channels: int = 1) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(channels, 4, 3), nn.Linear(64, 3)
        self.seen: list[tuple[int, ...]] = []

    def forward(self, x: Tensor) -> Tensor:
        self.seen.append(tuple(x.shape[1:]))
        found: Tensor = self.last(torch.relu(self.first(x)).flatten(1))
        return found


FLAT: dict[str, Callable[[Any], Any]] = {
    "confirm": lambda data: confirm(CERT, data, rho=0.2),
    "forecast": lambda data: forecast(data, rho=0.2, draws=3),
    "guarantee": lambda data: guarantee(CERT, data, rho=0.2),
    "choose_lambda": lambda data: choose_lambda(CERT, data, rho=0.2),
    "trusted": lambda data: trusted(data, rho=0.2),
    "noise_margin": lambda data: noise_margin(data, a=(0.7, 0.9)),
    "grid": lambda data: grid("cross_entropy", "l2", data, rho=0.2, lambdas=1.0),
}
"""Every entry that reads rows of features."""


# images


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy, lambda x: torch.from_numpy(x).float(), list])
@pytest.mark.parametrize("shape", [(60, 6, 6), (60, 1, 6, 6)])
def test_images_come_to_a_network_as_they_are(kind: Callable[[Any], Any], shape: tuple[int, ...]) -> None:
    found = samples_of((kind(IMAGES.reshape(shape)), Y))
    assert isinstance(found, TorchSamples)
    assert tuple(found.rows.shape) == (60, 1, 6, 6)
    np.testing.assert_allclose(found.rows[:].double().numpy()[:, 0], IMAGES, rtol=1e-6)
    np.testing.assert_array_equal(found.labels, Y)


def test_bytes_become_shares() -> None:
    pixels = (np.abs(IMAGES) * 40).clip(0, 255).astype(np.uint8)
    found = samples_of((pixels, Y))
    assert isinstance(found, TorchSamples)
    np.testing.assert_allclose(found.rows[:].numpy()[:, 0], pixels / 255, rtol=1e-6)
    assert found.notes == ("inputs of uint8 were divided by 255",)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_network_of_ones_own_is_trained_on_images(channels: int) -> None:
    stack = np.repeat(IMAGES[:, None], channels, 1)
    network = Convolutional(channels)
    settings: Any = {"rho": 0.2, "seeds": 2, "steps": 3, "alpha": 0.1}
    found = confirm(CERT, (stack, Y), model=network, test=0.2, **settings)
    assert found.outcome is not None
    assert audit_model(CERT, Convolutional(channels), (stack, Y)) is not None
    numbers = predicted_numbers(CERT, 3, "images")
    runs = trained(
        numbers, lambda: Convolutional(channels), (stack, Y), alphas=[0.1], rhos=[0], training=Training(steps=2)
    )
    assert tuple(runs.scores.shape) == (1, 60, 3)


@pytest.mark.parametrize("model", ["cnn", "mlp"])
def test_networks_by_name_are_trained_on_images(model: str) -> None:
    both = (IMAGES[:40], Y[:40]), (IMAGES[40:], Y[40:])
    found = confirm(CERT, both[0], model=model, rho=0.2, seeds=2, steps=3, alpha=0.1, test=both[1])
    assert found.outcome is not None


@pytest.mark.parametrize("entry", FLAT)
@pytest.mark.parametrize("stack", [IMAGES, IMAGES[:, None], torch.from_numpy(IMAGES)], ids=["nhw", "n1hw", "tensor"])
def test_an_image_stack_with_a_flat_model(entry: str, stack: Any) -> None:
    with pytest.raises(DataError) as raised:
        FLAT[entry]((stack, Y))
    assert str(raised.value) == (
        f"data: got images X of shape {tuple(stack.shape)}, and rows (n, d) are read here; give (X.reshape(len(X), "
        "-1), y), or take a network that reads images: model='cnn', or a module of your own"
    )


def test_images_that_are_none() -> None:
    network = Convolutional()
    settings: Any = {"model": network, "rho": 0.2, "seeds": 2, "steps": 2, "alpha": 0.1}
    broken = IMAGES.copy()
    broken[7, 1, 1] = np.nan
    cases: list[tuple[Any, str]] = [
        ((broken, Y), "data: the input of sample 7 of"),
        ((IMAGES, Y[:-1]), "data: got X of shape (60, 6, 6) and 59 labels; accepted is an image for each label"),
        ((np.ma.masked_greater(IMAGES, 2), Y), "data: X: got a masked array"),
        ((IMAGES, np.ma.masked_equal(Y, 2)), "data: y: got a masked array"),
        ((IMAGES + 1j, Y), "data: X has entries of type complex128; accepted are real numbers"),
        ((IMAGES, Y * 0), "data: y has the label 0 alone; a classifier needs at least two classes"),
    ]
    for data, message in cases:
        with pytest.raises(DataError) as raised:
            confirm(CERT, data, **settings)
        assert str(raised.value).startswith(message)
    with pytest.raises(ModelError, match=r"^model: Convolutional cannot read samples of shape \(6, 6, 3\)"):
        confirm(CERT, (np.repeat(IMAGES[..., None], 3, -1), Y), **settings)
    with pytest.raises(DataError, match=r"^test: got a tuple beside data that are a torch Dataset"):
        confirm(CERT, (IMAGES, Y), test=(ROWS, Y), **settings)
    with pytest.raises(DataError, match=r"^label: got 'y' for a pair of images and labels, which has no named columns"):
        confirm(CERT, (IMAGES, Y), label="y", **settings)


# sparse matrices


@pytest.mark.parametrize("entry", FLAT)
@pytest.mark.parametrize("kind", [scipy.sparse.csr_matrix, scipy.sparse.csc_array, scipy.sparse.coo_array])
def test_sparse_matrices_are_rows(entry: str, kind: Callable[[Any], Any]) -> None:
    assert FLAT[entry]((kind(ROWS), Y)) is not None


def test_a_sparse_matrix_reads_as_what_it_is() -> None:
    found = dataset_of((scipy.sparse.csr_array(ROWS), Y))
    np.testing.assert_array_equal(found.features, ROWS)


def test_a_sparse_matrix_without_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "free_memory", lambda: 2.0**30)
    with pytest.raises(DataError) as raised:
        dataset_of((scipy.sparse.csr_array((60, 2_000_000)), Y))
    assert str(raised.value) == (
        "data: X is sparse, and written out it takes 0.9 GB, with 1.0 GB free; numerics.embeddings takes it as it is, "
        "or take fewer columns"
    )


# labels


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (np.where(Y > 0, 1, -1), ("-1", "1")),
        (np.where(Y > 0, 1.0, -1.0), ("-1", "1")),
        (np.where(Y > 0, "1", "-1"), ("-1", "1")),
        (np.array([10, 20, 30])[Y], ("10", "20", "30")),
        (torch.from_numpy(np.array([-5, 3, 100])[Y]), ("-5", "3", "100")),
        ([[7, 2, 9][k] for k in Y], ("2", "7", "9")),
        (np.array([2, 3, 4])[Y], ("2", "3", "4")),
        (Y > 0, ()),
        (Y + 1, ()),
    ],
)
def test_other_numbers_are_names_of_classes(labels: Any, names: tuple[str, ...]) -> None:
    found = dataset_of((ROWS, labels))
    assert found.label_names == names
    given = [str(int(k)) if not isinstance(k, str) else k for k in list(labels)]
    assert [found.label_texts[k] for k in found.labels] == given


def test_categories_of_pandas() -> None:
    pd = pytest.importorskip("pandas")
    labels = pd.Series(pd.Categorical(np.array([30, 10, 20])[Y]))
    assert dataset_of((ROWS, labels)).label_names == ("10", "20", "30")
    frame = pd.DataFrame(ROWS, columns=list("abcde")).assign(kind=pd.Categorical(Y % 2), label=Y)
    with pytest.raises(DataError) as raised:
        dataset_of(frame)
    assert str(raised.value) == (
        "data: X has columns that hold no numbers: kind (category); leave them out, or turn each into columns of 0 "
        "and 1 (pandas.get_dummies does so)"
    )
    dummies = pd.get_dummies(frame, columns=["kind"])
    assert dataset_of(dummies, "label").features.shape == (60, 7)


@pytest.mark.parametrize("labels", [[0, 1, 3], [1, 2, 4], [0, 2], [1, 3]])
def test_numbers_with_a_gap_may_lack_a_class(labels: list[int]) -> None:
    given = np.array(labels)[np.arange(60) % len(labels)]
    lacking = next(k for k in range(labels[0], labels[-1]) if k not in labels)
    with pytest.raises(DataError) as raised:
        dataset_of((ROWS, given))
    assert str(raised.value) == (
        f"data: y has the labels {', '.join(map(str, labels))}, and none is {lacking}; where that class has no sample, "
        "number the others (np.unique(y, return_inverse=True)[1]), and where these are names of classes, give them as "
        "texts (y.astype(str))"
    )
    assert dataset_of((ROWS, given.astype(str))).label_names == tuple(map(str, labels))


# torch and Dask


@pytest.mark.parametrize("entry", FLAT)
def test_vectors_of_torch_are_rows(entry: str) -> None:
    data = TensorDataset(torch.from_numpy(ROWS), torch.from_numpy(Y))
    for given in (data, DataLoader(data, batch_size=7, shuffle=True)):
        assert FLAT[entry](given) is not None


def test_images_of_torch_with_a_flat_model() -> None:
    data = TensorDataset(torch.from_numpy(IMAGES[:, None]), torch.from_numpy(Y))
    for entry in FLAT.values():
        with pytest.raises(DataError) as raised:
            entry(data)
        assert str(raised.value) == (
            "data: TensorDataset gives samples of shape (1, 6, 6), and rows (n, d) are read here; give a pair "
            "(X.reshape(len(X), -1), y), or take a network that reads them: model='cnn', or a module of your own"
        )


def test_collections_of_dask() -> None:
    da, frames, pd = (pytest.importorskip(name) for name in ("dask.array", "dask.dataframe", "pandas"))
    x, y = da.from_array(ROWS, chunks=20), da.from_array(Y, chunks=20)
    np.testing.assert_array_equal(dataset_of((x, y)).features, ROWS)
    with pytest.raises(DataError) as raised:
        dataset_of((x[y >= 0], Y))
    assert str(raised.value) == (
        "data: X is a Dask array of unknown length; call compute_chunk_sizes() on it first, which counts its rows"
    )
    lazy = frames.from_pandas(pd.DataFrame(ROWS, columns=list("abcde")).assign(label=Y), npartitions=2)
    with pytest.raises(DataError) as refused:
        dataset_of(lazy)
    assert str(refused.value) == (
        "data: got a DataFrame of Dask; accepted is one in memory, which .compute() makes of it; numerics.embeddings "
        "takes it as it is"
    )


# entries of several kinds


@pytest.mark.parametrize(
    "rows",
    [
        ROWS.astype(">f4"),
        ROWS.astype(np.float16),
        np.asfortranarray(ROWS),
        np.ascontiguousarray(ROWS[::-1])[::-1],
        torch.from_numpy(ROWS).bfloat16(),
        torch.from_numpy(ROWS.T.copy()).T,
        (ROWS * 10).astype(np.int8),
        ROWS.astype(object),
        ROWS.tolist(),
    ],
)
def test_numbers_of_any_kind_are_read(rows: Any) -> None:
    found = dataset_of((rows, Y))
    assert found.features.dtype == np.float64
    assert found.features.shape == (60, 5)


@pytest.mark.parametrize("entry", FLAT)
def test_masked_arrays_are_refused_everywhere(entry: str) -> None:
    for data in ((np.ma.masked_greater(ROWS, 3), Y), (ROWS, np.ma.masked_equal(Y, 1)), (np.ma.array(ROWS), Y)):
        with pytest.raises(DataError, match="got a masked array, whose masked entries are missing"):
            FLAT[entry](data)
