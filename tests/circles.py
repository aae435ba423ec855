"""Which nodes of a graph lead back to themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

N = TypeVar("N")


def circles(onward: Callable[[N], Iterable[N]], nodes: Iterable[N]) -> list[list[N]]:
    """The groups of nodes that lead back to themselves, all that lead from each other together."""
    return [group for group in groups(onward, nodes) if is_circle(group, onward)]


def is_circle(group: list[N], onward: Callable[[N], Iterable[N]]) -> bool:
    """Whether a group leads back to itself."""
    return len(group) > 1 or group[0] in set(onward(group[0]))


def groups(onward: Callable[[N], Iterable[N]], nodes: Iterable[N]) -> list[list[N]]:
    """All nodes that can be reached, those that lead from each other together; a group stands behind those it leads to."""
    number: dict[N, int] = {}
    lowest: dict[N, int] = {}
    open_, standing, found = [], set(), []
    for root in nodes:
        if root in number:
            continue
        walked = [(root, root, iter(onward(root)))]
        number[root] = lowest[root] = len(number)
        open_.append(root)
        standing.add(root)
        while walked:
            node, parent, rest = walked[-1]
            for to in rest:
                if to not in number:
                    number[to] = lowest[to] = len(number)
                    open_.append(to)
                    standing.add(to)
                    walked.append((to, node, iter(onward(to))))
                    break
                if to in standing:
                    lowest[node] = min(lowest[node], number[to])
            else:
                walked.pop()
                lowest[parent] = min(lowest[parent], lowest[node])
                if lowest[node] == number[node]:
                    group = open_[open_.index(node) :]
                    del open_[-len(group) :]
                    standing.difference_update(group)
                    found.append(group)
    return found
