"""Strict JSON: what a bank may act on, read exactly; everything else refused, and the place named.

Python's own scanner does the reading, with hooks. A number with a fraction or an exponent becomes a
Decimal of its text, so 199999999.99 never passes through a float. Refused is what Python reads but JSON
does not have (NaN, Infinity), and what JSON permits but a careful service must not guess at: a key
written twice, NUL, half a surrogate pair, absurd numbers, deep nesting.

A sound text is read in one pass. An unsound one is read again by a decoder that marks what the first
one stumbled over, and the marks are then found in the tree: that is how an answer can name the field.
"""
