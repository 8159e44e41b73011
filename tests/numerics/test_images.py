"""Pairs (X, y) of images: networks get them as they are, models of rows refuse them and say what to do."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import symcheck as sc
from numerics import audit_model, choose_lambda, confirm, forecast, grid, guarantee, noise_margin, trained, trusted
from numerics.data import torch_samples
from numerics.data.images import image_samples, is_images
from numerics.data.samples import parted, samples_of
from numerics.errors import DataError, ModelError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models import cnn
from numerics.models.given_module import GivenModule
from numerics.networks.training import Training
from numerics.runs.agreement import Outcome

CHANCE = np.random.default_rng(0)
Y = np.arange(24) % 3
X = CHANCE.normal(size=(24, 6, 6)) + Y[:, None, None]
X[:, 0] = 0.5  # pixels that are constant
CERT = sc.certify("cross_entropy", "l2")
CASES = {"alphas": [0.25], "training": Training(steps=2)}
AS_IS = "samples of shape {} come as they are, with entries from {} to {}; nothing is scaled"
CHANNEL = "the model reads channels: samples of shape (6, 6) are given to it as (1, 6, 6)"


class Seen(nn.Module):
    """A convolution that keeps what it was given."""

    def __init__(self, channels=1):
        super().__init__()
        self.channels, self.found = channels, []
        self.conv, self.last = nn.Conv2d(channels, 2, 3), nn.Linear(32, 3)

    def forward(self, x):
        return self.last(torch.relu(self.conv(x)).flatten(1))


def inputs_of(data, model=Seen, **settings):
    return trained(predicted_numbers(CERT, 3, "images"), model, data, **CASES, **settings)


STACKS = {
    "n, H, W": X,
    "n, 1, H, W": X[:, None],
    "tensors": torch.from_numpy(X)[:, None],
    "list": X.tolist(),
    "list of tensors": [torch.from_numpy(x) for x in X],
    "list of arrays": list(X),
    "big-endian": X.astype(">f8"),
    "no copy in rows": np.asfortranarray(X),
    "negative strides": X[::-1].copy()[::-1],
}


@pytest.mark.parametrize("what", STACKS)
def test_the_module_of_a_user_gets_images_as_they_are(what):
    found = inputs_of((STACKS[what], Y))
    assert torch.equal(found.problem.inputs, torch.from_numpy(X)[:, None])
    assert AS_IS.format("(1, 6, 6)" if found.notes[-1] != CHANNEL else "(6, 6)", *ends(X)) in found.notes


def ends(x):
    return f"{float(x.min()):.4g}", f"{float(x.max()):.4g}"


def test_a_read_only_map_is_copied(tmp_path):
    np.save(tmp_path / "x.npy", X.astype(np.float32))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    rows = image_samples((mapped, Y)).rows
    assert rows.dtype == torch.float32
    rows += 1
    assert np.array_equal(np.load(tmp_path / "x.npy"), X.astype(np.float32))


def test_channels_are_kept():
    three = np.stack([X, 2 * X, 3 * X], axis=1)
    assert torch.equal(inputs_of((three, Y), lambda: Seen(3)).problem.inputs, torch.from_numpy(three))


@pytest.mark.parametrize("dtype", [np.float16, np.int64, bool])
def test_other_numbers_come_as_they_are(dtype):
    x = (4 * X).astype(dtype) if dtype is not bool else X > 1
    assert np.array_equal(image_samples((x, Y)).rows.numpy(), x.astype(np.float64))


def test_bytes_are_divided_by_255_as_those_of_torch_are():
    x = (20 * (X - X.min())).astype(np.uint8)
    found = image_samples((x, Y))
    same = samples_of(TensorDataset(torch.from_numpy(x), torch.from_numpy(Y)))
    assert torch.equal(found.rows, same.rows)
    assert found.notes[0] == same.notes[0] == "inputs of uint8 were divided by 255"
    assert found.fingerprint == same.fingerprint


def test_a_model_that_reads_images_without_channels_gets_them_so():
    for model in ("mlp", lambda: nn.Sequential(nn.Flatten(), nn.Linear(36, 3))):
        found = inputs_of((X, Y), model)
        assert tuple(found.problem.inputs.shape) == (24, 6, 6)
        assert CHANNEL not in found.notes
    for model in ("cnn", cnn.Network(shape=(1, 6, 6)), GivenModule(Seen, shape=(1, 6, 6))):
        found = inputs_of((X, Y), model)
        assert tuple(found.problem.inputs.shape) == (24, 1, 6, 6)
        assert found.notes[-1] == CHANNEL


@pytest.mark.parametrize("is_fetched", [False, True])
def test_samples_of_torch_without_channels_get_one_too(monkeypatch, is_fetched):
    if is_fetched:
        monkeypatch.setattr(torch_samples, "IN_MEMORY", 0)
    data = TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    found = inputs_of(data)
    assert torch.equal(found.problem.inputs[:], torch.from_numpy(X)[:, None])
    assert found.notes[-1] == CHANNEL


def test_the_same_images_give_the_same_networks():
    stack = inputs_of((X[:, None], Y))
    data = inputs_of(TensorDataset(torch.from_numpy(X)[:, None], torch.from_numpy(Y)))
    assert torch.equal(stack.weights, data.weights)
    assert stack.name == data.name


def test_confirm_takes_them_and_says_how(certified):
    found = confirm(certified("cross_entropy", "l2"), (X, Y + 1), model=Seen, seeds=2, steps=2, test=0.25)
    assert found.agreement.title == "cross_entropy + l2 on given data with a network (C = 3, rho = 0.4)"
    assert found.agreement.notes[-1] == CHANNEL
    # a function of the images that is linear in its weights is solved exactly, on the pixels as they are
    exact = confirm(certified("cross_entropy", "l2"), (X, Y), model=nn.Sequential(nn.Flatten(), nn.Linear(36, 3)))
    assert exact.outcome is Outcome.AGREES
    assert AS_IS.format("(6, 6)", *ends(X)) in exact.agreement.notes


def test_labels_are_those_of_other_pairs():
    assert image_samples((X, np.array(["a", "c", "b"])[Y])).label_names == ("a", "b", "c")
    assert image_samples((X, Y + 1)).label_texts == ("1", "2", "3")
    found = image_samples((X, np.array([3, 7, 9])[Y]))
    assert found.label_names == ("3", "7", "9")
    assert found.notes[0].startswith("the labels 3, 7, 9 of y are read as the names of C = 3 classes")


def test_a_test_part_of_images():
    data = samples_of((X, Y + 1))
    parts = parted(data, (X[:2], [3, 3]))
    assert parts.test.labels.tolist() == [2, 2]
    assert len(parted(data, 0.25).test.labels) == 6


TESTS = {
    "rows": (
        (X[:2].reshape(2, -1), [1, 2]),
        "test: got a tuple beside data that are a pair (X, y) of images; accepted is a share of the samples, or data "
        "of the same kind",
    ),
    "another shape": (
        (X[:2, :5], [1, 2]),
        "test: got samples of shape (5, 6) beside data of shape (6, 6); accepted are samples of one shape",
    ),
    "another class": ((X[:2], [1, 5]), "test: y: got the label '5' in row 1; accepted are those of the data: 0, 1, 2"),
    "bytes": (
        (X[:2].astype(np.uint8), [1, 2]),
        "test: got X of uint8, which is divided by 255, beside data of numbers as they are; give both in one dtype and "
        "scale",
    ),
    "a torch data set": (
        TensorDataset(torch.from_numpy(X), torch.from_numpy(Y)),
        "test: got a TensorDataset beside data that are a pair (X, y) of images; accepted is a share of the samples, "
        "or data of the same kind",
    ),
}


@pytest.mark.parametrize("what", TESTS)
def test_other_test_parts_are_refused(what):
    test, message = TESTS[what]
    with pytest.raises(DataError) as raised:
        parted(samples_of((X, Y)), test)
    assert str(raised.value) == message


FLAT = (
    "data: got X of shape (24, 6, 6), a stack of images, and rows of features (n, d) are needed here; give "
    "X.reshape(len(X), -1), or a network that reads images, model='cnn' or a torch.nn.Module, to confirm, trained or "
    "audit_model"
)
OF_TORCH = (
    "data: got TensorDataset with samples of shape (6, 6), and rows of features (d,) are needed here; flatten them in "
    "the dataset (x.flatten()), or give a network that reads them, model='cnn' or a torch.nn.Module, to confirm, "
    "trained or audit_model"
)
OF_ROWS = {
    "confirm": lambda data: confirm(CERT, data),
    "grid": lambda data: grid(data=data),
    "forecast": lambda data: forecast(data, rho=0.2),
    "guarantee": lambda data: guarantee(CERT, data, rho=0.2),
    "choose_lambda": lambda data: choose_lambda(CERT, data, rho=0.2),
    "trusted": lambda data: trusted(data, rho=0.2),
    "noise_margin": lambda data: noise_margin(data, a=(0.5, 1)),
}


@pytest.mark.parametrize("what", OF_ROWS)
def test_functions_of_rows_refuse_images(what):
    with pytest.raises(DataError) as raised:
        OF_ROWS[what]((X, Y))
    assert str(raised.value) == FLAT
    data = TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    for given in (data, DataLoader(data, batch_size=7)):
        with pytest.raises(DataError) as raised:
            OF_ROWS[what](given)
        assert str(raised.value) == OF_TORCH
    # what the message advises
    assert OF_ROWS["grid"]((X.reshape(len(X), -1), Y))


def test_the_linear_model_refuses_them_everywhere():
    for take in (lambda: inputs_of((X, Y), "linear"), lambda: audit_model(CERT, "linear", (X, Y))):
        with pytest.raises(DataError) as raised:
            take()
        assert str(raised.value) == FLAT
    with pytest.raises(DataError) as raised:
        parted(samples_of((X.reshape(24, -1), Y)), (X, Y))
    assert str(raised.value) == FLAT.replace("data:", "test:")


def nan(x):
    x = x.copy()
    x[3, 1, 1] = np.nan
    return x


def objects():
    found = np.empty(24, dtype=object)
    for i in range(24):
        found[i] = X[i]
    return found


WRONG = {
    "not finite": (
        nan(X),
        Y,
        "data: X is not finite in 1 image, first in image 3; leave such images out or fill them in",
    ),
    "complex": (X + 1j, Y, "data: X has entries of type complex128; accepted are real numbers"),
    "texts": (X.astype(str), Y, "data: X has entries of type <U32; accepted are real numbers"),
    "masked": (
        np.ma.masked_greater(X, 2),
        Y,
        "data: X: got a masked array, whose masked entries are missing; leave their rows out "
        "(X[~X.mask.any(axis=1)].data), or fill them in (X.filled(value))",
    ),
    "masked labels": (
        X,
        np.ma.masked_equal(Y, 0),
        "data: y: got a masked array, whose masked entries are missing; leave their rows out "
        "(X[~X.mask.any(axis=1)].data), or fill them in (X.filled(value))",
    ),
    "none": (
        X[:0],
        Y[:0],
        "data: got X of shape (0, 6, 6) and y of shape (0,); accepted are images (n, ...), such as (n, channels, "
        "height, width), and labels (n,), one for each image",
    ),
    "no entries": (
        X[:, :0],
        Y,
        "data: got X of shape (24, 0, 6) and y of shape (24,); accepted are images (n, ...), such as (n, channels, "
        "height, width), and labels (n,), one for each image",
    ),
    "a label too few": (
        X,
        Y[1:],
        "data: got X of shape (24, 6, 6) and y of shape (23,); accepted are images (n, ...), such as (n, channels, "
        "height, width), and labels (n,), one for each image",
    ),
    "one": (X[:1], Y[:1], "data: all images of X are the same, so that they say nothing about the label; give others"),
    "all alike": (
        np.ones((4, 3, 3)),
        [0, 1, 0, 1],
        "data: all images of X are the same, so that they say nothing about the label; give others",
    ),
    "one class": (X, 0 * Y, "data: y has the label 0 alone; a classifier needs at least two classes"),
    "an array of arrays": (
        objects(),
        Y,
        "data: X is an array of objects, each of them a ndarray; accepted is one array of numbers: np.stack(X) makes "
        "one where they have one shape",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_images_are_refused(what):
    x, y, message = WRONG[what]
    with pytest.raises(DataError) as raised:
        samples_of((x, y))
    assert str(raised.value) == message


def test_images_of_several_shapes_are_refused():
    ragged = [x[: 2 + i % 2] for i, x in enumerate(X)]
    for given in (ragged, [torch.from_numpy(x) for x in ragged], [x.tolist() for x in ragged]):
        with pytest.raises(
            DataError, match=r"^data: X cannot be read as an array: setting an array element with a seq"
        ):
            samples_of((given, Y))


def test_named_columns_are_refused():
    with pytest.raises(DataError) as raised:
        samples_of((X, Y), label="y")
    assert str(raised.value) == "label: got 'y' for a pair (X, y) of images, which has no named columns; leave it out"


LAST = np.stack([X, 2 * X, 3 * X], axis=3)
MODELS = {
    "channels last": (
        lambda: Seen(3),
        LAST,
        "model: given module cannot read samples of shape (6, 6, 3), and reads them with the channels first; give "
        "X.transpose(0, 3, 1, 2), of a torch tensor X.permute(0, 3, 1, 2)",
    ),
    "cnn with channels last": (
        "cnn",
        LAST,
        "model: cnn cannot read samples of shape (6, 6, 3), and reads them with the channels first; give "
        "X.transpose(0, 3, 1, 2), of a torch tensor X.permute(0, 3, 1, 2)",
    ),
    "other channels": (
        Seen,
        np.stack([X] * 3, axis=1),
        "model: given module cannot read samples of shape (3, 6, 6): Given groups=1, weight of size [2, 1, 3, 3], "
        "expected input[8, 3, 6, 6] to have 1 channels, but got 3 channels instead; give a model for such samples",
    ),
    "another size": (
        Seen,
        X[:, :5, :5],
        "model: given module cannot read samples of shape (1, 5, 5): mat1 and mat2 shapes cannot be multiplied (8x18 "
        "and 32x3); give a model for such samples",
    ),
    "a shape that they do not have": (
        cnn.Network(shape=(1, 4, 9)),
        X,
        "shape: got (1, 4, 9), and the samples of given data have the shape (6, 6); leave it out, since images come as "
        "they are",
    ),
}


@pytest.mark.parametrize("what", MODELS)
def test_models_of_other_images_are_refused(what):
    model, x, message = MODELS[what]
    with pytest.raises(ModelError) as raised:
        inputs_of((x, Y), model)
    assert str(raised.value) == message


def test_channels_that_come_last_can_be_asked_for():
    found = inputs_of((LAST, Y), cnn.Network(shape=(6, 6, 3)))
    assert tuple(found.problem.inputs.shape) == (24, 6, 6, 3)
    assert inputs_of((LAST.transpose(0, 3, 1, 2), Y), "cnn").problem.inputs.shape[1] == 3


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ((X, Y), True),
        ([X[:, None], Y], True),
        ((X.tolist(), Y), True),
        ((X[:, :, 0], Y), False),
        ((X[:, 0, 0], Y), False),
        ((X, Y, Y), False),
        (X, False),
        ("iris", False),
        (([], []), False),
    ],
    ids=range(9),
)
def test_what_a_pair_of_images_is(given, answer):
    assert is_images(given) is answer
