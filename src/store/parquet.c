/* Layout of the file, each number with its lowest byte first:
 *
 *   "PAR1"  { for each group of rows, for each column: header of a page, page }  footer  length of the footer (4 bytes)  "PAR1"
 *
 * A page of a column that may be missing begins with its levels (length in 4 bytes, then 1 where a value is and 0 where it is missing), in
 * the encoding RLE of width 1: a run of the same level is its length twice and the level; else, for groups of eight levels, the number of groups
 * twice and one, and a byte for each group, the first level lowest. The values that are there follow: 8 bytes for a number, for a text its
 * length in 4 bytes and its bytes. Headers and footer are Thrift's compact protocol: a field is a byte (distance to the last field's number, type),
 * integers are zigzag varints, a structure ends with 0. */
#include "store/parquet.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "store/disk.h"

enum { GROUP_BYTES = 32 << 20, MOST_GROUP_ROWS = 1 << 20 };

/* Numbers of the format: Type, ConvertedType, Encoding, PageType, FieldRepetitionType. */
enum { TYPE_INT64 = 2, TYPE_DOUBLE = 5, TYPE_BYTE_ARRAY = 6 };
enum { CONVERTED_UTF8 = 0, ENCODING_PLAIN = 0, ENCODING_RLE = 3, DATA_PAGE = 0, REQUIRED = 0, OPTIONAL = 1 };

/* A column of the group that is being filled. */
typedef struct {
    lode_text values;      /* those that are there, as they go to the file */
    unsigned char *levels; /* for each row: is it there */
    int64_t missing;
    lode_cell least, greatest; /* of numbers */
} column_buffer;

/* What the footer says of a piece: the part of a column in one group. */
typedef struct {
    int64_t offset, size, missing;
    bool ranged; /* there is a least and a greatest value */
    lode_cell least, greatest;
} piece;

struct lode_parquet {
    lode_file_out *file;
    char *path;
    const lode_output_table *table;
    column_buffer *columns;
    int32_t rows, room; /* in this group; rows that the levels have room for */
    size_t bytes;       /* in this group */
    piece *pieces;      /* groups x columns */
    int64_t *group_rows;
    int32_t groups;
    int64_t offset;  /* where the file ends so far */
    lode_text notes; /* KeyValue structures */
    int32_t note_count;
};

/* ---- Thrift's compact protocol ---- */

enum { THRIFT_I32 = 5, THRIFT_I64 = 6, THRIFT_BINARY = 8, THRIFT_LIST = 9, THRIFT_STRUCT = 12 };

typedef struct {
    lode_text *to;
    int last; /* number of the last field */
} structure;

static void put_byte(lode_text *to, unsigned value) {
    const char byte = (char)(unsigned char)value;
    lode_text_addn(to, &byte, 1);
}

static void put_varint(lode_text *to, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        put_byte(to, (unsigned)(value & 0x7f) | 0x80);
    put_byte(to, (unsigned)value);
}

static void put_zigzag(lode_text *to, int64_t value) {
    put_varint(to, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

static void put_string(lode_text *to, const void *bytes, size_t length) {
    put_varint(to, length);
    lode_text_addn(to, bytes, length);
}

/* Numbers of fields grow by less than 16 in all that is written here. */
static void put_field(structure *in, int number, unsigned type) {
    put_byte(in->to, (unsigned)(number - in->last) << 4 | type);
    in->last = number;
}

static void put_i32(structure *in, int number, int32_t value) {
    put_field(in, number, THRIFT_I32);
    put_zigzag(in->to, value);
}

static void put_i64(structure *in, int number, int64_t value) {
    put_field(in, number, THRIFT_I64);
    put_zigzag(in->to, value);
}

static void put_text(structure *in, int number, const char *text) {
    put_field(in, number, THRIFT_BINARY);
    put_string(in->to, text, strlen(text));
}

static void put_list(structure *in, int number, unsigned type, int32_t count) {
    put_field(in, number, THRIFT_LIST);
    put_byte(in->to, (count < 15 ? (unsigned)count << 4 : 0xf0) | type);
    if (count >= 15)
        put_varint(in->to, (uint64_t)count);
}

static structure begin_structure(structure *in, int number) {
    put_field(in, number, THRIFT_STRUCT);
    return (structure){in->to, 0};
}

static void end_structure(structure *in) {
    put_byte(in->to, 0);
}

/* ---- values ---- */

static void put_bytes(lode_text *to, uint64_t value, int bytes) {
    char out[8];
    for (int i = 0; i < bytes; i++)
        out[i] = (char)(unsigned char)(value >> 8 * i);
    lode_text_addn(to, out, (size_t)bytes);
}

static uint64_t bits_of(lode_column_type type, lode_cell cell) {
    uint64_t bits;
    if (type == LODE_COLUMN_INTEGER)
        return (uint64_t)cell.integer;
    memcpy(&bits, &cell.real, sizeof bits);
    return bits;
}

static bool is_there(lode_column_type type, lode_cell cell) {
    return type == LODE_COLUMN_INTEGER || (type == LODE_COLUMN_REAL ? !isnan(cell.real) : cell.text != NULL);
}

static bool is_less(lode_column_type type, lode_cell a, lode_cell b) {
    return type == LODE_COLUMN_INTEGER ? a.integer < b.integer : a.real < b.real;
}

static void add_value(column_buffer *buffer, lode_column_type type, lode_cell cell) {
    if (type == LODE_COLUMN_TEXT) {
        const size_t length = strlen(cell.text);
        put_bytes(&buffer->values, length, 4);
        lode_text_addn(&buffer->values, cell.text, length);
        return;
    }
    const bool first = buffer->values.length == 0;
    put_bytes(&buffer->values, bits_of(type, cell), 8);
    if (first || is_less(type, cell, buffer->least))
        buffer->least = cell;
    if (first || is_less(type, buffer->greatest, cell))
        buffer->greatest = cell;
}

/* ---- pages ---- */

static void put_levels(lode_text *to, const column_buffer *buffer, int32_t rows) {
    lode_text levels = {0};
    if (buffer->missing == 0 || buffer->missing == rows) {
        put_varint(&levels, (uint64_t)rows << 1);
        put_byte(&levels, buffer->missing == 0);
    } else {
        const int32_t eights = (rows + 7) / 8;
        put_varint(&levels, (uint64_t)eights << 1 | 1);
        for (int32_t i = 0; i < eights; i++) {
            unsigned byte = 0;
            for (int32_t bit = 0; bit < 8 && 8 * i + bit < rows; bit++)
                byte |= (unsigned)buffer->levels[8 * i + bit] << bit;
            put_byte(&levels, byte);
        }
    }
    put_bytes(to, levels.length, 4);
    lode_text_addn(to, levels.data, levels.length);
    to->failed |= levels.failed;
    lode_text_free(&levels);
}

static void put_page_header(lode_text *to, size_t size, int32_t rows) {
    structure header = {to, 0};
    put_i32(&header, 1, DATA_PAGE);
    put_i32(&header, 2, (int32_t)size);
    put_i32(&header, 3, (int32_t)size);
    structure data = begin_structure(&header, 5);
    put_i32(&data, 1, rows);
    put_i32(&data, 2, ENCODING_PLAIN);
    put_i32(&data, 3, ENCODING_RLE); /* of definition levels */
    put_i32(&data, 4, ENCODING_RLE); /* of repetition levels, of which there are none */
    end_structure(&data);
    end_structure(&header);
}

static lode_code append(lode_parquet *parquet, const lode_text *text) {
    if (text->failed)
        return LODE_NOMEM;
    parquet->offset += (int64_t)text->length;
    return lode_file_append(parquet->file, text->data, text->length);
}

static lode_code write_piece(lode_parquet *parquet, int32_t column, piece *written) {
    const lode_column_type type = parquet->table->columns[column].type;
    column_buffer *buffer = &parquet->columns[column];
    lode_text head = {0}, levels = {0};
    if (type != LODE_COLUMN_INTEGER)
        put_levels(&levels, buffer, parquet->rows);
    put_page_header(&head, levels.length + buffer->values.length, parquet->rows);
    *written = (piece){.offset = parquet->offset,
                       .missing = buffer->missing,
                       .ranged = type != LODE_COLUMN_TEXT && buffer->values.length > 0,
                       .least = buffer->least,
                       .greatest = buffer->greatest};
    lode_code code = append(parquet, &head);
    if (code == LODE_OK)
        code = append(parquet, &levels);
    if (code == LODE_OK)
        code = append(parquet, &buffer->values);
    written->size = parquet->offset - written->offset;
    lode_text_free(&head);
    lode_text_free(&levels);
    buffer->values.length = 0;
    buffer->missing = 0;
    return code;
}

static lode_code write_group(lode_parquet *parquet) {
    const size_t columns = (size_t)parquet->table->column_count, groups = (size_t)parquet->groups;
    piece *pieces = realloc(parquet->pieces, (groups + 1) * columns * sizeof *pieces);
    if (!pieces)
        return LODE_NOMEM;
    parquet->pieces = pieces;
    int64_t *rows = realloc(parquet->group_rows, (groups + 1) * sizeof *rows);
    if (!rows)
        return LODE_NOMEM;
    parquet->group_rows = rows;
    rows[groups] = parquet->rows;
    parquet->groups++;
    lode_code code = LODE_OK;
    for (size_t c = 0; code == LODE_OK && c < columns; c++)
        code = write_piece(parquet, (int32_t)c, &pieces[groups * columns + c]);
    parquet->rows = 0;
    parquet->bytes = 0;
    return code;
}

/* ---- footer ---- */

static int32_t type_of(lode_column_type type) {
    static const int32_t types[] = {
        [LODE_COLUMN_TEXT] = TYPE_BYTE_ARRAY, [LODE_COLUMN_INTEGER] = TYPE_INT64, [LODE_COLUMN_REAL] = TYPE_DOUBLE};
    return types[type];
}

static void put_schema(structure *footer, const lode_output_table *table) {
    put_list(footer, 2, THRIFT_STRUCT, table->column_count + 1);
    structure root = {footer->to, 0};
    put_text(&root, 4, table->name);
    put_i32(&root, 5, table->column_count);
    end_structure(&root);
    for (int32_t i = 0; i < table->column_count; i++) {
        const lode_output_column *column = &table->columns[i];
        structure element = {footer->to, 0};
        put_i32(&element, 1, type_of(column->type));
        put_i32(&element, 3, column->type == LODE_COLUMN_INTEGER ? REQUIRED : OPTIONAL);
        put_text(&element, 4, column->name);
        if (column->type == LODE_COLUMN_TEXT) {
            put_i32(&element, 6, CONVERTED_UTF8);
            structure logical = begin_structure(&element, 10);
            structure string = begin_structure(&logical, 1);
            end_structure(&string);
            end_structure(&logical);
        }
        end_structure(&element);
    }
}

/* A zero has two signs, and a reader may compare bits: the least is -0 and the greatest +0. */
static void put_bound(structure *statistics, int number, lode_column_type type, lode_cell bound, double zero) {
    if (type == LODE_COLUMN_REAL && bound.real == 0)
        bound.real = zero;
    put_field(statistics, number, THRIFT_BINARY);
    put_varint(statistics->to, 8);
    put_bytes(statistics->to, bits_of(type, bound), 8);
}

static void put_piece(lode_text *to, const lode_output_column *column, const piece *written, int64_t rows) {
    structure chunk = {to, 0};
    put_i64(&chunk, 2, written->offset);
    structure data = begin_structure(&chunk, 3);
    put_i32(&data, 1, type_of(column->type));
    put_list(&data, 2, THRIFT_I32, 2);
    put_zigzag(to, ENCODING_PLAIN);
    put_zigzag(to, ENCODING_RLE);
    put_list(&data, 3, THRIFT_BINARY, 1);
    put_string(to, column->name, strlen(column->name));
    put_i32(&data, 4, 0); /* no compression */
    put_i64(&data, 5, rows);
    put_i64(&data, 6, written->size);
    put_i64(&data, 7, written->size);
    put_i64(&data, 9, written->offset);
    structure statistics = begin_structure(&data, 12);
    put_i64(&statistics, 3, written->missing);
    if (written->ranged) {
        put_bound(&statistics, 5, column->type, written->greatest, 0.0);
        put_bound(&statistics, 6, column->type, written->least, -0.0);
    }
    end_structure(&statistics);
    end_structure(&data);
    end_structure(&chunk);
}

static void put_group(lode_text *to, const lode_parquet *parquet, int32_t group) {
    const int32_t columns = parquet->table->column_count;
    const piece *pieces = &parquet->pieces[(size_t)group * (size_t)columns];
    int64_t size = 0;
    structure row_group = {to, 0};
    put_list(&row_group, 1, THRIFT_STRUCT, columns);
    for (int32_t c = 0; c < columns; c++) {
        put_piece(to, &parquet->table->columns[c], &pieces[c], parquet->group_rows[group]);
        size += pieces[c].size;
    }
    put_i64(&row_group, 2, size);
    put_i64(&row_group, 3, parquet->group_rows[group]);
    end_structure(&row_group);
}

/* Least and greatest values are in the order of the type (TypeDefinedOrder), said for each column. */
static void put_orders(structure *footer, int32_t columns) {
    put_list(footer, 7, THRIFT_STRUCT, columns);
    for (int32_t c = 0; c < columns; c++) {
        structure order = {footer->to, 0};
        structure by_type = begin_structure(&order, 1);
        end_structure(&by_type);
        end_structure(&order);
    }
}

static void put_footer(lode_text *to, const lode_parquet *parquet) {
    structure footer = {to, 0};
    int64_t rows = 0;
    for (int32_t g = 0; g < parquet->groups; g++)
        rows += parquet->group_rows[g];
    put_i32(&footer, 1, 1); /* version of the format */
    put_schema(&footer, parquet->table);
    put_i64(&footer, 3, rows);
    put_list(&footer, 4, THRIFT_STRUCT, parquet->groups);
    for (int32_t g = 0; g < parquet->groups; g++)
        put_group(to, parquet, g);
    if (parquet->note_count > 0) {
        put_list(&footer, 5, THRIFT_STRUCT, parquet->note_count);
        lode_text_addn(to, parquet->notes.data, parquet->notes.length);
    }
    put_text(&footer, 6, "lodestone version " LODE_VERSION);
    put_orders(&footer, parquet->table->column_count);
    end_structure(&footer);
    put_bytes(to, to->length, 4);
    lode_text_add(to, "PAR1");
}

/* ---- the file ---- */

static lode_code failed(const lode_parquet *parquet, lode_code code, lode_diags *diags) {
    return code == LODE_IO ? lode_disk_error(diags, parquet->path, "write", errno) : code;
}

static void release(lode_parquet *parquet) {
    for (int32_t i = 0; parquet->columns && i < parquet->table->column_count; i++) {
        lode_text_free(&parquet->columns[i].values);
        free(parquet->columns[i].levels);
    }
    lode_text_free(&parquet->notes);
    free(parquet->columns);
    free(parquet->pieces);
    free(parquet->group_rows);
    free(parquet->path);
    free(parquet);
}

void lode_parquet_abandon(lode_parquet *file) {
    if (!file)
        return;
    lode_file_abandon(file->file);
    release(file);
}

lode_code lode_parquet_begin(lode_parquet **out, const char *path, const lode_output_table *table, lode_diags *diags) {
    lode_parquet *parquet = calloc(1, sizeof *parquet);
    *out = NULL;
    if (!parquet)
        return LODE_NOMEM;
    parquet->table = table;
    parquet->path = strdup(path);
    parquet->columns = calloc((size_t)table->column_count, sizeof *parquet->columns);
    lode_code code = parquet->path && parquet->columns ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_file_begin(&parquet->file, path);
    lode_text magic = {0};
    lode_text_add(&magic, "PAR1");
    if (code == LODE_OK)
        code = append(parquet, &magic);
    lode_text_free(&magic);
    if (code != LODE_OK) {
        code = failed(parquet, code, diags);
        lode_parquet_abandon(parquet);
        return code;
    }
    *out = parquet;
    return LODE_OK;
}

lode_code lode_parquet_note(lode_parquet *file, const char *key, const char *value) {
    structure note = {&file->notes, 0};
    put_text(&note, 1, key);
    put_text(&note, 2, value);
    end_structure(&note);
    file->note_count++;
    return file->notes.failed ? LODE_NOMEM : LODE_OK;
}

/* Levels of another row. */
static lode_code make_room(lode_parquet *parquet) {
    if (parquet->rows < parquet->room)
        return LODE_OK;
    const int32_t room = parquet->room ? 2 * parquet->room : 64;
    for (int32_t i = 0; i < parquet->table->column_count; i++) {
        unsigned char *levels = realloc(parquet->columns[i].levels, (size_t)room);
        if (!levels)
            return LODE_NOMEM;
        parquet->columns[i].levels = levels;
    }
    parquet->room = room;
    return LODE_OK;
}

lode_code lode_parquet_row(lode_parquet *file, const lode_cell *cells, lode_diags *diags) {
    lode_code code = make_room(file);
    for (int32_t i = 0; code == LODE_OK && i < file->table->column_count; i++) {
        const lode_column_type type = file->table->columns[i].type;
        column_buffer *buffer = &file->columns[i];
        const size_t before = buffer->values.length;
        const bool there = is_there(type, cells[i]);
        buffer->levels[file->rows] = there;
        buffer->missing += !there;
        if (there)
            add_value(buffer, type, cells[i]);
        if (buffer->values.failed)
            code = LODE_NOMEM;
        file->bytes += buffer->values.length - before + 1;
    }
    if (code != LODE_OK)
        return code;
    file->rows++;
    if (file->bytes >= GROUP_BYTES || file->rows == MOST_GROUP_ROWS)
        code = write_group(file);
    return failed(file, code, diags);
}

lode_code lode_parquet_commit(lode_parquet *file, lode_diags *diags) {
    lode_text footer = {0};
    lode_code code = file->rows > 0 ? write_group(file) : LODE_OK;
    if (code == LODE_OK) {
        put_footer(&footer, file);
        code = append(file, &footer);
    }
    lode_text_free(&footer);
    if (code == LODE_OK) {
        code = lode_file_commit(file->file);
        file->file = NULL;
    }
    code = failed(file, code, diags);
    lode_parquet_abandon(file);
    return code;
}
