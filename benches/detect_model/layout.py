"""Lays the weights out as stages/src/detect/model.rs reads them."""

import struct

MASK = (1 << 64) - 1
UNIT = 16
CHECK_MASK = 0x3FF
WHOLE = "\2"


def key(feature):
    """The letters of a feature in 16 bits each; a whole word is marked."""
    number = 0
    for letter in feature.removeprefix(WHOLE):
        number = number << 16 | ord(letter)
    return number | 1 << 112 if feature.startswith(WHOLE) else number


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
    bits = 18
    while len(features) > 0.8 * (1 << bits):
        bits += 1
    slots, lists, places = [0] * (1 << bits), bytearray(1), {}
    for feature, units in features:
        hashed = mixed(key(feature))
        index, check = hashed >> (64 - bits), hashed & CHECK_MASK
        while slots[index] and slots[index] & CHECK_MASK != check:
            index = (index + 1) & ((1 << bits) - 1)
        if slots[index]:
            continue
        entry = bytes([len(units)]) + b"".join(bytes(unit) for unit in units)
        if entry not in places:
            places[entry] = len(lists)
            lists += entry
        slots[index] = places[entry] << 10 | check
    assert len(lists) < 1 << 22, "the lists are too long for a slot's pointer"
    head = ("\n".join(lines) + "\n").encode() + bytes(biases)
    head = struct.pack("<II", bits, len(head)) + head
    head += bytes(-len(head) % 4)
    path.write_bytes(head + struct.pack(f"<{len(slots)}I", *slots) + bytes(lists))
