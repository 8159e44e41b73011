"""Data as torch has them: samples are read once, fetched when they are asked for, and wrong ones are refused."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import (
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Subset,
    TensorDataset,
    WeightedRandomSampler,
)

from numerics import datasets, trained
from numerics.data import fetched, samples, torch_samples, torch_source
from numerics.data.fetched import Fetched
from numerics.data.samples import parted, samples_of
from numerics.errors import CheckpointError, DataError, ModelError
from numerics.models import cnn, mlp
from numerics.models.given_module import GivenModule
from numerics.networks.checkpoints import Checkpoint
from numerics.networks.optimisers import LBFGS
from numerics.networks.training import Training

CHANCE = torch.Generator().manual_seed(0)
IMAGES = torch.randn(60, 1, 4, 4, generator=CHANCE, dtype=torch.float64)
LABELS = torch.arange(60) % 3
CASES = {"alphas": [0.25], "rhos": [0, 0.4], "seeds": [1, 2]}


class Listed(Dataset):
    """Samples from a list of pairs, or whatever a function of the index returns."""

    def __init__(self, found, count=None, classes=None):
        self.found, self.count = found, len(found) if count is None else count
        if classes is not None:
            self.classes = classes

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        return self.found(i) if callable(self.found) else self.found[i]


class Stream(IterableDataset):
    """The images, one after the other."""

    def __iter__(self):
        yield from zip(IMAGES, LABELS.tolist(), strict=True)


def net():
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 4), nn.Tanh(), nn.Linear(4, 3))


@pytest.fixture
def beyond(monkeypatch):
    """Nothing fits into memory."""
    monkeypatch.setattr(torch_samples, "IN_MEMORY", 0)


FORMS = {
    "TensorDataset": lambda: TensorDataset(IMAGES, LABELS),
    "a list of samples": lambda: Listed(list(zip(IMAGES, LABELS.tolist(), strict=True))),
    "two together": lambda: ConcatDataset(
        [TensorDataset(IMAGES[:30], LABELS[:30]), TensorDataset(IMAGES[30:], LABELS[30:])]
    ),
    "a subset": lambda: Subset(TensorDataset(IMAGES.repeat(2, 1, 1, 1), LABELS.repeat(2)), range(60)),
    "NumPy": lambda: Listed([(x.numpy(), np.int64(y)) for x, y in zip(IMAGES, LABELS.tolist(), strict=True)]),
    "a loader": lambda: DataLoader(TensorDataset(IMAGES, LABELS), batch_size=7),
    "a loader that shuffles": lambda: DataLoader(TensorDataset(IMAGES, LABELS), batch_size=7, shuffle=True),
    "a stream": Stream,
    "a loader of a stream": lambda: DataLoader(Stream(), batch_size=7),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_the_same_samples(form):
    found = samples_of(FORMS[form]())
    assert torch.equal(found.rows, IMAGES)
    assert found.labels.tolist() == LABELS.tolist()
    assert (found.classes, found.label_texts, found.notes) == (3, ("0", "1", "2"), ())
    assert found.fingerprint == samples_of(TensorDataset(IMAGES, LABELS)).fingerprint
    assert samples_of(found) is found


def test_another_sample_or_label_is_another_fingerprint():
    prints = {
        samples_of(TensorDataset(x, y)).fingerprint
        for x, y in [(IMAGES, LABELS), (IMAGES + 1e-9, LABELS), (IMAGES, LABELS.flip(0)), (IMAGES.flatten(1), LABELS)]
    }
    assert len(prints) == 4


def test_classes_are_called_as_the_data_set_calls_them():
    pairs = list(zip(IMAGES, LABELS.tolist(), strict=True))
    found = samples_of(DataLoader(Subset(Listed(pairs, classes=["cat", "dog", "owl"]), range(60))))
    assert found.label_texts == ("cat", "dog", "owl")


def test_bytes_are_divided_by_255_and_it_is_said():
    bytes_ = (torch.arange(60 * 16) % 256).to(torch.uint8).reshape(60, 1, 4, 4)
    for given in (TensorDataset(bytes_, LABELS), FORMS["a stream"]()):
        if isinstance(given, Stream):
            given.__class__ = type("Bytes", (Stream,), {"__iter__": lambda _: iter(zip(bytes_, LABELS, strict=True))})
        found = samples_of(given)
        assert torch.equal(found.rows, bytes_.float() / 255)
        assert found.notes == ("inputs of uint8 were divided by 255",)


TRAININGS = {
    "Adam": Training(steps=6),
    "batches": Training(steps=7, batch=16),
    "L-BFGS": Training(optimiser=LBFGS(), steps=4),
}


@pytest.mark.parametrize("training", TRAININGS.values(), ids=TRAININGS)
def test_fetched_samples_train_as_those_in_memory(ce, training, beyond, monkeypatch):
    far = samples_of(TensorDataset(IMAGES, LABELS))
    monkeypatch.setattr(torch_samples, "IN_MEMORY", 2**20)
    near = samples_of(TensorDataset(IMAGES, LABELS))
    assert isinstance(far.rows, Fetched)
    assert not isinstance(near.rows, Fetched)
    one, other = (trained(ce, net, data, training=training, **CASES) for data in (far, near))
    assert torch.equal(one.weights, other.weights)
    assert torch.equal(one.scores, other.scores)
    assert one.scores.shape == (4, 60, 3)


def test_a_network_gets_samples_as_they_are(ce):
    shapes = []

    class Seen(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(16, 3)

        def forward(self, x):
            shapes.append(tuple(x.shape[1:]))
            return self.last(x.flatten(1))

    found = trained(ce, Seen, TensorDataset(IMAGES, LABELS), training=Training(steps=2), **CASES)
    assert set(shapes) == {(1, 4, 4)}
    assert torch.equal(found.problem.inputs, IMAGES)


@pytest.mark.parametrize("model", [mlp.Network(widths=(3,)), cnn.Network(channels=(2, 2)), "random_features"])
def test_the_house_s_networks_read_images(ce, model):
    found = trained(ce, model, TensorDataset(IMAGES, LABELS), training=Training(steps=2), **CASES)
    assert found.scores.shape == (4, 60, 3)


def test_no_more_samples_are_alive_than_are_evaluated_at_once(ce, beyond, monkeypatch):
    alive, most = weakref.WeakSet(), []

    class Counted(Dataset):
        def __len__(self):
            return 60

        def __getitem__(self, i):
            x = IMAGES[i].clone()
            alive.add(x)
            most.append(len(alive))
            return x, int(LABELS[i])

    sizes = []
    inner = Fetched.__getitem__

    def sized(self, which):
        found = inner(self, which)
        sizes.append(len(found))
        return found

    monkeypatch.setattr(fetched, "ENTRIES", 4 * 16 * 5)  # five samples for the four networks
    monkeypatch.setattr(Fetched, "__getitem__", sized)
    trained(ce, net, Counted(), training=Training(steps=3), **CASES)
    trained(ce, net, Counted(), training=Training(optimiser=LBFGS(), steps=2), **CASES)
    gc.collect()
    # the checks of a model and the looks before the first step take up to 64 samples, a handful of times
    assert sum(size > 8 for size in sizes) <= 6
    assert len(sizes) > 60
    assert max(most) <= 3
    assert not alive


def test_a_stream_beyond_memory_goes_to_a_file_and_back(ce, beyond):
    found = samples_of(Stream())
    assert isinstance(found.rows, Fetched)
    assert torch.equal(found.rows[:], IMAGES)
    assert torch.equal(found.rows[torch.tensor([[5, 3], [3, 3]])], IMAGES[torch.tensor([[5, 3], [3, 3]])])
    half = found.part(np.arange(60) >= 30)
    assert torch.equal(half.rows[1:3], IMAGES[31:33])
    assert half.fingerprint == half.rows.fingerprint != found.fingerprint
    single = half.rows.to(torch.device("cpu"), torch.float32)
    assert (single[:2].dtype, single.dtype, single.shape) == (torch.float32, torch.float32, (30, 1, 4, 4))


def test_a_checkpoint_is_one_of_the_samples(ce, tmp_path, beyond):
    kept = Checkpoint(tmp_path / "run.pt", every=2)
    first = trained(ce, net, TensorDataset(IMAGES, LABELS), training=Training(steps=4), checkpoint=kept, **CASES)
    again = trained(ce, net, TensorDataset(IMAGES, LABELS), training=Training(steps=4), checkpoint=kept, **CASES)
    assert torch.equal(first.weights, again.weights)
    with pytest.raises(CheckpointError, match="belongs to the training"):
        trained(ce, net, TensorDataset(IMAGES + 1, LABELS), training=Training(steps=4), checkpoint=kept, **CASES)


def broken(i, what, at=5):
    x, y = IMAGES[i], int(LABELS[i])
    return what(x, y) if i == at else (x, y)


def missing(i):
    raise FileNotFoundError(f"no file {i}.png")


PAIR = "; accepted is a pair (x, y) of a tensor and its label: write a Dataset whose __getitem__ returns one"
FLOATS = (
    "; accepted is a tensor of floats, or of uint8, which is divided by 255: make it one in the dataset, such as by "
    "transforms.ToTensor() or x.float()"
)
LABEL = "; accepted is an integer from 0 to C-1"
WRONG = {
    "three parts": (lambda x, y: (x, y, 0), "data: sample 5 of Listed is a tuple of length 3" + PAIR),
    "a dictionary": (lambda x, y: {"x": x, "y": y}, "data: sample 5 of Listed is a dict" + PAIR),
    "the input alone": (lambda x, _: x, "data: sample 5 of Listed is a Tensor" + PAIR),
    "integers": (
        lambda x, y: (x.long(), y),
        "data: the input of sample 5 of Listed is a tensor of torch.int64" + FLOATS,
    ),
    "a text": (lambda _, y: ("x", y), "data: the input of sample 5 of Listed is a str" + FLOATS),
    "a number": (
        lambda _, y: (torch.tensor(1.0), y),
        "data: the input of sample 5 of Listed has the shape (); accepted is a shape of one sample with at least one "
        "entry, such as (d,) or (channels, height, width)",
    ),
    "nan": (
        lambda x, y: (x * torch.nan, y),
        "data: the input of sample 5 of Listed is not finite; leave the sample out or fill it in",
    ),
    "another shape": (
        lambda x, y: (x[:, 1:], y),
        "data: the input of sample 5 of Listed has the shape (1, 3, 4) and torch.float64, and that of sample 0 (1, 4, "
        "4) and torch.float64; accepted are inputs that are alike: crop or pad them in the dataset",
    ),
    "another dtype": (
        lambda x, y: (x.float(), y),
        "data: the input of sample 5 of Listed has the shape (1, 4, 4) and torch.float32, and that of sample 0 (1, 4, "
        "4) and torch.float64; accepted are inputs that are alike: crop or pad them in the dataset",
    ),
    "one-hot": (
        lambda x, y: (x, torch.eye(3)[y]),
        f"data: the label of sample 5 of Listed is of shape (3,){LABEL}: y.argmax() turns a one-hot row into a label",
    ),
    "a column": (
        lambda x, y: (x, torch.tensor([y])),
        f"data: the label of sample 5 of Listed is of shape (1,){LABEL}: y.item() is one",
    ),
    "a list": (
        lambda x, y: (x, [0, y, 0]),
        f"data: the label of sample 5 of Listed is of shape (3,){LABEL}: y.argmax() turns a one-hot row into a label",
    ),
    "a float": (lambda x, y: (x, float(y)), f"data: the label of sample 5 of Listed is 2.0{LABEL}: int(y) is one"),
    "a name": (lambda x, _: (x, "cat"), f"data: the label of sample 5 of Listed is 'cat'{LABEL}"),
    "negative": (lambda x, _: (x, -1), f"data: the label of sample 5 of Listed is -1{LABEL}"),
    "none": (lambda x, _: (x, None), f"data: the label of sample 5 of Listed is None{LABEL}"),
    "a huge label": (lambda x, _: (x, 2**70), f"data: the label of sample 5 of Listed is {2**70}{LABEL}"),
    "a label far above the others": (
        lambda x, _: (x, 2**30),
        "data: Listed has the labels 0, 1, 2, 1073741824, and no sample of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, "
        "...; accepted are 0, ..., C-1, each at least once, with C >= 2: number the classes that there are from 0 on",
    ),
    "bytes among floats": (
        lambda x, y: (x.to(torch.uint8), y),
        "data: the input of sample 5 of Listed has the shape (1, 4, 4) and torch.uint8, and that of sample 0 (1, 4, 4) "
        "and torch.float64; accepted are inputs that are alike: crop or pad them in the dataset",
    ),
    "a file that is missing": (
        lambda _, y: missing(y),
        "data: sample 5 of Listed cannot be read: FileNotFoundError: no file 2.png; mend it, or leave it out "
        "by a Subset",
    ),
    "a class that is missing": (
        lambda x, _: (x, 4),
        "data: Listed has the labels 0, 1, 2, 4, and no sample of 3; accepted are 0, ..., C-1, each at least once, "
        "with C >= 2: number the classes that there are from 0 on",
    ),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("is_stream", [False, True])
def test_wrong_samples_are_refused(what, is_stream):
    change, message = WRONG[what]

    def sample(i):
        return broken(i, change)

    class OfListed(IterableDataset):
        def __iter__(self):
            return map(sample, range(60))

    OfListed.__name__ = "Listed"
    with pytest.raises(DataError) as caught:
        samples_of(OfListed() if is_stream else Listed(sample, 60))
    assert str(caught.value) == message


def constant(label, count=4, classes=None):
    return Listed([(torch.ones(2) * i, label) for i in range(count)], classes=classes)


class Endless(Dataset):
    def __getitem__(self, i):
        return torch.ones(2), 0


def flipped():
    return Listed(lambda i: (IMAGES[i] + torch.rand(1), int(LABELS[i])), 60)


ONCE = "; accepted is each sample once: take a Subset, or give the dataset itself; batches come from Training(batch=)"
REFUSED = {
    "nothing": (
        lambda: Listed([]),
        "data: Listed has no samples; accepted is at least one sample of each of two or more classes",
    ),
    "one class": (
        lambda: constant(0),
        "data: Listed has the labels 0; accepted are 0, ..., C-1, each at least once, with C >= 2: number the classes "
        "that there are from 0 on",
    ),
    "a class that is only named": (
        lambda: Listed([(torch.ones(2) * i, i % 2) for i in range(4)], classes=["cat", "dog", "owl"]),
        "data: Listed has the labels 0, 1, and no sample of 2 (owl); accepted are 0, ..., C-1, each at least once, "
        "with C >= 2: number the classes that there are from 0 on",
    ),
    "fewer names than labels": (
        lambda: Listed([(torch.ones(2) * i, i % 3) for i in range(4)], classes=["cat", "dog"]),
        "data: Listed has the label 2 and names 2 classes; accepted are labels from 0 to C-1: mend its classes or its "
        "labels",
    ),
    "a random transform": (
        flipped,
        "data: sample 0 of Listed is another one when it is read again, such as under a random transform; what is "
        "claimed is about fixed samples: leave random transforms out, or store the samples that they give",
    ),
    "no length": (
        Endless,
        "data: Endless has no __len__ or no __getitem__; accepted is a torch Dataset with both, or an IterableDataset, "
        "which is read once",
    ),
    "weights of samples": (
        lambda: DataLoader(constant(0), sampler=WeightedRandomSampler([1.0] * 4, 4)),
        "data: the DataLoader has a WeightedRandomSampler, which may leave samples out or repeat them" + ONCE,
    ),
    "samples that repeat": (
        lambda: DataLoader(constant(0), sampler=RandomSampler(constant(0), replacement=True)),
        "data: the DataLoader has a RandomSampler, which may leave samples out or repeat them" + ONCE,
    ),
    "batches of one's own": (
        lambda: DataLoader(constant(0), batch_sampler=[[0, 1], [0, 2]]),
        "data: the DataLoader has a list, which may leave samples out or repeat them" + ONCE,
    ),
    "a collate_fn": (
        lambda: DataLoader(constant(0), collate_fn=lambda found: found),
        "data: the DataLoader has a collate_fn of its own, which may mix or change samples; accepted is the default "
        "one: do what it does in the dataset, or give the dataset itself; batches come from Training(batch=)",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_wrong_data_sets_are_refused(what):
    make, message = REFUSED[what]
    with pytest.raises(DataError) as caught:
        samples_of(make())
    assert str(caught.value) == message


def test_a_sample_that_changes_later_is_refused(ce, beyond):
    held = IMAGES.clone()
    data = samples_of(TensorDataset(held, LABELS))
    held[17] += 1
    with pytest.raises(DataError, match=r"^data: sample 17 of TensorDataset is another one when it is read again"):
        trained(ce, net, data, training=Training(steps=1), **CASES)


def test_a_stream_that_does_not_fit_is_refused(monkeypatch):
    class Long(IterableDataset):
        def __iter__(self):
            return iter([(torch.ones(1), 0)] * 1000)

    monkeypatch.setattr(torch_source, "FREE", 2**62)
    monkeypatch.setattr(torch_source.tempfile, "gettempdir", lambda: "/")
    with pytest.raises(DataError) as caught:
        samples_of(Long())
    assert str(caught.value) == (
        "data: Long is a stream, which is stored once, and after 1000 samples / has less than 1 GiB left; accepted is "
        "a stream that ends and fits: take fewer samples, or name a larger folder by TMPDIR"
    )


def test_columns_are_refused():
    with pytest.raises(DataError) as caught:
        samples_of(TensorDataset(IMAGES, LABELS), label="y")
    assert str(caught.value) == "label: got 'y' for a torch TensorDataset, which has no named columns; leave it out"
    with pytest.raises(DataError, match=r"^without: got \['a'\] for a torch DataLoader, which"):
        samples_of(DataLoader(TensorDataset(IMAGES, LABELS)), without=["a"])


MODELS = {
    "linear": (
        "linear",
        "model: linear reads standardised features of a table, and TensorDataset gives samples of shape (1, 4, 4) as "
        "they are; give a pair (X, y), or a module such as nn.Sequential(nn.Flatten(), nn.Linear(d, C))",
    ),
    "another shape": (
        GivenModule(net, shape=(4, 4, 1)),
        "shape: got (4, 4, 1), and the samples of TensorDataset have the shape (1, 4, 4); leave it out, since samples "
        "of torch come as they are",
    ),
}


@pytest.mark.parametrize("what", MODELS)
def test_models_of_other_samples_are_refused(ce, what):
    model, message = MODELS[what]
    with pytest.raises(ModelError) as caught:
        trained(ce, model, TensorDataset(IMAGES, LABELS), training=Training(steps=1), **CASES)
    assert str(caught.value) == message


def test_a_cnn_says_that_it_reads_images(ce):
    with pytest.raises(ModelError) as caught:
        trained(ce, "cnn", TensorDataset(IMAGES.flatten(1), LABELS), training=Training(steps=1), **CASES)
    assert str(caught.value) == (
        "model: cnn reads images (channels, height, width), and the samples have the shape (16,); take the model mlp, "
        "or a module for such samples"
    )


def test_a_table_is_read_as_before():
    assert samples.samples_of("iris").fingerprint == datasets.load("iris").fingerprint
    assert parted(samples_of("iris"), None).rows is None
