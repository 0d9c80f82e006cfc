"""View operations: their names, and how their arguments are read."""


class TypeString(str):
    """An argument of a view operation that the adapter receives as an element type of its library."""


VIEWS = {}  # for each view operation, the function that reads its arguments from the words after its name


def view_operation(read):
    """Makes a method of `Adapter` the view operation of the same name."""

    def register(method):
        VIEWS[method.__name__] = read
        return method

    return register


def integers(words):
    """Each word is an argument; `_` stands for None."""
    return [None if word == "_" else int(word) for word in words]


def one_tuple(words):
    return [tuple(map(int, words))]


def on_axis(axis, *indices):
    """An index that applies these indices from that axis on."""
    return (slice(None),) * axis + indices


def read_view(text):
    """Returns the name of a view operation and its arguments, which JSON can hold."""
    word, *words = text.split(" ")
    if word not in VIEWS:
        raise NotImplementedError("no such view: " + text)
    return word, VIEWS[word](words)
