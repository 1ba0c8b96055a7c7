"""The agenda's relaxation, handed to a general LP solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lp_optimum(
    *,
    person: NDArray[np.int64],
    resource: NDArray[np.int64],
    units: NDArray[np.int64],
    value: NDArray[np.float64],
    capacity: NDArray[np.int64],
    solver: str = "GLOP",
) -> float:
    """Return the best total value when persons may be split; resource -1 is not scarce."""
    model = linear_solver_pb2.MPModelProto(maximize=True)
    for worth in value.tolist():
        model.variable.add(lower_bound=0.0, upper_bound=1.0, objective_coefficient=worth)
    by_person = np.argsort(person, kind="stable")
    for rows in np.split(by_person, np.flatnonzero(np.diff(person[by_person])) + 1):
        model.constraint.add(
            lower_bound=-np.inf,
            upper_bound=1.0,
            var_index=rows.tolist(),
            coefficient=[1.0] * len(rows),
        )
    for number, limit in enumerate(capacity.tolist()):
        rows = np.flatnonzero(resource == number)
        model.constraint.add(
            lower_bound=-np.inf,
            upper_bound=float(limit),
            var_index=rows.tolist(),
            coefficient=units[rows].astype(float).tolist(),
        )
    return _solve(model, solver)


def _solve(model: linear_solver_pb2.MPModelProto, name: str) -> float:
    solver = pywraplp.Solver.CreateSolver(name)
    answer = linear_solver_pb2.MPSolutionResponse()
    solver.LoadModelFromProto(model)
    status = solver.Solve()
    assert status == pywraplp.Solver.OPTIMAL, (status, answer)
    return float(solver.Objective().Value())
