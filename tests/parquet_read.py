"""A reader of Parquet files written from the format's specification (apache/parquet-format: README, Encodings, parquet.thrift) and from nothing of
ours: plain encoding, no compression, no nesting. It believes nothing: sizes, counts and statistics must agree with what is decoded.

    parquet_read.py dump FILE                 rows as lines of JSON
    parquet_read.py notes FILE                the notes of the file as JSON
    parquet_read.py compare DRAWS.sqlite FILE the file holds what the tables draws and cells hold, to the bit
"""
import json
import math
import sqlite3
import struct
import sys

INT64, DOUBLE, BYTE_ARRAY = 2, 5, 6
PLAIN, RLE = 0, 3


class Thrift:
    """The compact protocol: structures become {number: value}."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def value(self, kind):
        if kind in (1, 2):
            return kind == 1
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 8:
            length = self.varint()
            self.at += length
            assert self.at <= len(self.data)
            return self.data[self.at - length:self.at]
        if kind == 9:
            head = self.byte()
            count = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15) for _ in range(count)]
        assert kind == 12, f"type {kind}"
        return self.structure()

    def structure(self):
        fields, number = {}, 0
        while True:
            head = self.byte()
            if head == 0:
                return fields
            number = number + (head >> 4) if head >> 4 else self.zigzag()
            assert number not in fields
            fields[number] = self.value(head & 15)


def levels_of(data, count):
    """Runs of the hybrid of run lengths and packed bits, one bit a level."""
    reader, levels = Thrift(data), []
    while reader.at < len(data):
        head = reader.varint()
        if head & 1:
            for _ in range(head >> 1):
                byte = reader.byte()
                levels += [byte >> bit & 1 for bit in range(8)]
        else:
            levels += [reader.byte()] * (head >> 1)
    assert len(levels) >= count and len(levels) - count < 8
    return levels[:count]


def plain(kind, data, count):
    if kind in (INT64, DOUBLE):
        assert len(data) == 8 * count
        return list(struct.unpack(f"<{count}{'q' if kind == INT64 else 'd'}", data))
    values, at = [], 0
    for _ in range(count):
        (length,) = struct.unpack_from("<I", data, at)
        values.append(data[at + 4:at + 4 + length].decode("utf-8"))
        at += 4 + length
    assert at == len(data)
    return values


def check_statistics(statistics, kind, values, count):
    there = [value for value in values if value is not None]
    assert statistics[3] == count - len(there), "number of missing values"
    if kind == BYTE_ARRAY or not there:
        assert 5 not in statistics and 6 not in statistics
        return
    (greatest,) = struct.unpack("<q" if kind == INT64 else "<d", statistics[5])
    (least,) = struct.unpack("<q" if kind == INT64 else "<d", statistics[6])
    assert (least, greatest) == (min(there), max(there)), "least and greatest"
    assert kind == INT64 or least != 0 or math.copysign(1, least) < 0
    assert kind == INT64 or greatest != 0 or math.copysign(1, greatest) > 0


def read_piece(data, chunk, element, rows):
    meta = chunk[3]
    kind, offset, size = meta[1], meta[9], meta[7]
    assert kind == element[1] and meta[3] == [element[4]] and meta[4] == 0 and meta[5] == rows and meta[6] == size
    reader = Thrift(data, offset)
    header = reader.structure()
    assert header[1] == 0 and header[2] == header[3] and reader.at + header[3] == offset + size
    page, at = header[5], reader.at
    assert page[1] == rows and page[2] == PLAIN and page[3] == RLE and {PLAIN, RLE} <= set(meta[2])
    levels = [1] * rows
    if element[3] == 1:
        (length,) = struct.unpack_from("<I", data, at)
        levels = levels_of(data[at + 4:at + 4 + length], rows)
        at += 4 + length
    there = iter(plain(kind, data[at:offset + size], sum(levels)))
    values = [next(there) if level else None for level in levels]
    check_statistics(meta[12], kind, values, rows)
    return values, offset, offset + size


def read(path):
    """Names, {name: values} and notes."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:4] == b"PAR1" and data[-4:] == b"PAR1"
    (length,) = struct.unpack("<I", data[-8:-4])
    reader = Thrift(data, len(data) - 8 - length)
    footer = reader.structure()
    assert reader.at == len(data) - 8, "length of the footer"
    root, elements = footer[2][0], footer[2][1:]
    assert root[5] == len(elements) == len(footer[7])
    names = [element[4].decode("utf-8") for element in elements]
    assert len(set(names)) == len(names)
    columns, end, total = {name: [] for name in names}, 4, 0
    for group in footer.get(4, []):
        assert len(group[1]) == len(elements) and group[2] == sum(chunk[3][7] for chunk in group[1])
        total += group[3]
        for name, element, chunk in zip(names, elements, group[1]):
            values, begin, after = read_piece(data, chunk, element, group[3])
            assert begin == end, "pieces lie one after the other"
            end = after
            columns[name] += values
    assert end == len(data) - 8 - length and total == footer[3]
    return names, columns, {note[1].decode(): note[2].decode() for note in footer.get(5, [])}


def rows_of(names, columns):
    return zip(*(columns[name] for name in names))


def bits(value):
    return None if value is None else struct.pack("<d", value)


def compare(database, path):
    names, columns, notes = read(path)
    source = sqlite3.connect(database)
    (ensemble, key, header), = source.execute("SELECT ensemble, key, header FROM ensembles")
    assert notes["lodestone.key"] == key and notes["lodestone.header"] == header
    wanted = source.execute("SELECT position, name, kind, unit, run, what, item, region, doc FROM columns "
                            "WHERE ensemble = ? AND kind <> 'series' ORDER BY position", [ensemble]).fetchall()
    own = ["draw", "status", "reason"]
    assert names[:3] == own
    assert names[3:] == [f"{row[2]}/{row[1]}" if row[1] in own else row[1] for row in wanted]
    described = [{"name": shown, "kind": row[2], "unit": row[3], "run": row[4], "what": row[5], "item": row[6], "region": row[7],
                  "doc": row[8]} for shown, row in zip(names[3:], wanted)]
    assert json.loads(notes["lodestone.columns"]) == described
    draws = source.execute("SELECT draw, status, nullif(reason, ''), row FROM draws ORDER BY draw").fetchall()
    assert list(zip(*(columns[name] for name in own))) == [draw[:3] for draw in draws]
    cells = {(draw, position): value for draw, position, value in source.execute("SELECT draw, position, value FROM cells")}
    count = 0
    for name, (position, *_) in zip(names[3:], wanted):
        for (draw, _, _, row), value in zip(draws, columns[name]):
            (stored,) = struct.unpack_from("<d", row, 8 * position)
            assert bits(value) == (None if math.isnan(stored) else bits(stored)), (draw, name, value, stored)
            assert value == cells[draw, position], (draw, name)
            count += 1
    assert count == len(cells)
    print(f"{len(draws)} draws, {count} cells agree")


def main(mode, *paths):
    if mode == "compare":
        return compare(*paths)
    names, columns, notes = read(*paths)
    if mode == "notes":
        print(json.dumps(notes))
        return
    for row in rows_of(names, columns):
        print(json.dumps(dict(zip(names, row))))


if __name__ == "__main__":
    main(*sys.argv[1:])
