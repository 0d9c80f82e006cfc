"""How the texts of steps are read."""

import functools


def numbers(text):
    return tuple(map(int, text.split()))


def lengths(text):
    return tuple(int(item) for item in text.split(",") if item)


def named_values(text):
    return dict(word.split("=", 1) for word in text.split(" ") if word)


def one_of(table):
    """Returns a function that finds the entry of the table that a word names."""

    def find(word):
        if word not in table:
            raise NotImplementedError("expected one of %s, found %r" % (", ".join(table), word))
        return table[word]

    return find


def parse(text, table):
    """Returns the function that answers a step, or a helper, given the case.

    For each word the table has the function, and how its arguments are read. The last argument is all that is left.
    """
    word, _, rest = text.partition(" ")
    if word not in table:
        raise NotImplementedError("no such step: " + text)
    function, readers = table[word][0], table[word][1:]
    words = rest.split(" ", max(len(readers) - 1, 0))
    words += [""] * (len(readers) - len(words))
    return functools.partial(function, *[read(word) for read, word in zip(readers, words)])
