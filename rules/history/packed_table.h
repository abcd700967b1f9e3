#ifndef AUDIENCED_RULES_HISTORY_PACKED_TABLE_H_
#define AUDIENCED_RULES_HISTORY_PACKED_TABLE_H_

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/types/span.h"
#include "rules/history/cell.h"

// Rows of cells in as few bits as their values need. Each row has the same
// width; within it, each column has the bits that the difference between its
// smallest and its largest value takes. A value is
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

  // Bits of a row.
  uint32_t stride() const { return stride_; }
  // Bytes of the forms with their bases, and of the rows.
  size_t head_bytes() const { return 2 * columns_ + bases_.size(); }
  size_t row_bytes() const { return (uint64_t{stride_} * row_count() + 7) / 8; }
  // Write as many to `into`; rows over zeros, of which there are 8 bytes more.
  void WriteHead(uint8_t* into) const;
  void WriteRows(uint8_t* into) const;

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
  uint32_t stride_ = 0;
  std::vector<ColumnForm> forms_;
  std::vector<int64_t> base_values_;  // by column
  std::vector<uint8_t> bases_;        // as they are written
};

// The stride of a table that has the head `head`.
uint32_t StrideOf(const uint8_t* head, size_t columns);

// One column of a packed table, to read. Borrows the table.
class PackedColumn {
 public:
  // `head` and `rows` are what TablePacker wrote; columns are numbered from 0.
  PackedColumn(const uint8_t* head, size_t columns, size_t column,
               const uint8_t* rows, uint32_t stride);

  Cell operator[](size_t row) const {
    const uint64_t bits = BitsOf(row);
    if (is_optional_ && bits == 0) return kAbsent;
    const uint64_t value = base_ + bits - (is_optional_ ? 1 : 0);
    return static_cast<Cell>(scale_ * value);
  }
  // Whether the value of the row's first column has to be added.
  bool is_relative() const { return is_relative_; }

 private:
  // Reads up to 8 bytes behind the bits, which are there.
  uint64_t BitsOf(size_t row) const {
    const uint64_t at = uint64_t{stride_} * row + offset_;
    uint64_t word = 0;
    std::memcpy(&word, rows_ + at / 8, sizeof(word));
    const int shift = static_cast<int>(at % 8);
    word >>= shift;
    if (shift + width_ > 64) {
      word |= uint64_t{rows_[at / 8 + 8]} << (64 - shift);
    }
    return word & mask_;
  }

  const uint8_t* rows_;
  uint32_t stride_;
  uint32_t offset_ = 0;  // bits in the row before the column
  int width_ = 0;
  uint64_t mask_ = 0;
  // Without a sign, so that what wraps on the way wraps back.
  uint64_t base_ = 0;
  uint64_t scale_ = 1;
  bool is_optional_ = false;
  bool is_relative_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_PACKED_TABLE_H_
