#include "rules/engine/context.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/types/span.h"
#include "rules/engine/conditions.h"
#include "rules/engine/project/item_detail.h"
#include "rules/language/duration_text.h"

namespace audienced {
namespace {

using nlohmann::json;

// Nobody reads more in one mail, and a member has to fit into a message
// whatever was sent of him.
constexpr size_t kLinesLimit = 100;
constexpr size_t kLinesLimitBytes = 256 << 10;  // of their texts

// One item as it is shown: the latest of what was said of it.
struct Line {
  Cell item_id = kAbsent;
  Cell price = kAbsent;
  Decimal quantity;
  ItemDetail detail;
};

// What an event name does to a cart, in the vocabularies that are known.
enum class CartMove { kNone, kAdd, kRemove, kPurchase };

CartMove MoveOf(std::string_view event_name) {
  static constexpr std::array<std::pair<std::string_view, CartMove>, 6> kMoves =
      {{{"add_to_cart", CartMove::kAdd},
        {"Product Added", CartMove::kAdd},
        {"remove_from_cart", CartMove::kRemove},
        {"Product Removed", CartMove::kRemove},
        {"purchase", CartMove::kPurchase},
        {"Order Completed", CartMove::kPurchase}}};
  for (const auto& [name, move] : kMoves) {
    if (name == event_name) return move;
  }
  return CartMove::kNone;
}

json ToJson(const Value& value) {
  if (const bool* boolean = value.boolean()) return *boolean;
  if (const Decimal* number = value.number())
    return json::parse(ToText(*number));
  if (const std::string* text = value.text()) return *text;
  if (const Value::List* list = value.list()) {
    json array = json::array();
    for (const Value& element : *list) array.push_back(ToJson(element));
    return array;
  }
  if (const Properties* properties = value.object()) {
    json object = json::object();
    for (const auto& [name, member] : *properties) {
      object[name] = ToJson(member);
    }
    return object;
  }
  return nullptr;
}

bool NamesCart(const Projection& projection, size_t audience) {
  const auto& names = projection.rulebook().audience(audience).context;
  return std::any_of(names.begin(), names.end(), [](const ContextName& name) {
    return name.part == ContextPart::kCart;
  });
}

class ContextRenderer {
 public:
  ContextRenderer(const Projection& projection, const History& history,
                  Evaluation& evaluation, size_t audience, Instant t)
      : projection_(projection),
        program_(projection.rulebook().program()),
        history_(history),
        evaluation_(evaluation),
        audience_(audience),
        t_(t) {}

  json Render() {
    json context = json::object();
    const auto& names = projection_.rulebook().audience(audience_).context;
    const bool of_cart = NamesCart(projection_, audience_);
    for (const ContextName& name : names) {
      switch (name.part) {
        case ContextPart::kItems:
          context["items"] = LinesJson(Items());
          break;
        case ContextPart::kCart:
          context["cart"] = LinesJson(Cart());
          break;
        case ContextPart::kValue:
          context["value"] = ValueJson(of_cart ? Cart() : Items());
          break;
        case ContextPart::kLastEvent:
          if (FirstEvent() < EventsKnown()) {
            context["last_event"] = LastEventJson();
          }
          break;
        case ContextPart::kScore:
          context["scores"].push_back(ScoreJson(name.name));
          break;
        case ContextPart::kTrait: {
          const Value value = TraitOf(name.name);
          if (value.is_null()) break;
          context["traits"].push_back(
              {{"name", name.name}, {"value", ToJson(value)}});
          break;
        }
      }
    }
    return context;
  }

 private:
  using Lines = std::vector<Line>;  // in the order in which they first occur

  Line& LineOf(Lines& lines, Cell item_id) {
    for (Line& line : lines) {
      if (line.item_id == item_id) return line;
    }
    lines.push_back({});
    lines.back().item_id = item_id;
    return lines.back();
  }

  Decimal QuantityOf(size_t item) const {
    const Cell cell = history_.item_cell(item, program_.quantity_column);
    return cell == kAbsent ? Decimal::FromInteger(1) : Decimal{cell};
  }

  // Takes over what `item` says of the line and keeps what it does not.
  void Refresh(Line& line, size_t item) const {
    const Cell price = history_.item_cell(item, program_.price_column);
    if (price != kAbsent) line.price = price;
    const ItemDetail detail = Unpack(projection_.Text(
        history_.item_cell(item, program_.item_detail_column)));
    for (size_t i = 0; i < detail.values.size(); ++i) {
      if (!detail.values[i].empty()) line.detail.values[i] = detail.values[i];
    }
  }

  Lines Items() {
    Lines lines;
    for (const size_t item : evaluation_.EvidenceAt(audience_, t_).items) {
      const Cell id = history_.item_cell(item, program_.item_id_column);
      if (id == kAbsent) continue;
      Line& line = LineOf(lines, id);
      Refresh(line, item);
      line.quantity = QuantityOf(item);
    }
    return lines;
  }

  // The first event that is not beyond retention; size() if all are.
  size_t FirstEvent() const {
    const HistoryTimes times = history_.times();
    return std::upper_bound(
               times.begin(), times.end(),
               evaluation_.conditions().selection().ExpiredAt(t_)) -
           times.begin();
  }

  // How many events have occurred.
  size_t EventsKnown() const {
    const HistoryTimes times = history_.times();
    return std::upper_bound(times.begin(), times.end(), t_) - times.begin();
  }

  Lines Cart() {
    Lines lines;
    const size_t end = EventsKnown();
    for (size_t event = FirstEvent(); event < end; ++event) {
      const CartMove move =
          MoveOf(projection_.Text(history_.cell(event, program_.name_column)));
      if (move == CartMove::kNone) continue;
      if (move == CartMove::kPurchase &&
          history_.item_begin(event) == history_.item_end(event)) {
        lines.clear();
      }
      for (size_t item = history_.item_begin(event);
           item < history_.item_end(event); ++item) {
        MoveItem(lines, item, move);
      }
    }
    return lines;
  }

  void MoveItem(Lines& lines, size_t item, CartMove move) {
    const Cell id = history_.item_cell(item, program_.item_id_column);
    if (id == kAbsent) return;
    Line& line = LineOf(lines, id);
    const int64_t quantity = QuantityOf(item).millionths;
    if (move == CartMove::kAdd) {
      Refresh(line, item);
      line.quantity.millionths += quantity;
    } else {
      line.quantity.millionths -= quantity;
    }
    if (line.quantity.millionths <= 0) {
      std::erase_if(lines,
                    [&](const Line& each) { return each.item_id == id; });
    }
  }

  // The last that were begun, as many as are told.
  static absl::Span<const Line> ToldOf(absl::Span<const Line> lines) {
    size_t first = lines.size();
    size_t bytes = 0;
    while (first > 0 && lines.size() - first < kLinesLimit) {
      for (const std::string& text : lines[first - 1].detail.values) {
        bytes += text.size();
      }
      if (bytes > kLinesLimitBytes) break;
      --first;
    }
    return lines.subspan(first);
  }

  json LinesJson(const Lines& lines) const {
    json array = json::array();
    for (const Line& line : ToldOf(lines)) {
      json object = {{"item_id", std::string(projection_.Text(line.item_id))},
                     {"quantity", ToText(line.quantity)}};
      if (line.price != kAbsent) object["price"] = ToText(Decimal{line.price});
      for (size_t i = 0; i < ItemDetail::kNames.size(); ++i) {
        if (line.detail.values[i].empty()) continue;
        object[std::string(ItemDetail::kNames[i])] = line.detail.values[i];
      }
      array.push_back(std::move(object));
    }
    return array;
  }

  json ValueJson(const Lines& lines) const {
    std::map<std::string, int64_t> amounts;  // millionths, by currency
    for (const Line& line : lines) {
      if (line.price == kAbsent) continue;
      amounts[line.detail.values.back()] +=
          Multiply(Decimal{line.price}, line.quantity).millionths;
    }
    json array = json::array();
    for (const auto& [currency, amount] : amounts) {
      json object = {{"amount", ToText(Decimal{amount})}};
      if (!currency.empty()) object["currency"] = currency;
      array.push_back(std::move(object));
    }
    return array;
  }

  json LastEventJson() const {
    const size_t last = EventsKnown() - 1;
    return {{"event", std::string(projection_.Text(
                          history_.cell(last, program_.name_column)))},
            {"occurred_time", TimestampText(ToTime(history_.time(last)))}};
  }

  json ScoreJson(const std::string& name) {
    const auto& scores = projection_.rulebook().model().scores;
    const size_t index =
        std::find_if(scores.begin(), scores.end(),
                     [&](const Score& score) { return score.name == name; }) -
        scores.begin();
    return {{"name", name},
            {"value", evaluation_.conditions().ScoreAt(index, t_)}};
  }

  // Null where there is none, or none any more.
  Value TraitOf(const std::string& name) const {
    const Value* value = FindPathIn(
        [this](std::string_view whole) {
          return history_.FindTrait(whole, t_);
        },
        name);
    return value == nullptr ? Value() : *value;
  }

  const Projection& projection_;
  const Program& program_;
  const History& history_;
  Evaluation& evaluation_;
  const size_t audience_;
  const Instant t_;
};

json WithoutPassing(std::string_view context) {
  json parsed = json::parse(context, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return json();
  parsed.erase("last_event");
  parsed.erase("scores");
  return parsed;
}

}  // namespace

std::string RenderContext(const Projection& projection, const History& history,
                          Evaluation& evaluation, size_t audience, Instant t) {
  // Texts that are no UTF-8 were refused at the door; should one come in by
  // another way, it is shown with its bad bytes replaced.
  return ContextRenderer(projection, history, evaluation, audience, t)
      .Render()
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

void OfferContextBreaks(const Projection& projection, const History& history,
                        size_t audience, NextInstant& next) {
  if (projection.rulebook().audience(audience).context.empty()) return;
  for (size_t event = history.size();
       event-- > 0 && history.time(event) > next.after();) {
    next.Offer(history.time(event));
  }
  // What was put into a cart leaves it with its event.
  const Program& program = projection.rulebook().program();
  if (program.retention == 0 || !NamesCart(projection, audience)) return;
  for (size_t event = 0; event < history.size(); ++event) {
    const std::string_view name =
        projection.Text(history.cell(event, program.name_column));
    if (MoveOf(name) == CartMove::kNone) continue;
    next.Offer(Plus(history.time(event), program.retention));
  }
}

bool ContextDiffers(std::string_view left, std::string_view right) {
  return left != right && WithoutPassing(left) != WithoutPassing(right);
}

}  // namespace audienced
