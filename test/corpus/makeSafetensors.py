"""Writes safetensors.json: damaged files, and what the reference implementation says of each.

python -m venv v && v/bin/pip install safetensors==0.8.0 && v/bin/python test/corpus/makeSafetensors.py
"""
import base64
import json
import pathlib
import random
import struct

import safetensors

DRAW = random.Random(9)
DTYPES = ['F32', 'F64', 'F16', 'BF16', 'I64', 'I32', 'I8', 'U8', 'BOOL', 'F8_E4M3', 'f32', 'F33', '']
PIECES = [b'"', b',', b'{', b'}', b'[', b']', b':', b' ', b'0', b'1', b'-', b'.5', b'e3', b'null', b'1e1',
          b'\xff', b'\x00', b'\xef\xbb\xbf', b'\\u0061', b'\n', b'18446744073709551615', b'9007199254740993']


def file(header, body, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(',', ':')).encode()
    return struct.pack('<Q', len(text) if length is None else length) + text + body


def entry(dtype, shape, begin, end, **more):
    return {'dtype': dtype, 'shape': shape, 'data_offsets': [begin, end], **more}


def numbers(count):
    return struct.pack(f'<{count}f', *[DRAW.randint(-8, 8) / 4 for _ in range(count)])


BASE = {'w': entry('F32', [2, 2], 0, 16), 'b': entry('F32', [2], 16, 24), '__metadata__': {'format': 'pt'}}


def structured():
    """Headers that are JSON, and wrong or strange in one way."""
    yield file(BASE, numbers(6))
    yield file({}, b'')
    yield file({'__metadata__': {}}, b'')
    for dtype in DTYPES:
        yield file({'w': entry(dtype, [2, 2], 0, 16)}, numbers(4))
        yield file({'w': entry(dtype, [2], 0, 4)}, numbers(1))
        yield file({'w': entry(dtype, [2], 0, 16)}, numbers(4))
    for shape in ([], [0], [4], [1, 4], [2, 2, 1], [4, 1, 1, 1], [-2, -2], [2.0, 2], [2.5, 2], ['2', 2], [2**64, 0],
                  [2**32, 2**32], [2**63, 2], [0, 2**64 - 1], [2, 2, 0], None, 4, {}, [[4]], [True, 4], [4, None]):
        for end in (16, 0, 4):
            yield file({'w': entry('F32', shape, 0, end)}, numbers(end // 4))
    for offsets in ([0, 16], [16, 0], [0], [], [0, 16, 32], [0, 8], [0, 24], [4, 20], [-4, 12], [0, 2**64], [2**64 - 16, 0],
                    ['0', '16'], [0.0, 16.0], [None, 16], [1e1, 26], 16, None, {}):
        yield file({'w': {'dtype': 'F32', 'shape': [4], 'data_offsets': offsets}}, numbers(4))
    for b in (entry('F32', [2], 8, 16), entry('F32', [2], 20, 28), entry('F32', [2], 16, 24), entry('F32', [4], 0, 16),
              entry('F32', [0], 16, 16), entry('F32', [0], 0, 0), entry('F32', [0], 8, 8), entry('F32', [], 16, 20)):
        for extra in (0, 1, 2, 3):
            yield file({'w': entry('F32', [4], 0, 16), 'b': b}, numbers(4 + extra))
    for metadata in (None, [], 'a', 1, {'a': 1}, {'a': None}, {'a': {}}, {'a': 'b', 'c': ''}, {'': ''}, {'__proto__': 'a'}):
        yield file({'__metadata__': metadata, 'w': entry('F32', [4], 0, 16)}, numbers(4))
    for name in ('', ' ', 'a' * 300, 'é', '\u0000', '__proto__', 'constructor', 'a"b', '__metadata'):
        yield file({name: entry('F32', [4], 0, 16)}, numbers(4))
    for more in ({'extra': 1}, {'extra': {'deep': []}}, {'__proto__': {}}):
        yield file({'w': entry('F32', [4], 0, 16, **more)}, numbers(4))
    text = json.dumps(BASE).encode()
    for changed in (b' ' + text, text + b' ', text + b'   \n', b'\xef\xbb\xbf' + text, text + b'\0', text + b'x', b'[]', b'"a"',
                    b'null', b'[' * 300 + b']' * 300, text.replace(b'"w"', b'"b"'), text.replace(b'"shape"', b'"shape":[9],"shape"', 1),
                    text.replace(b'"w"', b'"\\u0077"'), text.replace(b'"w"', b'"\xff"'), text.replace(b'"w"', b'"\\ud800"')):
        yield file(changed, numbers(6))
    for pad in range(1, 9):
        yield file(text + b' ' * pad, numbers(6))
    for length in (0, 1, 2, len(text) - 1, len(text) + 1, len(text) + 24, len(text) + 25, 2**31, 2**53 + 1, 2**63, 2**64 - 1, 100_000_001):
        yield file(text, numbers(6), length)
    for value in (float('nan'), float('inf'), float('-inf'), -0.0, 1e-45):
        yield file({'w': entry('F32', [1], 0, 4)}, struct.pack('<f', value))


def damaged():
    """One header after another with a few bytes changed, its length as it is or set right."""
    text = json.dumps(BASE, separators=(',', ':')).encode()
    for i in range(150):
        header = bytearray(text)
        for _ in range(DRAW.randint(1, 2)):
            at = DRAW.randrange(len(header))
            kind = DRAW.randrange(4)
            if kind == 0:
                header[at] ^= 1 << DRAW.randrange(8)
            elif kind == 1:
                header[at:at] = DRAW.choice(PIECES)
            elif kind == 2:
                del header[at:at + DRAW.randint(1, 6)]
            else:
                header[at:at + 1] = DRAW.choice(PIECES)
        yield file(bytes(header), numbers(6), None if i % 3 else len(text))
    whole = file(BASE, numbers(6))
    for _ in range(30):
        yield whole[:DRAW.randrange(len(whole))]


def answer(data):
    try:
        tensors = safetensors.deserialize(data)
    except Exception as error:
        return {'refused': str(error)[:80]}
    return {'tensors': {name: [t['dtype'], t['shape'], base64.b64encode(bytes(t['data'])).decode()] for name, t in tensors}}


rows = [{'file': base64.b64encode(data).decode(), **answer(data)} for data in [*structured(), *damaged()]]
text = ',\n'.join(json.dumps(row) for row in rows)
out = pathlib.Path(__file__).with_name('safetensors.json')
out.write_text(f'{{"safetensors":"{safetensors.__version__}","files":[\n{text}\n]}}\n')
print(len(rows), 'files,', sum('tensors' in row for row in rows), 'taken')
