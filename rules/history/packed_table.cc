#include "rules/history/packed_table.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace audienced {
namespace {

// What a column holds, apart from what is absent.
struct Content {
  bool has_absent = false;
  bool has_value = false;
  int64_t least = 0;
  int64_t most = 0;
  int scale = static_cast<int>(std::size(ColumnForm::kScales)) - 1;

  void Add(Cell cell) {
    if (cell == kAbsent) {
      has_absent = true;
      return;
    }
    least = has_value ? std::min(least, cell) : cell;
    most = has_value ? std::max(most, cell) : cell;
    has_value = true;
    while (scale > 0 && cell % ColumnForm::kScales[scale] != 0) --scale;
  }
};

// Bytes that a signed number needs; 0 for 0.
int BytesOf(int64_t value) {
  if (value == 0) return 0;
  const auto magnitude = static_cast<uint64_t>(value < 0 ? ~value : value);
  return std::bit_width(magnitude) / 8 + 1;
}

// How a column is told, and what it costs.
struct Choice {
  ColumnForm form;
  int64_t base = 0;
  size_t bits = 0;
};

Choice ChoiceFor(const Content& content, size_t rows) {
  Choice choice;
  if (!content.has_value) {
    choice.form.scale = ColumnForm::kNothing;
    return choice;
  }
  const int64_t scale = ColumnForm::kScales[content.scale];
  const int64_t least = content.least / scale;
  const int64_t most = content.most / scale;
  const uint64_t more = content.has_absent ? 1 : 0;
  const uint64_t range =
      static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
  choice.form.scale = static_cast<uint16_t>(content.scale);
  choice.form.is_optional = content.has_absent;
  choice.base = least;
  choice.form.base_bytes = static_cast<uint16_t>(BytesOf(least));
  choice.form.width = static_cast<uint16_t>(std::bit_width(range + more));
  choice.bits = 8 * choice.form.base_bytes + rows * choice.form.width;
  if (least <= 0) return choice;
  // Small numbers do without a base.
  const int plain = std::bit_width(static_cast<uint64_t>(most) + more);
  if (rows * plain >= choice.bits) return choice;
  choice.base = 0;
  choice.form.base_bytes = 0;
  choice.form.width = static_cast<uint16_t>(plain);
  choice.bits = rows * plain;
  return choice;
}

// There are 9 bytes to write to from the first of the bits on.
void PutBits(uint64_t bits, int width, uint64_t at, uint8_t* into) {
  const int shift = static_cast<int>(at % 8);
  uint8_t* const place = into + at / 8;
  uint64_t word = 0;
  std::memcpy(&word, place, sizeof(word));
  word |= bits << shift;
  std::memcpy(place, &word, sizeof(word));
  if (shift + width > 64) {
    place[8] |= static_cast<uint8_t>(bits >> (64 - shift));
  }
}

}  // namespace

TablePacker::TablePacker(absl::Span<const Cell> rows, size_t columns,
                         bool may_be_relative)
    : rows_(rows), columns_(columns), may_be_relative_(may_be_relative) {
  forms_.reserve(columns);
  base_values_.reserve(columns);
  for (size_t column = 0; column < columns; ++column) Choose(column);
}

void TablePacker::Choose(size_t column) {
  const size_t count = row_count();
  Content plain;
  Content relative;
  bool can_be_relative = may_be_relative_ && column > 0;
  for (size_t row = 0; row < count; ++row) {
    const Cell cell = At(row, column);
    plain.Add(cell);
    if (cell == kAbsent || !can_be_relative) {
      relative.Add(kAbsent);
      continue;
    }
    const Cell first = At(row, 0);
    can_be_relative = first != kAbsent;
    relative.Add(can_be_relative ? cell - first : kAbsent);
  }
  Choice choice = ChoiceFor(plain, count);
  if (can_be_relative && plain.has_value) {
    Choice other = ChoiceFor(relative, count);
    other.form.is_relative = 1;
    if (other.bits < choice.bits) choice = other;
  }
  forms_.push_back(choice.form);
  base_values_.push_back(choice.base);
  for (int byte = 0; byte < choice.form.base_bytes; ++byte) {
    bases_.push_back(static_cast<uint8_t>(choice.base >> (8 * byte)));
  }
  row_bits_ += choice.form.width;
}

void TablePacker::WriteHead(uint8_t* into) const {
  if (columns_ == 0) return;
  std::memcpy(into, forms_.data(), 2 * columns_);
  std::copy(bases_.begin(), bases_.end(), into + 2 * columns_);
}

void TablePacker::WriteColumns(uint8_t* into) const {
  uint64_t at = 0;
  for (size_t column = 0; column < columns_; ++column) {
    const ColumnForm form = forms_[column];
    if (form.width == 0) continue;
    for (size_t row = 0; row < row_count(); ++row) {
      Cell cell = At(row, column);
      uint64_t bits = 0;
      if (cell != kAbsent) {
        if (form.is_relative) cell -= At(row, 0);
        bits = static_cast<uint64_t>(cell / ColumnForm::kScales[form.scale]) -
               static_cast<uint64_t>(base_values_[column]) +
               (form.is_optional ? 1 : 0);
      }
      PutBits(bits, form.width, at, into);
      at += form.width;
    }
  }
}

uint32_t RowBitsOf(const uint8_t* head, size_t columns) {
  uint32_t bits = 0;
  for (size_t column = 0; column < columns; ++column) {
    ColumnForm form;
    std::memcpy(&form, head + sizeof(form) * column, sizeof(form));
    bits += form.width;
  }
  return bits;
}

}  // namespace audienced
