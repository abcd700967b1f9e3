#include "rules/engine/project/projection.h"

#include <xxhash.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "rules/engine/project/item_detail.h"

namespace audienced {
namespace {

Cell NumberCell(const Value* value) {
  if (value == nullptr) return kAbsent;
  const std::optional<Decimal> number = AsNumber(*value);
  return number ? number->millionths : kAbsent;
}

std::optional<std::string> TextOf(const Properties& properties,
                                  const std::string& property) {
  const Value* value = properties.FindPath(property);
  return value == nullptr ? std::nullopt : AsText(*value);
}

// The items that agree with `item` on `property`.
std::vector<Properties> ItemsLike(const Properties& item,
                                  const std::vector<Properties>& items,
                                  const std::string& property) {
  const std::optional<std::string> wanted = TextOf(item, property);
  std::vector<Properties> alike;
  std::copy_if(items.begin(), items.end(), std::back_inserter(alike),
               [&](const Properties& other) {
                 return TextOf(other, property) == wanted;
               });
  return alike;
}

// The names of properties.
using Names = absl::flat_hash_set<std::string>;

// Whether its cells are numbers of texts.
bool IsText(const Column& column) {
  switch (column.kind) {
    case Column::Kind::kText:
    case Column::Kind::kEventName:
    case Column::Kind::kItemDetail:
      return true;
    case Column::Kind::kNumber:
    case Column::Kind::kItemValue:
    case Column::Kind::kItemClass:
      return false;
  }
  return false;
}

// Adds all that reach what `path` does: `customer.tier` asks for `customer`
// too.
void AddPath(const std::string& path, Names& names) {
  for (size_t dot = path.find('.'); dot != std::string::npos;
       dot = path.find('.', dot + 1)) {
    names.insert(path.substr(0, dot));
  }
  names.insert(path);
}

void AddTested(const std::vector<CompiledTest>& tests, Names& names) {
  for (const CompiledTest& test : tests) AddPath(test.test.property, names);
}

void AddRead(const Column& column, Names& names) {
  if (column.kind == Column::Kind::kItemDetail) {
    names.insert(ItemDetail::kNames.begin(), ItemDetail::kNames.end());
  } else {
    AddPath(column.property, names);
  }
}

// What is asked, leaving aside the column of the session. Which properties of
// items there are says which events have items.
Names AskedBesideSession(const Program& program) {
  Names names(ItemProperties().begin(), ItemProperties().end());
  for (const CompiledSelector& letter : program.letters) {
    AddTested(letter.tests, names);
    AddTested(letter.item_tests, names);
  }
  for (size_t i = 0; i < program.event_columns.size(); ++i) {
    if (i != program.session_column) AddRead(program.event_columns[i], names);
  }
  for (const Column& column : program.item_columns) AddRead(column, names);
  return names;
}

Names Asked(const Program& program) {
  Names names = AskedBesideSession(program);
  AddRead(program.event_columns[program.session_column], names);
  return names;
}

}  // namespace

Projection::Projection(std::shared_ptr<const CompiledRulebook> rulebook)
    : Projection(std::move(rulebook), std::make_shared<HistoryNumbers>()) {}

Projection::Projection(std::shared_ptr<const CompiledRulebook> rulebook,
                       HistoryNumbers::Table numbers)
    : Projection(std::move(rulebook),
                 std::make_shared<HistoryNumbers>(std::move(numbers))) {}

Projection::Projection(std::shared_ptr<const CompiledRulebook> rulebook,
                       std::shared_ptr<HistoryNumbers> numbers)
    : rulebook_(std::move(rulebook)),
      numbers_(std::move(numbers)),
      asked_(Asked(rulebook_->program())),
      tells_sessions_apart_only_(
          !AskedBesideSession(rulebook_->program()).contains("session_id")) {
  numbers_->Add(*this);
}

Projection::~Projection() { numbers_->Remove(*this); }

std::shared_ptr<Projection> Projection::After(
    const Projection& former, std::shared_ptr<const CompiledRulebook> rules) {
  std::shared_ptr<const CompiledRulebook> compiled =
      rules->CompileFor(former.rulebook());
  if (compiled == nullptr) {
    return std::make_shared<Projection>(std::move(rules));
  }
  return std::shared_ptr<Projection>(
      new Projection(std::move(compiled), former.numbers_));
}

History Projection::NewHistory() const {
  const Program& program = rulebook_->program();
  return History(program.event_columns.size(), program.item_columns.size());
}

ProjectedEvent Projection::Project(Event&& event) {
  NormalizeKnownNames(event);
  ProjectedEvent projected = ProjectWith(event, TakeItems(event));
  projected.event_id = std::move(event.event_id);
  return projected;
}

ProjectedEvent Projection::Project(const Event& event) {
  if (!HasNormalKnownNames(event)) return Project(Event(event));
  ProjectedEvent projected = ProjectWith(event, ItemsOf(event));
  projected.event_id = event.event_id;
  return projected;
}

// All but its id. `event` has normal names, and `items` are those it has.
ProjectedEvent Projection::ProjectWith(const Event& event,
                                       const std::vector<Properties>& items) {
  ProjectedEvent projected;
  projected.time = ToInstant(event.occurred_at);
  projected.digest = EventDigest(event.origin, event.event_id);
  projected.class_id = ClassOf(event, items);
  projected.cells = EventCells(event);
  projected.item_cells = ItemCells(event, items, projected.class_id);
  for (const auto& [name, value] : event.traits) {
    projected.traits.push_back({projected.time, name, value});
  }
  const auto& purposes = rulebook_->program().purposes;
  for (const auto& [purpose, granted] : event.consents) {
    const auto found = std::find_if(
        purposes.begin(), purposes.end(),
        [&name = purpose](const auto& known) { return known.first == name; });
    if (found == purposes.end()) continue;  // no rule asks for it
    projected.consents.push_back(
        {projected.time, static_cast<uint32_t>(found - purposes.begin()),
         granted});
  }
  return projected;
}

void Projection::MarkTexts(const History& history,
                           std::vector<bool>& texts) const {
  const auto mark = [&](Cell cell) {
    if (cell >= 0 && static_cast<size_t>(cell) < texts.size()) {
      texts[static_cast<size_t>(cell)] = true;
    }
  };
  const Program& program = rulebook_->program();
  for (size_t column = 0; column < program.event_columns.size(); ++column) {
    if (!IsText(program.event_columns[column])) continue;
    for (size_t i = 0; i < history.size(); ++i) mark(history.cell(i, column));
  }
  for (size_t column = 0; column < program.item_columns.size(); ++column) {
    if (!IsText(program.item_columns[column])) continue;
    for (size_t i = 0; i < history.item_count(); ++i) {
      mark(history.item_cell(i, column));
    }
  }
}

std::string_view Projection::Text(Cell cell) const {
  if (cell == kAbsent) return {};
  return numbers_->texts().Text(static_cast<uint32_t>(cell));
}

uint32_t Projection::ClassOf(const Event& event,
                             const std::vector<Properties>& items) {
  const std::vector<CompiledSelector>& letters = rulebook_->program().letters;
  SelectorSet set((letters.size() + 63) / 64);
  for (size_t i = 0; i < letters.size(); ++i) {
    if (audienced::Satisfies(event, items, letters[i])) {
      set[i / 64] |= uint64_t{1} << (i % 64);
    }
  }
  return numbers_->ClassOf(std::move(set));
}

Cells Projection::EventCells(const Event& event) {
  Cells cells;
  cells.reserve(rulebook_->program().event_columns.size());
  for (const Column& column : rulebook_->program().event_columns) {
    switch (column.kind) {
      case Column::Kind::kNumber:
        cells.push_back(NumberCell(event.properties.FindPath(column.property)));
        break;
      case Column::Kind::kEventName:
        cells.push_back(CellOf(event.name));
        break;
      default: {
        const std::optional<std::string> text =
            TextOf(event.properties, column.property);
        cells.push_back(text ? CellOf(*text) : kAbsent);
      }
    }
  }
  return cells;
}

Cells Projection::ItemCells(const Event& event,
                            const std::vector<Properties>& items,
                            uint32_t class_id) {
  Cells cells;
  cells.reserve(items.size() * rulebook_->program().item_columns.size());
  for (const Properties& item : items) {
    for (const Column& column : rulebook_->program().item_columns) {
      switch (column.kind) {
        case Column::Kind::kNumber:
          cells.push_back(NumberCell(item.FindPath(column.property)));
          break;
        case Column::Kind::kItemValue: {
          const std::optional<Decimal> value = ItemValue(item);
          cells.push_back(value ? value->millionths : kAbsent);
          break;
        }
        case Column::Kind::kItemClass:
          // One item alone is all there are.
          cells.push_back(
              items.size() == 1
                  ? class_id
                  : ClassOf(event, ItemsLike(item, items, column.property)));
          break;
        case Column::Kind::kItemDetail:
          cells.push_back(CellOf(Pack(DetailOf(event, item))));
          break;
        default: {
          const std::optional<std::string> text = TextOf(item, column.property);
          cells.push_back(text ? CellOf(*text) : kAbsent);
        }
      }
    }
  }
  return cells;
}

void Projection::Learn(const SelectorSet& selectors) {
  EventClass described = Describe(selectors);
  Mark(classes_.size(), described.counted);
  classes_.Append(std::move(described));
}

void Projection::Mark(uint32_t class_id, absl::Span<const uint32_t> counted) {
  const ClassMarks mark = MarkOfClass(class_id);
  const Screen& screen = rulebook_->screen();
  Screen::FilterMarks filters = 0;
  Micros longest = 0;
  for (const uint32_t filter : counted) {
    filters |= screen.counting[filter].mark;
    longest = std::max(longest, screen.demand_horizons[filter]);
  }
  for (size_t part = 0; part < kMarkParts; ++part) {
    for (size_t value = 0; value < kPartValues; ++value) {
      if ((value & PartOf(mark, part)) == 0) continue;
      filters_among_[part][value] |= filters;
      std::atomic<Micros>& horizon = demand_horizons_[part][value];
      horizon = std::max<Micros>(horizon, longest);
    }
  }
}

Projection::EventClass Projection::Describe(
    const SelectorSet& selectors) const {
  const Program& program = rulebook_->program();
  EventClass described;
  described.filters.resize((program.filters.size() + 63) / 64);
  for (const EventFilter& filter : program.filters) {
    const bool is_meant =
        (!filter.where_letter || HasBit(selectors, *filter.where_letter)) &&
        std::any_of(filter.sources.begin(), filter.sources.end(),
                    [&](const EventFilter::Source& source) {
                      return HasBit(selectors, source.letter);
                    });
    if (!is_meant) continue;
    described.filters[filter.number / 64] |= uint64_t{1}
                                             << (filter.number % 64);
    if (rulebook_->screen().counting[filter.number].mark != 0) {
      described.counted.push_back(filter.number);
    }
  }
  described.selectors = selectors;
  return described;
}

uint64_t EventDigest(std::string_view origin, std::string_view event_id) {
  // The digest of one text seeds that of the other, so that no character has to
  // stand between them.
  return XXH3_64bits_withSeed(event_id.data(), event_id.size(),
                              XXH3_64bits(origin.data(), origin.size()));
}

}  // namespace audienced
