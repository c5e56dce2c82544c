"""Numbers and prefixes as rules write them, and which of them a call's number meets."""

from collections.abc import Callable, Iterable, Iterator, Mapping

Forms = Callable[[str], tuple[str, ...]]
"""Every way to write a number that ccd can compare: as dialled, and E.164 when it has one."""

_LENGTHS = (0, 2, 4, 5, 6, 7, 8, 10)
"""Prefixes are looked up by so many of their first characters."""


def parted(patterns: Iterable[str], forms: Forms) -> tuple[frozenset[str], tuple[str, ...]]:
    """Every form of the exact numbers, and the prefixes."""
    prefixes, exact = [], set[str]()
    for pattern in patterns:
        if pattern.endswith("*"):
            prefixes.append(pattern[:-1])
        else:
            exact.update(forms(pattern))
    return frozenset(exact), tuple(prefixes)


def keys(exact: frozenset[str], prefixes: tuple[str, ...]) -> frozenset[str]:
    """A number that meets any of them has one of these among its keys, by ``keys_among``."""
    cut = (prefix[: max(n for n in _LENGTHS if n <= len(prefix))] for prefix in prefixes)
    return exact.union(f"{prefix}*" for prefix in cut)


def keys_among(used: Iterable[str]) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """How a number with some forms is looked up where only these keys are: cut to their lengths alone."""
    lengths = sorted({len(key) - 1 for key in used if key.endswith("*")})
    if not lengths:
        return lambda forms: forms

    def keys_of(forms: tuple[str, ...]) -> tuple[str, ...]:
        cut = [f"{form[:length]}*" for form in forms for length in lengths if len(form) >= length]
        return tuple(dict.fromkeys((*forms, *cut))) if len(forms) > 1 else (*forms, *cut)

    return keys_of


class Book:
    """Named numbers and prefixes: lists of callers, or advertising sources."""

    def __init__(self, named: Mapping[str, tuple[str, ...]], forms: Forms) -> None:
        self._known = frozenset(named)
        self._names: dict[str, list[tuple[str, str]]] = {}
        for name, patterns in named.items():
            exact, prefixes = parted(patterns, forms)
            for number in exact:
                self._names.setdefault(number, []).append((name, ""))
            for prefix in prefixes:
                (key,) = keys(frozenset(), (prefix,))
                self._names.setdefault(key, []).append((name, prefix))
        self._keys_of = keys_among(self._names)

    def checked(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names, all of which must exist; KeyError otherwise."""
        if missing := set(names) - self._known:
            raise KeyError(*missing)
        return names

    def names(self, forms: tuple[str, ...]) -> frozenset[str]:
        """The names under which a number with these forms stands."""
        return frozenset(self._found(forms)) if self._names else frozenset()

    def _found(self, forms: tuple[str, ...]) -> Iterator[str]:
        for key in self._keys_of(forms):
            for name, prefix in self._names.get(key, ()):
                if any(form.startswith(prefix) for form in forms):
                    yield name
