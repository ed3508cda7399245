"""Words of people: values that leave an event when it is recorded, so that they can be erased (design 3a.13)."""


class Text(str):
    """Words of a person that never enter the chain; no fold may look at them."""

    __slots__ = ()


class Personal(Text):
    """A text that names or reaches a person: erasable on request, masked in views."""

    __slots__ = ()
