"""Sparse features, labels of any kind, torch data as tables, Dask: what is taken, what is refused and how."""

from __future__ import annotations

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

import symcheck as sc
from numerics import (
    audit_model,
    choose_lambda,
    confirm,
    datasets,
    forecast,
    grid,
    guarantee,
    human_labels,
    noise_margin,
    trained,
    trusted,
)
from numerics.arrays import elsewhere, memory
from numerics.data import torch_samples, torch_source
from numerics.data.given import dataset_of
from numerics.data.given_data import given_data
from numerics.data.given_frame import given_frame
from numerics.data.held_out import held_out
from numerics.data.samples import samples_of
from numerics.errors import DataError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.networks.training import Training

IRIS = datasets.load("iris")
X, Y = IRIS.features, IRIS.labels
CERT = sc.certify("cross_entropy", "l2")
CLAIM = predicted_numbers(CERT, 3, "iris")
FEW = {"alphas": [0.25], "training": Training(steps=2)}

ENTRIES = {
    "confirm": lambda data: confirm(CERT, data),
    "confirm mlp": lambda data: confirm(CERT, data, model="mlp", seeds=2, steps=2),
    "trained": lambda data: trained(CLAIM, "mlp", data, **FEW),
    "trained linear": lambda data: trained(CLAIM, "linear", data, **FEW),
    "audit_model": lambda data: audit_model(CERT, "linear", data),
    "grid": lambda data: grid(data=data, lambdas=[1.0]),
    "forecast": lambda data: forecast(data, rho=0.2, draws=3),
    "guarantee": lambda data: guarantee(CERT, data, rho=0.2, lambdas=[1.0]),
    "choose_lambda": lambda data: choose_lambda(CERT, data, rho=0.2, lambdas=[1.0], draws=3),
    "trusted": lambda data: trusted(data, rho=0.2),
    "noise_margin": lambda data: noise_margin(data, a=(0.5, 1)),
}
"""Everything that takes data."""

# sparse features


@pytest.mark.parametrize(
    "kind", [sp.csr_array, sp.csr_matrix, sp.csc_array, sp.csc_matrix, sp.coo_array, sp.lil_matrix, sp.dok_array]
)
def test_sparse_features_are_those_that_they_stand_for(kind):
    found = given_data((kind(X), Y))
    assert found.fingerprint == IRIS.fingerprint
    assert held_out((kind(X[:3]), Y[:3]), found).features.tolist() == X[:3].tolist()


def test_sparse_tensors_and_other_numbers():
    assert given_data((torch.from_numpy(X).to_sparse(), Y)).fingerprint == IRIS.fingerprint
    short = sp.csr_array(X.astype(np.float32))
    assert np.array_equal(given_data((short, Y)).features, X.astype(np.float32).astype(float))
    counts = sp.csr_array(np.round(X).astype(np.int8))
    assert np.array_equal(given_data((counts, Y)).features, np.round(X))


@pytest.mark.parametrize("what", ENTRIES)
def test_every_function_takes_sparse_features_and_torch_data(what):
    data = TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    for given in ((sp.csr_array(X), Y), data, DataLoader(data, batch_size=16, shuffle=True)):
        assert ENTRIES[what](given)


def test_what_does_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr(elsewhere, "free_memory", lambda: 5_000_000_000)
    big = sp.csr_array((1_000_000, 1000))
    with pytest.raises(DataError) as raised:
        dataset_of((big, np.arange(1_000_000) % 2))
    assert str(raised.value) == (
        "data: X is sparse, of shape (1000000, 1000); these functions hold it as 3 dense arrays of float64, "
        "24000000000 bytes (24 GB), and 5 GB are free: give fewer rows or columns, or take numerics.embeddings, which "
        "reads it block by block"
    )


def test_free_memory_is_what_the_machine_and_its_container_say(monkeypatch, tmp_path):
    info, limit = tmp_path / "meminfo", tmp_path / "memory.max"
    monkeypatch.setattr(memory, "MEMINFO", info)
    monkeypatch.setattr(memory, "LIMIT", limit)
    info.write_text("MemTotal:  8 kB\nMemAvailable:    4 kB\n")
    assert memory.free_memory() == 4096
    limit.write_text("1000\n")
    assert memory.free_memory() == 1000
    limit.write_text("max\n")
    assert memory.free_memory() == 4096
    info.write_text("nothing\n")
    assert memory.free_memory() > 2**20


SPARSE = {
    "complex": (sp.csr_array(X + 1j), Y, "data: X has entries of type complex128; accepted are real numbers"),
    "not finite": (
        sp.csr_array([[np.nan, 1], [0, 2]]),
        [0, 1],
        "data: X is not finite in 1 row, first in row 0; leave such rows out or fill them in",
    ),
    "too few labels": (
        sp.csr_array(X),
        Y[1:],
        "data: got X of shape (150, 4) and y of shape (149,); accepted are (n, d) and (n,), with a row of features for "
        "each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature into a column)",
    ),
    "zeros alone": (
        sp.csr_array((4, 2)),
        [0, 1, 0, 1],
        "data: no feature of X varies, so that none says anything about the label; give other features",
    ),
}


@pytest.mark.parametrize("what", SPARSE)
def test_wrong_sparse_features_are_refused(what):
    x, y, message = SPARSE[what]
    with pytest.raises(DataError) as raised:
        given_data((x, y))
    assert str(raised.value) == message


# labels


NOTE = "the labels {} of y are read as the names of C = {} classes: a class that has no sample is none of them"
LABELS = {
    "-1 and 1": ([-1, 1, -1, 1], ("-1", "1"), [0, 1, 0, 1]),
    "floats": ([-1.0, 1.0, -1.0, 1.0], ("-1", "1"), [0, 1, 0, 1]),
    "bytes of -1 and 1": (np.array([-1, 1, -1, 1], np.int8), ("-1", "1"), [0, 1, 0, 1]),
    "texts of them": (["-1", "1", "-1", "1"], ("-1", "1"), [0, 1, 0, 1]),
    "a tensor": (torch.tensor([-1, 1, -1, 1]), ("-1", "1"), [0, 1, 0, 1]),
    "any": ([9, 3, 7, 9], ("3", "7", "9"), [2, 0, 1, 2]),
    "a gap, in texts": (["0", "1", "3", "0"], ("0", "1", "3"), [0, 1, 2, 0]),
    "as numbers, not as texts": ([10, 9, 10, -2], ("-2", "9", "10"), [2, 1, 2, 0]),
    "a category": (pd.Series([7, 3, 7, 3]).astype("category"), ("3", "7"), [1, 0, 1, 0]),
    "a category itself": (pd.Categorical([7, 3, 7, 3], categories=[7, 5, 3]), ("3", "7"), [1, 0, 1, 0]),
    "of pandas": (pd.Series([-1, 1, -1, 1], dtype="Int64"), ("-1", "1"), [0, 1, 0, 1]),
    "objects": (np.array([-1, 1, -1, 1], dtype=object), ("-1", "1"), [0, 1, 0, 1]),
}
NUMBERS = {
    "truths": ([False, True, False, True], ("0", "1"), [0, 1, 0, 1]),
    "floats": ([0.0, 1.0, 0.0, 1.0], ("0", "1"), [0, 1, 0, 1]),
    "from 1": ([2, 1, 2, 1], ("1", "2"), [1, 0, 1, 0]),
    "a category": (pd.Series([2, 1, 2, 1]).astype("category"), ("1", "2"), [1, 0, 1, 0]),
}


@pytest.mark.parametrize("what", LABELS)
def test_other_integers_are_the_names_of_classes(what):
    labels, names, numbers = LABELS[what]
    found = given_data((X[:4], labels))
    assert (found.label_names, found.label_texts, found.classes) == (names, names, len(names))
    assert found.labels.tolist() == numbers
    assert found.notes == (NOTE.format(", ".join(names), len(names)),)
    # a test part is held to the same names
    assert held_out((X[:1], list(labels)[:1]), found).labels.tolist() == numbers[:1]


@pytest.mark.parametrize("what", NUMBERS)
def test_labels_from_0_or_1_on_are_numbers(what):
    labels, texts, numbers = NUMBERS[what]
    found = given_data((X[:4], labels))
    assert (found.label_names, found.label_texts, found.notes) == ((), texts, ())
    assert found.labels.tolist() == numbers


def test_pairs_and_frames_read_labels_alike():
    frame = pd.DataFrame(X[:4], columns=list("abcd")).assign(y=[3, 9, 3, 7])
    pair, column = given_data((X[:4], frame["y"])), given_frame(frame, "y")
    assert (pair.label_names, pair.fingerprint, pair.notes) == (column.label_names, column.fingerprint, column.notes)


def test_results_say_which_classes_were_read(certified):
    data = (X, np.array([3, 7, 9])[Y])
    note = NOTE.format("3, 7, 9", 3)
    assert note in confirm(certified("cross_entropy", "l2"), data).agreement.notes
    assert confirm(CERT, data, model="mlp", seeds=2, steps=2).agreement.notes.count(note) == 1
    assert note in trained(CLAIM, "mlp", data, **FEW).notes
    assert note in audit_model(CERT, "linear", data).notes
    for what in ("forecast", "guarantee", "choose_lambda", "trusted", "noise_margin"):
        assert note in " ".join(str(ENTRIES[what](data)).split())


def test_many_classes_are_not_all_listed():
    labels = np.arange(40) * 2 + 2
    assert given_data((np.eye(40), labels)).notes == (NOTE.format("2, 4, 6, 8, 10, 12, 14, 16, ...", 40),)


WRONG_LABELS = {
    "a fraction": ([0, 0.5, 1, 0], "data: y has the label 0.5 in row 1; accepted are whole numbers, or names"),
    "missing": (
        pd.array([0, None, 1, 0], dtype="Int64"),
        "data: y has the label nan in row 1; accepted are whole numbers, or names",
    ),
    "missing truths": (
        np.array([True, pd.NA, False, True], dtype=object),
        "y: the label in row 1 is missing; leave such rows out",
    ),
    "None": ([0, 1, None, 0], "y: the label in row 2 is missing; leave such rows out"),
    "a gap": (
        [0, 1, 3, 0],
        "data: y has the labels 0, 1, 3, and none is 2; where that class has no sample, number the others "
        "(np.unique(y, return_inverse=True)[1]), and where these are names of classes, give them as texts "
        "(y.astype(str))",
    ),
    "gaps from 1 on": (
        [1, 2, 7, 4],
        "data: y has the labels 1, 2, 4, 7, and none is 3; where that class has no sample, number the others "
        "(np.unique(y, return_inverse=True)[1]), and where these are names of classes, give them as texts "
        "(y.astype(str))",
    ),
    "one negative": ([-1] * 4, "y: every label is '-1'; a classifier needs at least two classes"),
    "complex": ([1j, 2, 1, 2], "data: y has entries of type complex128; accepted are whole numbers, or names"),
    "beyond floats": (
        [0, 2**60, 1, 1],
        f"data: y has the label {2**60} in row 1; accepted are whole numbers, or names",
    ),
}


@pytest.mark.parametrize("what", WRONG_LABELS)
def test_wrong_labels_are_refused(what):
    labels, message = WRONG_LABELS[what]
    with pytest.raises(DataError) as raised:
        given_data((X[:4], labels))
    assert str(raised.value) == message


@pytest.mark.parametrize("other", [1.5, 2])
def test_features_that_are_categories_are_refused(other):
    frame = pd.DataFrame({"size": pd.Series([1, 2, 3, 1]).astype("category"), "b": [other, 0, 0, 1]})
    for take in (lambda: given_data((frame, [0, 1, 0, 1])), lambda: given_frame(frame.assign(y=[0, 1, 0, 1]), "y")):
        with pytest.raises(DataError) as raised:
            take()
        assert str(raised.value) == (
            "data: X has columns that hold no numbers: size (category); leave them out, or turn each into columns of 0 "
            "and 1 (pandas.get_dummies does so)"
        )
    assert given_data((pd.get_dummies(frame, columns=["size"]), [0, 1, 0, 1])).features.shape == (4, 4)


def test_columns_of_one_name_are_not_found_by_it():
    twice = pd.DataFrame(X[:, :2], columns=["a", "a"])
    found = given_data((twice, Y))
    assert found.written.columns == ()
    assert held_out((twice[:2], Y[:2]), found).features.tolist() == X[:2, :2].tolist()
    named = given_data((pd.DataFrame(X[:, :1], columns=["a"]), Y))
    with pytest.raises(DataError) as raised:
        held_out((twice[:2], Y[:2]), named)
    assert str(raised.value) == (
        "test: there are 2 columns called 'a', and the data have one; leave the others out, or rename them"
    )
    frame = pd.concat([twice, pd.Series(Y, name="y")], axis=1)
    with pytest.raises(DataError) as raised:
        given_frame(frame, "y")
    assert str(raised.value) == "data: the frame has 2 columns called 'a'; rename them, or leave one out"


# torch data as tables


def test_rows_of_torch_are_a_table():
    data = TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    found = dataset_of(data)
    assert (found.name, found.fingerprint) == ("TensorDataset", IRIS.fingerprint)
    exact = confirm(CERT, DataLoader(data, batch_size=8))
    assert exact.run.measurements == confirm(CERT, (X, Y)).run.measurements
    part = trained(CLAIM, "linear", data, test=TensorDataset(data.tensors[0][:5], data.tensors[1][:5]), **FEW)
    assert torch.equal(part.held_out.inputs, part.problem.inputs[:5])
    forecasted = forecast(data, rho=0.2, draws=3, test=data)
    assert forecasted.to_record() == {
        **forecast((X, Y), rho=0.2, draws=3, test=(X, Y)).to_record(),
        "data": "TensorDataset",
    }


class Named(TensorDataset):
    classes = ("setosa", "versicolor", "virginica")


def test_names_of_torch_data_are_kept():
    data = Named(torch.from_numpy(X), torch.from_numpy(Y))
    found = dataset_of(data)
    assert found.label_names == Named.classes
    assert held_out(Named(torch.from_numpy(X[:2]), torch.tensor([2, 0])), found).labels.tolist() == [2, 0]


OF_TORCH = TensorDataset(torch.from_numpy(X[:2]), torch.tensor([0, 1]))


@pytest.mark.parametrize("labels", [Y + 1, np.array(["a", "b", "c"])[Y], np.array([3, 7, 9])[Y]])
def test_numbers_of_torch_beside_other_labels_are_refused(labels):
    data = given_data((X, labels))
    with pytest.raises(DataError) as raised:
        held_out(OF_TORCH, data)
    assert str(raised.value) == (
        "test: got a TensorDataset, whose labels are numbers from 0 on, beside data with the labels "
        f"{', '.join(data.label_texts)}; give a pair (X, y) with such labels"
    )


def test_rows_beyond_memory_are_no_table(monkeypatch):
    monkeypatch.setattr(torch_samples, "IN_MEMORY", 0)
    with pytest.raises(DataError) as raised:
        dataset_of(TensorDataset(torch.from_numpy(X), torch.from_numpy(Y)))
    assert str(raised.value) == (
        "data: got TensorDataset with samples of shape (4,), 150 of them, which are too many to be held in memory, and "
        "a table of them is needed here; take a Subset, a network in trained or confirm, or numerics.embeddings, which "
        "reads batches one by one"
    )


# Dask


BLOCKS = da.from_array(X, chunks=50)
DASK = {
    "labels of unknown length": (
        (X, da.from_array(Y)[BLOCKS[:, 0] > 5]),
        "data: y: got a Dask Array of unknown length",
    ),
    "of unknown length": ((BLOCKS[BLOCKS[:, 0] > 5], Y), "data: X: got a Dask Array of unknown length"),
    "a frame": (dd.from_pandas(pd.DataFrame({"a": X[:, 0], "y": Y}), npartitions=2), "data: got a Dask DataFrame"),
    "labels of a frame": (
        (X, dd.from_pandas(pd.Series(Y), npartitions=2)),
        "data: y: got a Dask Series",
    ),
}
NEEDED = (
    ", and these functions need all of it in memory; give .compute() of it where that fits, or give it to "
    "numerics.embeddings, which reads it block by block"
)


@pytest.mark.parametrize("what", DASK)
@pytest.mark.parametrize("entry", ENTRIES)
def test_dask_collections_are_refused_everywhere(what, entry):
    data, begins = DASK[what]
    with pytest.raises(DataError) as raised:
        ENTRIES[entry](data)
    sizes = ", after .compute_chunk_sizes(), which finds its length" if "unknown" in begins else ""
    assert str(raised.value) == begins + NEEDED + sizes


def test_dask_columns_and_test_parts_are_refused():
    frame = dd.from_pandas(pd.DataFrame({"a": X[:, 0], "y": Y}), npartitions=2)
    with pytest.raises(DataError) as raised:
        human_labels(Y, frame["y"])
    assert str(raised.value) == "noisy: got a Dask Series" + NEEDED.partition(", or give")[0]
    for test in (frame, (BLOCKS[BLOCKS[:, 0] > 5], Y)):
        with pytest.raises(DataError, match=r"^test: .*got a Dask "):
            held_out(test, IRIS)


def test_dask_arrays_of_known_length_are_computed(monkeypatch):
    assert given_data((BLOCKS, da.from_array(Y))).fingerprint == IRIS.fingerprint
    images = samples_of((BLOCKS.reshape(150, 2, 2), Y))
    assert torch.equal(images.rows, torch.from_numpy(X).reshape(150, 2, 2))
    monkeypatch.setattr(elsewhere, "free_memory", lambda: 5_000_000_000)
    with pytest.raises(DataError) as raised:
        given_data((da.zeros((1_000_000, 1000)), Y))
    assert str(raised.value) == (
        "data: X: got a Dask Array of shape (1000000, 1000); these functions hold it as 3 dense arrays of float64, "
        "24000000000 bytes (24 GB), and 5 GB are free: give fewer rows or columns, or take numerics.embeddings, which "
        "reads it block by block"
    )


@pytest.mark.parametrize(
    "rows",
    [
        X.astype(">f8"),
        np.asfortranarray(X),
        np.ascontiguousarray(X[::-1])[::-1],
        torch.from_numpy(X.T.copy()).T,
        X.astype(object),
        X.tolist(),
        [torch.from_numpy(row) for row in X],
        np.broadcast_to(X, X.shape),
    ],
    ids=range(8),
)
def test_rows_of_any_kind_are_those_rows(rows):
    assert given_data((rows, Y)).fingerprint == IRIS.fingerprint


# torch data that are not what they say


class Short(Dataset):
    """Says 10 samples and has 6."""

    def __len__(self):
        return 10

    def __getitem__(self, i):
        return [(torch.full((2,), float(k)), k % 2) for k in range(6)][i]


class ShortStream(IterableDataset):
    def __len__(self):
        return 10

    def __iter__(self):
        return iter([(torch.full((2,), float(k)), k % 2) for k in range(6)])


MEND = "; accepted is a data set that gives as many as it says: mend its __len__, or what it reads"


@pytest.mark.parametrize("given", [Short, lambda: DataLoader(Short(), batch_size=4), lambda: DataLoader(Short(), 3)])
def test_data_that_end_early_are_refused(given):
    with pytest.raises(DataError) as raised:
        samples_of(given())
    assert str(raised.value) == (
        "data: Short ends early: its __len__ says 10 samples, and sample 6 is not there (IndexError: list index out of "
        "range)" + MEND
    )


@pytest.mark.parametrize("given", [ShortStream, lambda: DataLoader(ShortStream(), num_workers=2)])
def test_streams_that_end_early_are_refused(given):
    with pytest.raises(DataError) as raised:
        samples_of(given())
    assert str(raised.value) == "data: ShortStream ends early: its __len__ says 10 samples, and 6 came" + MEND


def test_masked_samples_of_torch_data_are_refused():
    told = (
        "got a masked array, whose masked entries are missing; leave their rows out (X[~X.mask.any(axis=1)].data), or "
        "fill them in (X.filled(value))"
    )

    class Masked(Dataset):
        def __init__(self, x, y):
            self.found = x, y

        def __len__(self):
            return 4

        def __getitem__(self, i):
            return self.found

    for x, y, part in (
        (np.ma.masked_array([1.0, 2], mask=[0, 1]), 0, "input"),
        (np.ma.masked_array([1.0, 2]), 0, "input"),
        (torch.ones(2), np.ma.masked, "label"),
    ):
        with pytest.raises(DataError) as raised:
            samples_of(Masked(x, y))
        assert str(raised.value) == f"data: the {part} of sample 0 of Masked: {told}"


class Full:
    """A file on a disk that is full: where ``at`` is "write" or "flush"."""

    def __init__(self, at):
        self.at, self.is_closed = at, False

    def write(self, _):
        self._fail("write")

    def flush(self):
        self._fail("flush")

    def _fail(self, at):
        if at == self.at:
            raise OSError(28, "No space left on device")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_closed = True


@pytest.mark.parametrize(("at", "done"), [("write", 0), ("flush", 150)])
def test_a_disk_that_is_full_loses_nothing(monkeypatch, at, done):
    class Rows(IterableDataset):
        def __iter__(self):
            return zip(torch.from_numpy(X), Y.tolist(), strict=True)

    file = Full(at)
    monkeypatch.setattr(torch_source.tempfile, "TemporaryFile", lambda: file)
    monkeypatch.setattr(torch_source.tempfile, "gettempdir", lambda: "/tmp")
    with pytest.raises(DataError) as raised:
        samples_of(Rows())
    assert str(raised.value) == (
        f"data: Rows is a stream, which is stored once, and after {done} samples no more can be written to /tmp: No "
        "space left on device; nothing of it is left there: take fewer samples, make room, or name a larger folder by "
        "TMPDIR"
    )
    assert file.is_closed


def test_no_temporary_folder(monkeypatch):
    def none():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(torch_source.tempfile, "TemporaryFile", none)
    with pytest.raises(DataError) as raised:
        samples_of(ShortStream())
    assert str(raised.value) == (
        "data: ShortStream is a stream, which is stored once, and no temporary file can be made: No usable temporary "
        "directory found; name a folder that can be written to by TMPDIR"
    )
