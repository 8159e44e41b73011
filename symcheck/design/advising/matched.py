"""The lambda at which a pair has the leading outputs of a reference.

On linear families with shared features the outputs of a pair of the tier EXACT or SCALED are (kappa/lambda) a S H^(-1)
to leading order, S = P o, and the rows of o add up to 0.  With H = s I + t 11' that is (kappa/(lambda s)) a S, whatever
t is: they are those of the reference where lambda = lambda_ref (kappa/kappa_ref) (s_ref/s).  (THEORY 16.)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy

from symcheck.certificates.certificate import Certificate
from symcheck.design.advising.number import ExactNumber, number_of
from symcheck.errors import ParameterError
from symcheck.findings.prediction import Prediction

NO_KAPPA = "no one kappa fits, so no one lambda does"
NO_SCALE = "D^2 g(0) is not known to be s I + t 11', and no one lambda is named"


@dataclass(frozen=True)
class Reference:
    """A certified pair and its ``weight``, the lambda that others are matched to.

    ``certificate`` is that of the pair.
    """

    certificate: Certificate
    weight: Fraction

    def __post_init__(self) -> None:
        if _scale(self.certificate.prediction) is None:
            raise ParameterError(
                f"reference: got a pair that is {self.certificate.headline}; accepted is one that is PROVED there, of "
                'the tier EXACT or SCALED, such as ("cross_entropy", "l2")'
            )

    @property
    def title(self) -> str:
        """The pair by its names."""
        return self.certificate.problem.title

    def matched(self, certificate: Certificate) -> ExactNumber | str:
        """The lambda of the pair of ``certificate``, or why there is none."""
        scale, target = _scale(certificate.prediction), _scale(self.certificate.prediction)
        assert target is not None
        if scale is None:
            return NO_KAPPA if certificate.kappa is None else NO_SCALE
        weight = sympy.Rational(self.weight.numerator, self.weight.denominator)
        top, bottom = (weight, scale.kappa, target.curvature), (target.kappa, scale.curvature)
        return number_of(certificate.scope.classes, top, bottom)


def _scale(prediction: Prediction | None) -> Prediction | None:
    """The prediction, if its H is s I + t 11'."""
    return None if prediction is None or prediction.hessian is not None else prediction
