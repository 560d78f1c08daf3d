import { describe, expect, test } from 'vitest';
import { csv } from '../../src/charts/csv';
import { readCsv } from '../../src/app/store/csv_read';
import { find, numberColumns, sort, windowOf } from '../../src/app/store/sheet';

describe('reading CSV', () => {
  test('plain, quoted, with line ends and quotes inside', () => {
    expect(readCsv('a,b\r\n1,"x, ""y"""\r\n"two\nlines",\r\n')).toEqual({ columns: ['a', 'b'], rows: [['1', 'x, "y"'], ['two\nlines', '']] });
  });
  test('without a last line end, with a byte order mark, empty', () => {
    expect(readCsv('\ufeffa\n1')).toEqual({ columns: ['a'], rows: [['1']] });
    expect(readCsv('')).toEqual({ columns: [], rows: [] });
    expect(readCsv('a,b\n')).toEqual({ columns: ['a', 'b'], rows: [] });
  });
  test('a quote that never ends is no crash', () => expect(readCsv('a\n"x').rows).toEqual([['x']]));
  test('reads what the page writes', () => {
    const rows = [['plain', 'with "quotes"'], ['comma, here', 'line\nend'], ['', '-12.5']];
    expect(readCsv(csv({ columns: [{ name: 'a' }, { name: 'b, c' }], rows })).rows).toEqual(rows);
  });
});

const sheet = readCsv('region,period,t\nUSA,2025-01,10\nCHN,2025-01,9\nUSA,2025-02,\nJPN,2025-02,-1.5e2\n');

test('columns of numbers', () => expect(numberColumns(sheet)).toEqual([false, false, true]));
test('search: every word somewhere; COLUMN:TEXT in that column', () => {
  expect(find(sheet, 'usa 2025-02')).toEqual([['USA', '2025-02', '']]);
  expect(find(sheet, 'region:n')).toEqual([['CHN', '2025-01', '9'], ['JPN', '2025-02', '-1.5e2']]);
  expect(find(sheet, ' ')).toHaveLength(4);
  expect(find(sheet, 'nowhere')).toEqual([]);
});
test('sort: by size, empty cells last either way; what was given stays', () => {
  const of = (down: boolean): (string | undefined)[] => sort(sheet.rows, { column: 2, down }, true).map((row) => row[2]);
  expect(of(false)).toEqual(['-1.5e2', '9', '10', '']);
  expect(of(true)).toEqual(['10', '9', '-1.5e2', '']);
  expect(sort(sheet.rows, { column: 0, down: false }, false).map((row) => row[0])).toEqual(['CHN', 'JPN', 'USA', 'USA']);
  expect(sheet.rows[0]?.[0]).toBe('USA');
});
test('the window has the rows in sight and stays inside', () => {
  expect(windowOf(1000, 2800, 560, 28, 8)).toEqual({ from: 92, to: 128 });
  expect(windowOf(1000, 0, 560, 28, 8)).toEqual({ from: 0, to: 28 });
  expect(windowOf(3, 0, 560, 28, 8)).toEqual({ from: 0, to: 3 });
  expect(windowOf(10, 1e6, 560, 28, 8)).toEqual({ from: 10, to: 10 });
});
