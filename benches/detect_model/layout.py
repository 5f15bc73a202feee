"""Lays the weights out as stages/src/detect/model.rs reads them."""

import struct

MASK = (1 << 64) - 1
UNIT = 16
CHECK_BITS = 10
# What a feature is besides an n-gram: a word, the first letters of a longer one, its last.
WHOLE, START, END = KINDS = "\2\3\4"
# On the language of a list's last entry.
LAST = 0x80
LOAD_MAX = 0.75


def key(feature):
    """The letters of a feature in 16 bits each, and above them its kind."""
    kind = KINDS.find(feature[0]) + 1
    number = 0
    for letter in feature[1:] if kind else feature:
        number = number << 16 | ord(letter)
    return number | kind << 112


def mixed(number):
    high = (number >> 64) * 0x9E3779B97F4A7C15 & MASK
    hashed = (number & MASK) ^ high
    hashed = (hashed ^ hashed >> 32) * 0xD6E8FEB86659FD93 & MASK
    return hashed ^ hashed >> 29


def write(path, groups):
    """`groups`: of each alphabet its tags, its biases and {feature: [(language, weight)]}."""
    lines, biases, features = [], [], []
    for tags, group_biases, weights in groups:
        base = len(biases)
        lines.append(" ".join(tags))
        lowest = min(group_biases)
        biases += [round((bias - lowest) * UNIT) for bias in group_biases]
        for feature, entries in weights.items():
            units = [(base + language, min(255, round(weight * UNIT))) for language, weight in entries]
            units = [(language, weight) for language, weight in units if weight > 0]
            if units:
                features.append((feature, units))
    count = round(len(features) / LOAD_MAX)
    # No list begins at nought, so that a slot that is nought is free.
    slots, lists, places = [0] * count, bytearray(2), {}
    for feature, units in features:
        hashed = mixed(key(feature))
        index, check = (hashed >> 32) * count >> 32, hashed & (1 << CHECK_BITS) - 1
        while slots[index] and slots[index] & (1 << CHECK_BITS) - 1 != check:
            index = (index + 1) % count
        if slots[index]:
            continue
        units[-1] = (units[-1][0] | LAST, units[-1][1])
        entry = b"".join(bytes(unit) for unit in units)
        if entry not in places:
            places[entry] = len(lists) // 2
            lists += entry
        slots[index] = places[entry] << CHECK_BITS | check
    assert len(lists) // 2 < 1 << 32 - CHECK_BITS, "the lists are too long for a slot's pointer"
    assert len(biases) <= LAST and max(biases) < 256, "too many languages, or too large a bias"
    head = ("\n".join(lines) + "\n").encode() + bytes(biases)
    head = struct.pack("<II", count, len(head)) + head
    head += bytes(-len(head) % 4)
    path.write_bytes(head + struct.pack(f"<{count}I", *slots) + bytes(lists))
