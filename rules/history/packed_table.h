#ifndef AUDIENCED_RULES_HISTORY_PACKED_TABLE_H_
#define AUDIENCED_RULES_HISTORY_PACKED_TABLE_H_

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/types/span.h"
#include "rules/history/cell.h"

// Rows of cells in as few bits as their values need. The columns lie one behind
// the other, so that to read through one touches little else; each has as many
// bits a row as the difference between its smallest and its largest value
// takes. A value is
//
//   scale * (base + bits), or kAbsent
//
// where base and scale are the column's: amounts in whole cents or pieces lose
// their zeros, instants their common beginning, and a column that is the same
// in every row, or absent, takes no bits at all. A column can also be told as
// the difference to the first one of its row: what is known of an item comes
// into the dictionary right behind its id.

namespace audienced {

// How one column is packed, in two bytes.
struct ColumnForm {
  // Bits of a row: 0 to 64.
  uint16_t width : 7 = 0;
  uint16_t base_bytes : 4 = 0;
  // Index into kScales; kNothing: absent in every row.
  uint16_t scale : 3 = 0;
  // Whether bits of 0 mean absent, and all others one less than they say.
  uint16_t is_optional : 1 = 0;
  // Whether the value of the row's first column has to be added.
  uint16_t is_relative : 1 = 0;

  static constexpr int64_t kScales[] = {1, 100, 1'000, 10'000, 1'000'000};
  static constexpr uint16_t kNothing = 7;
};
static_assert(sizeof(ColumnForm) == 2);

// The forms and bases of some rows, chosen for them, and their bits.
class TablePacker {
 public:
  // `rows` are cells row by row, `columns` each; borrowed. Columns are relative
  // only where they `may_be_relative`, which the reader has to know.
  TablePacker(absl::Span<const Cell> rows, size_t columns,
              bool may_be_relative);

  // Bits of a row, over all columns.
  uint32_t row_bits() const { return row_bits_; }
  // Bytes of the forms with their bases, and of the columns.
  size_t head_bytes() const { return 2 * columns_ + bases_.size(); }
  size_t column_bytes() const {
    return (uint64_t{row_bits_} * row_count() + 7) / 8;
  }
  // Write as many to `into`; columns over zeros, of which there are 8 bytes
  // more.
  void WriteHead(uint8_t* into) const;
  void WriteColumns(uint8_t* into) const;

 private:
  size_t row_count() const {
    return columns_ == 0 ? 0 : rows_.size() / columns_;
  }
  Cell At(size_t row, size_t column) const {
    return rows_[row * columns_ + column];
  }
  void Choose(size_t column);

  const absl::Span<const Cell> rows_;
  const size_t columns_;
  const bool may_be_relative_;
  uint32_t row_bits_ = 0;
  std::vector<ColumnForm> forms_;
  std::vector<int64_t> base_values_;  // by column
  std::vector<uint8_t> bases_;        // as they are written
};

// The bits of a row of a table that has the head `head`.
uint32_t RowBitsOf(const uint8_t* head, size_t columns);

// One column of a packed table, to read. Borrows the table.
class PackedColumn {
 public:
  // `head` and `bits` are what TablePacker wrote of so many rows; columns are
  // numbered from 0.
  PackedColumn(const uint8_t* head, size_t columns, size_t column,
               const uint8_t* bits, size_t rows);

  Cell operator[](size_t row) const {
    const uint64_t bits = BitsOf(row);
    if (bits == 0 && is_optional_) return kAbsent;
    return static_cast<Cell>(least_ + scale_ * bits);
  }
  // The same of a column that is absent in no row.
  Cell Present(size_t row) const {
    return static_cast<Cell>(least_ + scale_ * BitsOf(row));
  }
  // Calls `each(i, Present(row_of(i)))` for each i below `count`.
  template <typename RowOf, typename Each>
  void ForEachPresent(size_t count, RowOf row_of, Each each) const;
  // Whether the value of the row's first column has to be added.
  bool is_relative() const { return is_relative_; }

 private:
  // Reads up to 8 bytes behind the bits, which are there.
  uint64_t BitsOf(size_t row) const {
    const uint64_t at = begin_ + uint64_t{width_} * row;
    uint64_t word = 0;
    std::memcpy(&word, bits_ + at / 8, sizeof(word));
    const uint32_t shift = at % 8;
    word >>= shift;
    if (shift + width_ > 64) {
      word |= uint64_t{bits_[at / 8 + 8]} << (64 - shift);
    }
    return word & mask_;
  }

  const uint8_t* bits_;
  uint64_t begin_ = 0;  // the first bit of the column
  uint32_t width_ = 0;
  uint64_t mask_ = 0;
  // Without a sign, so that what wraps on the way wraps back.
  uint64_t least_ = 0;  // the value of bits of 0
  uint64_t scale_ = 1;
  bool is_optional_ = false;
  bool is_relative_ = false;
};

template <typename RowOf, typename Each>
void PackedColumn::ForEachPresent(size_t count, RowOf row_of, Each each) const {
  if (width_ + 7 > 64) {  // may take nine bytes
    for (size_t i = 0; i < count; ++i) each(i, Present(row_of(i)));
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    const uint64_t at = begin_ + uint64_t{width_} * row_of(i);
    uint64_t word = 0;
    std::memcpy(&word, bits_ + at / 8, sizeof(word));
    each(i, static_cast<Cell>(least_ + scale_ * ((word >> at % 8) & mask_)));
  }
}

inline PackedColumn::PackedColumn(const uint8_t* head, size_t columns,
                                  size_t column, const uint8_t* bits,
                                  size_t rows)
    : bits_(bits) {
  const auto form_of = [&](size_t index) {
    ColumnForm form;
    std::memcpy(&form, head + 2 * index, sizeof(form));
    return form;
  };
  const uint8_t* base = head + 2 * columns;
  for (size_t before = 0; before < column; ++before) {
    const ColumnForm form = form_of(before);
    begin_ += form.width * rows;
    base += form.base_bytes;
  }
  const ColumnForm form = form_of(column);
  is_relative_ = form.is_relative;
  is_optional_ = form.is_optional;
  if (form.scale == ColumnForm::kNothing) {
    is_optional_ = true;  // without bits: always absent
    return;
  }
  width_ = form.width;
  mask_ = width_ == 64 ? ~uint64_t{0} : (uint64_t{1} << width_) - 1;
  scale_ = static_cast<uint64_t>(ColumnForm::kScales[form.scale]);
  if (form.base_bytes > 0) {
    int64_t value = 0;
    std::memcpy(&value, base, sizeof(value));
    const int unused = 64 - 8 * form.base_bytes;
    value = static_cast<int64_t>(static_cast<uint64_t>(value) << unused);
    least_ = scale_ * static_cast<uint64_t>(value >> unused);
  }
  if (is_optional_) least_ -= scale_;
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_PACKED_TABLE_H_
