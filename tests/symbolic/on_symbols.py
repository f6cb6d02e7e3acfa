"""A SymPy expression that the checker's code takes for a ball."""

import sympy


class Symbolic:
    """An expression with the operations of a ball that the checker's dual kernels use."""

    def __init__(self, expression):
        self.expression = sympy.sympify(getattr(expression, "expression", expression))

    @staticmethod
    def pi():
        return Symbolic(sympy.pi)

    def rad(self):
        """Of the ball: an expression is one number."""
        return 0

    def __add__(self, other):
        return Symbolic(self.expression + Symbolic(other).expression)

    def __sub__(self, other):
        return Symbolic(self.expression - Symbolic(other).expression)

    def __mul__(self, other):
        return Symbolic(self.expression * Symbolic(other).expression)

    def __truediv__(self, other):
        return Symbolic(self.expression / Symbolic(other).expression)

    def __rsub__(self, other):
        return Symbolic(other) - self

    def __rtruediv__(self, other):
        return Symbolic(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, exponent):
        assert isinstance(exponent, int)
        return Symbolic(self.expression**exponent)

    def __neg__(self):
        return Symbolic(-self.expression)

    def __gt__(self, other):
        return (self - other).expression.is_positive is True

    def __lt__(self, other):
        return (self - other).expression.is_negative is True

    def sqrt(self):
        return Symbolic(sympy.sqrt(self.expression))

    def atan(self):
        return Symbolic(sympy.atan(self.expression))

    def exp(self):
        return Symbolic(sympy.exp(self.expression))

    def sinh(self):
        return Symbolic(sympy.sinh(self.expression))

    def cosh(self):
        return Symbolic(sympy.cosh(self.expression))

    def tanh(self):
        return Symbolic(sympy.tanh(self.expression))

    def sech(self):
        return Symbolic(sympy.sech(self.expression))

    def erf(self):
        return Symbolic(sympy.erf(self.expression))

    def expm1(self):
        return Symbolic(sympy.exp(self.expression) - 1)

    def log1p(self):
        return Symbolic(sympy.log(1 + self.expression))

    def nonnegative_part(self):
        return self  # of p s - q^2, not negative by the Cauchy-Schwarz inequality


class Between(Symbolic):
    """A ball given by a lower bound and an upper one, which stands for the expression of the upper one."""

    def __init__(self, lower, upper):
        super().__init__(upper)
        self._lower = Symbolic(lower)

    def lower(self):
        return self._lower

    def upper(self):
        return Symbolic(self)
