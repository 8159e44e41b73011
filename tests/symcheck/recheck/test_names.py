"""What certify writes holds whatever it was given, and a certificate holds under no name that is not its own."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.recheck import recheck
from symcheck.certificates.record_reader import read_record
from symcheck.entry import Entry
from symcheck.errors import CertificateError
from symcheck.intake.catalogue import loss_named, names, other_names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.intake.subject_name import FORMULA, LONGEST_NAME, objection, own_name
from symcheck.language.functions import logsumexp, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.losses import AGCE, GCE, ClassWeightedCE  # type: ignore[attr-defined]
from symcheck.losses.base import Loss
from symcheck.problem import Subject
from tests.each import of_each
from tests.sampled import one_in

ENTRIES = [("loss", name) for name in names("loss")] + [("regularizer", name) for name in names("regularizer")]


def _holds(certificate: Certificate) -> None:
    text = certificate.to_json()
    again = recheck(text)
    assert again.to_json() == text
    assert (again.loss.title, again.regularizer.title) == (certificate.loss.title, certificate.regularizer.title)
    for subject in (json.loads(text)["loss"], json.loads(text)["regularizer"]):
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", subject["name"])


def _certified(entry: Entry) -> Certificate:
    return certify(entry, "l2") if entry.kind == "loss" else certify("cross_entropy", entry)


@pytest.mark.parametrize(("kind", "name"), one_in(12, ENTRIES))
def test_entries_keep_their_names_free_and_with_values(kind: str, name: str) -> None:
    entry: Entry = (loss_named if kind == "loss" else regularizer_named)(name)
    values = {p.name: p.default for p in entry.recorded.parameters if p.default is not None}
    free = _certified(entry)
    given = [free, *([_certified(entry.at(**values)), free.at(**values)] if values else [])]
    for certificate in given:
        subject = certificate.loss if kind == "loss" else certificate.regularizer
        assert subject.name == name
        _holds(certificate)
    assert len({c.to_json() for c in given[1:]}) < 2


R = Parameter("r", above=0, below="1/2", default="1/4")


@pytest.mark.parametrize(
    ("entry", "title", "default"),
    [
        (GCE(), "gce", "7/10"),
        (GCE(q=Parameter("q", above=0, at_most=1)), "gce", "7/10"),  # the entry's own value to train with
        (GCE(q=Parameter("q", above=0, at_most=1, default="1/2")), "gce", "7/10"),
        (GCE(q=Parameter("q", above=0, below="1/2", default="1/4")), "gce", None),  # 7/10 does not lie in it
        (GCE(q=R), "gce", None),
        (GCE(q=Parameter("t", at_least="1/2", at_most=1)), "gce", "7/10"),
        (ClassWeightedCE(), "class_weighted_ce", "rising"),
        (ClassWeightedCE(w=sc.ClassParameter("w", above=0)), "class_weighted_ce", "rising"),
        (ClassWeightedCE(w=sc.ClassParameter("v", above=2)), "class_weighted_ce", None),
        (ClassWeightedCE(w=sc.ClassParameter("v", (1, 2, 3), above=0)), "class_weighted_ce(v=(1, 2, 3))", "rising"),
    ],
)
def test_an_entry_with_a_parameter_of_ones_own_has_the_defaults_of_the_entry(
    entry: Entry, title: str, default: str | None
) -> None:
    certificate = certify(entry, "l2")
    assert certificate.loss.title == title
    assert json.loads(certificate.to_json())["loss"]["parameters"][0]["default"] == default
    _holds(certificate)


@pytest.mark.parametrize(
    "entry",
    [
        AGCE(a=Parameter("q", above=0), q=2),  # q is a value of the entry and another parameter of the formula
        AGCE(a=Parameter("q", above=0), q=Parameter("a", above=0)),
        AGCE(a=Parameter("q", above=0), q=Parameter("r", above=0)),
        AGCE(a=R, q=R),  # one number in the place of two
    ],
)
def test_parameters_with_the_names_of_others_make_it_another_formula(entry: Entry) -> None:
    certificate = certify(entry, "l2")
    assert certificate.loss.title == FORMULA
    _holds(certificate)


def test_a_value_for_a_parameter_under_another_name() -> None:
    certificate = certify(GCE(q=R), "l2").at(r="1/3")
    assert certificate.loss.title == FORMULA
    _holds(certificate)


class Doubled(Loss):
    """An entry that is not in the catalogue."""

    reference = "none"
    k = Parameter("k", above=0, default=2)

    def formula(self, z: Any, y: Any) -> Any:
        return self.k * (logsumexp(z) - z[y])


class Mae(Doubled):
    """One that is called as an entry of the catalogue."""


def plain(z: Any, y: Any) -> Any:
    return logsumexp(z) - z[y]


def penalty(z: Any) -> Any:
    return total(z**2) / 2


def _called(name: Any, code: Callable[..., Any] = plain) -> Callable[..., Any]:
    @functools.wraps(code)
    def made(*arguments: Any) -> Any:
        return code(*arguments)

    made.__name__ = name
    return made


class Callable_:
    def __call__(self, z: Any, y: Any) -> Any:
        return plain(z, y)


def λ(z: Any, y: Any) -> Any:
    return plain(z, y)


GIVEN: list[tuple[Any, str]] = [
    (plain, "plain"),
    (lambda z, y: plain(z, y), FORMULA),
    (λ, FORMULA),
    (_called("loss_1"), "loss_1"),
    (_called("_"), "_"),
    (_called("a" * LONGEST_NAME), "a" * LONGEST_NAME),
    (_called("a" * (LONGEST_NAME + 1)), FORMULA),
    (_called("a" * 100_000), FORMULA),
    (_called("<b>gce</b>"), FORMULA),
    (_called("two words"), FORMULA),
    (_called("PROVED\nfor every C"), FORMULA),
    (_called("\u202eecg"), FORMULA),
    (_called("\ud800"), FORMULA),
    (_called(""), FORMULA),
    (_called("1gce"), FORMULA),
    (_called("gce"), FORMULA),
    (_called("GCE"), FORMULA),
    (_called("g_ce"), FORMULA),
    (_called("l2"), FORMULA),  # of the other kind
    (_called("I2"), FORMULA),
    (_called("rnae"), FORMULA),  # looks like mae
    (_called("cr0ss_entr0py"), FORMULA),
    (_called("unhinged"), FORMULA),  # another name of muh
    (_called("confidencepenalty"), FORMULA),
    (functools.partial(plain), "partial"),
    (Callable_(), "Callable_"),
    ("logsumexp(z) - z[y]", FORMULA),
    ("p = softmax(z); -log(p[y])", FORMULA),
    (parsed("q*(logsumexp(z) - z[y])", parameters={"q": Parameter("q", above=0, default=3)}), FORMULA),
    (Doubled(), "Doubled"),
    (Doubled(k=3), "Doubled"),
    (Doubled(k=Parameter("m", above=1)), "Doubled"),
    (Mae(), FORMULA),
    (sc.symmetrize("gce"), "sym_gce"),
    (sc.symmetrize(GCE(q="1/2")), "sym_gce"),
    (Subject("mine", GCE(q="1/2").recorded, {"q": Fraction(1, 2)}), "mine"),
    (Subject("my gce", GCE(q="1/2").recorded), FORMULA),
    (Subject("gce", GCE(q="1/2").recorded, {"q": Fraction(1, 2)}), "gce(q=1/2)"),
    (Subject("gce", GCE(q="1/2").recorded, {"q": Fraction(1, 3)}), FORMULA),
    (Subject("mae", GCE(q="1/2").recorded, {"q": Fraction(1, 2)}), FORMULA),
    (Subject("mae", loss_named("mae").recorded, {"p": Fraction(1, 2)}), FORMULA),
    (Subject("gce", GCE().recorded.with_values({"q": Fraction(1, 2)})), FORMULA),
]


@pytest.mark.parametrize("place", range(len(GIVEN)))
def test_what_is_no_entry_is_called_by_a_plain_word(place: int) -> None:
    loss, title = GIVEN[place]
    certificate = certify(loss, "l2")
    assert certificate.loss.title == title
    _holds(certificate)
    free = {p.name: p.default or 2 for p in certificate.scope.parameters}
    if free:
        _holds(certificate.at(3, **free))


@pytest.mark.parametrize(("name", "title"), [("penalty", "penalty"), ("mae", FORMULA), ("entr0py", FORMULA)])
def test_regularizers_too(name: str, title: str) -> None:
    certificate = certify("mae", _called(name, penalty))
    assert certificate.regularizer.title == title
    _holds(certificate)


def test_torch_code() -> None:
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional

    class GCE(torch.nn.Module):  # type: ignore[name-defined,misc]
        def forward(self, z: Any, y: Any) -> Any:
            return (1 - functional.softmax(z, 1).gather(1, y[:, None])[:, 0] ** 0.7).mean() / 0.7

    class Λόσς(GCE):
        pass

    for loss, title in (
        (torch.nn.CrossEntropyLoss(), "CrossEntropyLoss"),
        (torch.nn.CrossEntropyLoss(label_smoothing=0.1 / 7), "CrossEntropyLoss"),  # with a rounded number
        (
            torch.nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 0.3]), reduction="sum"),
            "CrossEntropyLoss(w=(1, 2, 3/10))",
        ),
        (torch.nn.functional.cross_entropy, FORMULA),
        (lambda z, y: functional.cross_entropy(z, y), FORMULA),
        (GCE(), FORMULA),
        (Λόσς(), FORMULA),
    ):
        certificate = certify(loss, lambda z: (z**2).sum(1).mean() / 2)
        assert certificate.loss.title == title
        _holds(certificate)


# An attacker changes the name wherever it stands, and the values and the headline with it.

PROVED = certify("gce", "l2").to_json()
VALUE = certify(GCE(q="7/10"), "l2").to_json()
OWN = certify(_called("plain", lambda z, y: 2 * plain(z, y)), penalty).to_json()


def _renamed(text: str, kind: str, name: str, values: dict[str, str] | None = None) -> str:
    fields = json.loads(text)
    subject = fields[kind]
    shown = ", ".join(f"{n}={v}" for n, v in sorted((subject["values"] if values is None else values).items()))
    ours = ", ".join(f"{n}={v}" for n, v in sorted(subject["values"].items()))
    old = f"{subject['name']}({ours})" if ours else subject["name"]
    fields["headline"] = fields["headline"].replace(old, f"{name}({shown})" if shown else name)
    subject["name"] = name
    if values is not None:
        subject["values"] = values
    return json.dumps(fields)


def _refused(text: str, *starts: str) -> str:
    with pytest.raises(CertificateError) as caught:
        recheck(text)
    message = str(caught.value)
    assert message.startswith(starts), message
    assert len(message) <= 2000
    assert message.isascii()
    return message


HOSTILE = [
    "gсe", "ɡce", "gce ", " gce", "gce\n", "gce\t", "gce\u00a0", "gce\u200b", "\u202egce", "\u2066gce\u2069",
    "gce\x00", "gce\x1b[2J", "ｇｃｅ", "gcé", "gce\u0301", "\ud800", "gce\udfff", "😀", "<b>gce</b>",
    "<script>alert(1)</script>", "gce&amp;", "g$ce$", "`gce`", "\\gce", "gce(q=1/2)", "gce(q=7/10)", "gce+l2",
    "gce + l2 on R^C", "gce; PROVED", "my gce", "", " ", "7", "1gce", "-gce", "gce-2", "gce.loss", "../gce", "'gce'",
    '"gce"', "g" * 65, "g" * 100_000, "GCE", "Gce", "g_ce", "gce_", "_gce_", "gCe", "agce", "cross_entropy",
    "CrossEntropy", "crossentropy", "cross__entropy", "cross_entr0py", "cr0ssEntropy", "mae", "MAE", "rnae", "l2",
    "L2", "I2", "entropy", "unhinged", "Unhinged", "confidence_penalty", "linex", "sce", "poly_1", "po1y_1",
]  # fmt: skip


@pytest.mark.parametrize("text", [PROVED, VALUE, OWN], ids=["free", "value", "own"])
@of_each(HOSTILE, ids=ascii)
def test_hostile_names(name: str, text: str) -> None:
    _refused(_renamed(text, "loss", name), "loss.name: ", "loss.formula: ", "loss.values")
    if name != "l2":
        _refused(_renamed(text, "regularizer", name), "regularizer.name: ", "regularizer.formula: ")


def test_the_name_of_an_entry_with_the_same_formula_is_true() -> None:
    assert recheck(_renamed(OWN, "regularizer", "l2")).regularizer.name == "l2"


VALUES: list[tuple[str, str, dict[str, str], str]] = [
    (VALUE, "my_gce", {"q": "1/2"}, "loss.values.q: the values of parameters are those of an entry of the catalogue"),
    (VALUE, "my_gce", {"q": "7/10"}, "loss.values.q: the values of parameters are those of an entry of the catalogue"),
    (VALUE, "my_gce", {"p": "7/10"}, "loss.values.p: the values of parameters are those of an entry of the catalogue"),
    (VALUE, "formula", {"q": "7/10"}, "loss.values.q: the values of parameters are those of an entry of the catalogue"),
    (VALUE, "gce", {"q": "1/2"}, "loss.formula: the certificate says"),
    (VALUE, "gce", {"q": "14/20"}, "loss.values.q: the certificate says 14/20, derived is 7/10"),
    (VALUE, "gce", {"q": "0.7"}, "loss.values.q: the certificate says 0.7, derived is 7/10"),
    (VALUE, "gce", {"q": "٧/10"}, 'loss.values.q: got "\\u0667/10"; a text of ASCII characters is expected'),
    (VALUE, "gce", {}, "loss.formula: the certificate says"),
    (VALUE, "gce", {"q": "7/10", "a": "1"}, "loss.values: a: gce has no parameter of this name; accepted: q"),
    (VALUE, "gce", {"q": "7/10", "self": "1"}, "loss.values: self: gce has no parameter of this name"),
    (VALUE, "gce", {"q": "7/10", "name": "1"}, "loss.values: name: gce has no parameter of this name"),
    (VALUE, "gce", {"q" * 500_000: "7/10"}, "loss.values.'qqqqq"),
    (VALUE, "gce", {"q": "1e999999"}, "loss.values.q: got '1e999999'; write an integer"),
    (VALUE, "gce", {"q": "0." + "7" * 990}, "loss."),
    (VALUE, "gce", {"q": "1/" + "7" * 990}, "loss."),
    (VALUE, "gce", {"q": "1/7" + "0" * 900}, "loss."),
    (PROVED, "gce", {"q": "7/10"}, "loss.values.q: the parameter is listed as a free one as well"),
    (PROVED, "my_gce", {"Q": "7/10"}, "loss.values.Q: the values of parameters are those of an entry"),
    (OWN, "plain", {"q": "1"}, "loss.values.q: the values of parameters are those of an entry"),
    (OWN, "plain", {"": "1"}, "loss.values.: the values of parameters are those of an entry"),
]


@pytest.mark.parametrize("place", range(len(VALUES)))
def test_values_without_the_formula_of_the_entry(place: int) -> None:
    text, name, values, message = VALUES[place]
    _refused(_renamed(text, "loss", name, values), message)


@pytest.mark.parametrize("other", ["1/2", "0.7", "1", "14/20", None, "7/10 ", "٧/10"])
def test_another_default_than_that_of_the_entry(other: str | None) -> None:
    fields = json.loads(PROVED)
    fields["loss"]["parameters"][0]["default"] = other
    _refused(json.dumps(fields), "loss.parameters[0].default: ", "loss.parameters[0]: ")


@pytest.mark.parametrize("other", ["first", "proportional", None, "Rising", "rising "])
def test_another_default_of_a_class_vector(other: str | None) -> None:
    fields = json.loads(certify("class_weighted_ce", "l2").to_json())
    fields["loss"]["parameters"][0]["default"] = fields["scope"]["parameters"][0]["default"] = other
    _refused(json.dumps(fields), "loss.parameters[0]", "scope.parameters[0].default: ")


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,70}", fullmatch=True))
def test_a_name_is_accepted_if_and_only_if_certify_writes_it(name: str) -> None:
    text = _renamed(OWN, "loss", name)
    if own_name(name) == name:
        assert read_record(text).problem.loss.name == name
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", name)
        assert name not in {*names("loss"), *names("regularizer"), *other_names("loss"), *other_names("regularizer")}
    else:
        with pytest.raises(CertificateError):
            read_record(text)


@of_each(ENTRIES)
def test_no_name_of_the_catalogue_is_free(kind: str, name: str) -> None:
    camel = name.replace("_", " ").title().replace(" ", "")
    for other in (name, name.upper(), camel, f"{name}_", name.replace("l", "I"), name.replace("o", "0")):
        assert objection(other), other


def test_names_of_other_people_are_taken_as_well() -> None:
    assert objection("unhinged") == "it is taken for the loss muh of the catalogue, and the formula is not its own"
    assert all(objection(name) for kind in ("loss", "regularizer") for name in other_names(kind))  # type: ignore[arg-type]


def test_the_formula_is_what_people_see_of_a_name_of_ones_own() -> None:
    def robust(z: Any, y: Any) -> Any:
        return -(softmax(z)[y] ** 3)

    again = recheck(certify(robust, "l2").to_json())
    assert "robust: -softmax(z)[y]**3" in str(again)
