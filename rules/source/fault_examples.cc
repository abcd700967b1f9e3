#include "rules/source/fault_examples.h"

#include <algorithm>

namespace audienced {
namespace {

constexpr FaultExample kExamples[] = {
    // The text and its YAML.
    {"duplicate-key", "who: { did: carted, did: viewed }",
     "who: { all: [{ did: carted }, { did: viewed }] }"},
    {"key-not-text", "who: { trait: { plan: pro, ~: 3 } }",
     "who: { trait: { plan: pro, \"null\": 3 } }"},
    {"second-document", "version: 1\n---\nversion: 1\n", "version: 1\n"},
    {"yaml-anchor", "who: { did: &step carted }", "who: { did: carted }"},
    {"yaml-merge-key", "who: { did: carted, <<: { in_last: 7d } }",
     "who: { did: carted, in_last: 7d }"},
    {"yaml-syntax", "who: { did: carted", "who: { did: carted }"},
    {"yaml-tag", "who: { did: carted, where: { coupon: !!str 5 } }",
     "who: { did: carted, where: { coupon: \"5\" } }"},

    // The shape of mappings and lists.
    {"conflicting-keys", "who: { did: carted, same: item_id, which: last }",
     "who: { did: carted, which: last }"},
    {"empty-list", "who: { did: [] }", "who: { did: [carted, viewed] }"},
    {"empty-mapping", "who: { did: carted, where: {} }",
     "who: { did: carted, where: { country: ES } }"},
    {"misplaced-key", "who: { did: carted, all_within: 7d }",
     "who: { did: carted, in_last: 7d }"},
    {"missing-key", "audiences:\n  cart-abandoners: { title: Carts }\n",
     "audiences:\n  cart-abandoners: { title: Carts, who: { did: carted } }\n"},
    {"unknown-key", "who: { did: carted, in_lst: 7d }",
     "who: { did: carted, in_last: 7d }"},
    {"wrong-kind", "who: { did: carted }\nconsent: email",
     "who: { did: carted }\nconsent: [email]"},

    // Single values.
    {"any-event-in-list", "who: { did: { event: [\"*\", view_item] } }",
     "who: { did: { event: \"*\" } }"},
    {"bad-duration", "who: { did: carted, in_last: 1 month }",
     "who: { did: carted, in_last: 30d }"},
    {"bad-instant", "who: { did: carted, since: 1 November }",
     "who: { did: carted, since: 2026-11-01 }"},
    {"bad-name", "audiences:\n  Cart Abandoners: { who: { did: carted } }\n",
     "audiences:\n  cart-abandoners: { who: { did: carted } }\n"},
    {"bad-number", "who: { did: carted, times: 2.5 }",
     "who: { did: carted, times: 2 }"},
    {"bad-pattern",
     "who: { did: carted, where: { page_path: { matches: \"(sale\" } } }",
     "who: { did: carted, where: { page_path: { matches: \"sale\" } } }"},
    {"bad-percentage", "who: { sample: 10 }", "who: { sample: 10% }"},
    {"bad-timezone", "version: 1\ntimezone: London\n",
     "version: 1\ntimezone: Europe/London\n"},
    {"bad-version", "version: 2\n", "version: 1\n"},
    {"boolean-word", "who: { did: carted, where: { country: NO } }",
     "who: { did: carted, where: { country: \"NO\" } }"},
    {"empty-range", "who: { did: carted, times: { between: [5, 2] } }",
     "who: { did: carted, times: { between: [2, 5] } }"},
    {"empty-text", "who: { did: carted }\ntitle: \"\"",
     "who: { did: carted }\ntitle: Carts"},
    {"empty-window", "who: { did: carted, in_last: 0d }",
     "who: { did: carted, in_last: 7d }"},
    {"quoted-number",
     "who: { did: carted, where: { value: { above: \"50\" } } }",
     "who: { did: carted, where: { value: { above: 50 } } }"},
    {"typographic-quotes",
     "who: { did: carted, where: { country: \u201CNO\u201D } }",
     "who: { did: carted, where: { country: \"NO\" } }"},
    {"unknown-word", "who: { did: carted, in: todya }",
     "who: { did: carted, in: today }"},

    // Conditions.
    {"all-within-one-step",
     "who:\n  sequence: [{ did: carted }, { did_not: purchased }]\n"
     "  all_within: 1h",
     "who:\n  sequence: [{ did: carted }, { did_not: purchased, within: 1h }]"},
    {"below-alone", "who: { did: carted, ago: { below: 7d } }",
     "who: { did: carted, in_last: 7d }"},
    {"first-step",
     "who: { sequence: [{ did_not: purchased }, { did: carted }] }",
     "who: { all: [{ did_not: purchased }, { did: carted }] }"},
    {"for-and-within",
     "who:\n  sequence:\n    - did: carted\n"
     "    - { did_not: purchased, for: 1h, within: 1h }",
     "who:\n  sequence:\n    - did: carted\n"
     "    - { did_not: purchased, for: 1h }"},
    {"holds-for-nothing",
     "who: { did: viewed, times: { at_most: 2 }, same: item_id }",
     "who:\n  all:\n    - did: viewed\n"
     "    - { did_not: viewed, times: 3, same: item_id }"},
    {"item-property",
     "conversions:\n  bought: { kind: macro, event: buy, once_per: item_id }\n"
     "audiences:\n  buyers: { who: { did: bought } }\n",
     "conversions:\n"
     "  bought: { kind: macro, event: buy, once_per: transaction_id }\n"
     "audiences:\n  buyers: { who: { did: bought } }\n"},
    {"misplaced-wait",
     "who:\n  sequence:\n    - did: viewed\n"
     "    - { did_not: purchased, within: 1h }\n    - did: carted",
     "who:\n  sequence:\n    - did: viewed\n    - did_not: purchased\n"
     "    - { did: carted, within: 1h }"},
    {"no-condition", "who: { in_last: 7d }",
     "who: { did: carted, in_last: 7d }"},
    {"two-aggregates",
     "who: { did: purchased, times: 2, sum: { of: value, at_least: 500 } }",
     "who:\n  all:\n    - { did: purchased, times: 2 }\n"
     "    - { did: purchased, sum: { of: value, at_least: 500 } }"},
    {"two-comparisons",
     "who: { did: carted, times: { at_least: 2, below: 5 } }",
     "who: { did: carted, times: { between: [2, 4] } }"},
    {"two-conditions", "who: { did: carted, did_not: purchased }",
     "who: { all: [{ did: carted }, { did_not: purchased }] }"},
    {"two-windows", "who: { did: carted, in_last: 30d, since: 2026-11-01 }",
     "who: { did: carted, since: 2026-11-01 }"},
    {"within-on-first-step",
     "who: { sequence: [{ did: viewed, within: 7d }, { did: carted }] }",
     "who: { sequence: [{ did: viewed }, { did: carted }], in_last: 7d }"},

    // Names and what must agree.
    {"audience-cycle",
     "audiences:\n  one: { who: { in_audience: two } }\n"
     "  two: { who: { in_audience: one } }\n",
     "audiences:\n  one: { who: { in_audience: two } }\n"
     "  two: { who: { did: carted } }\n"},
    {"duplicate-name", "who: { did: [carted, carted] }",
     "who: { did: [carted, viewed] }"},
    {"duplicate-priority",
     "audiences:\n  one: { who: { did: carted }, group: cart, priority: 1 }\n"
     "  two: { who: { did: viewed }, group: cart, priority: 1 }\n",
     "audiences:\n  one: { who: { did: carted }, group: cart, priority: 1 }\n"
     "  two: { who: { did: viewed }, group: cart, priority: 2 }\n"},
    {"group-without-priority", "who: { did: carted }\ngroup: cart",
     "who: { did: carted }\ngroup: cart\npriority: 1"},
    {"ladder-end",
     "conversions:\n"
     "  one: { kind: micro, role: process, event: one }\n"
     "  two: { kind: macro, event: two }\n"
     "ladders: { way: { rungs: [two, one] } }\n",
     "conversions:\n"
     "  one: { kind: micro, role: process, event: one }\n"
     "  two: { kind: macro, event: two }\n"
     "ladders: { way: { rungs: [one, two] } }\n"},
    {"priority-without-group", "who: { did: carted }\npriority: 1",
     "who: { did: carted }\ngroup: cart\npriority: 1"},
    {"role-on-macro",
     "conversions:\n  bought: { kind: macro, role: process, event: buy }\n"
     "audiences:\n  buyers: { who: { did: bought } }\n",
     "conversions:\n  bought: { kind: macro, event: buy }\n"
     "audiences:\n  buyers: { who: { did: bought } }\n"},
    {"unknown-audience",
     "audiences:\n  carters: { who: { did: carted } }\n"
     "  others: { who: { all: [{ did: viewed }, { not_in_audience: carter }] } "
     "}\n",
     "audiences:\n  carters: { who: { did: carted } }\n"
     "  others: { who: { all: [{ did: viewed }, { not_in_audience: carters }] "
     "} }\n"},
    {"unknown-consent", "who: { did: carted }\nconsent: [emial]",
     "who: { did: carted }\nconsent: [email]"},
    {"unknown-conversion", "who: { did: cartd }", "who: { did: carted }"},
    {"unknown-file",
     "rules: [shp.yaml]\n"
     "tests:\n  - name: nobody is in\n"
     "    expect: [{ at: 2026-03-01T00:00:00Z, tested: [] }]\n",
     "rules: [shop.yaml]\n"
     "tests:\n  - name: nobody is in\n"
     "    expect: [{ at: 2026-03-01T00:00:00Z, tested: [] }]\n"},
    {"unknown-ladder", "who: { on_rung: { ladder: shp, rung: carted } }",
     "who: { on_rung: { ladder: shop, rung: carted } }"},
    {"unknown-rung", "who: { on_rung: { ladder: shop, rung: cart } }",
     "who: { on_rung: { ladder: shop, rung: carted } }"},
    {"unknown-score", "who: { score: { of: heart, at_least: 5 } }",
     "who: { score: { of: heat, at_least: 5 } }"},

    // Lints.
    {"ad-audience-without-consent", "who: { did: carted }\ntags: [ads]",
     "who: { did: carted }\ntags: [ads]\nconsent: [email]"},
    {"always-true",
     "who: { all: [{ did: carted }, { did: viewed, times: { "
     "at_least: 0 } }] }",
     "who: { all: [{ did: carted }, { did: viewed }] }"},
    {"end-not-included",
     "who: { did: carted, between: [2026-11-01, 2026-11-30] }",
     "who: { did: carted, between: [2026-11-01, 2026-12-01] }"},
    {"negation-only", "who: { did_not: purchased }",
     "who: { all: [{ did_not: purchased }, { known_for: 30d }] }"},
    {"no-property", "who: { did: carted, where: { items.item_id: sku-1 } }",
     "who: { did: carted, where: { item_id: sku-1 } }"},
    {"never-matches", "who: { all: [{ did: carted }, { did_not: carted }] }",
     "who: { all: [{ did: carted }, { did_not: purchased }] }"},
    {"same-audience",
     "audiences:\n  carters: { who: { did: carted } }\n"
     "  cart-fans: { who: { did: carted } }\n",
     "audiences:\n  carters: { who: { did: carted } }\n"
     "  cart-fans: { who: { did: carted, times: 3 } }\n"},
    {"stay-outlives-absence",
     "who: { all: [{ did: carted }, { did_not: purchased }] }\nstay: 30d",
     "who: { did: carted }\nexcept: { did: purchased }\nstay: 30d"},
    {"unused-conversion",
     "conversions:\n  bought: { kind: macro, event: buy }\n"
     "  sold: { kind: macro, event: sell }\n"
     "audiences:\n  buyers: { who: { did: bought } }\n",
     "conversions:\n  bought: { kind: macro, event: buy }\n"
     "audiences:\n  buyers: { who: { did: bought } }\n"},
};

}  // namespace

absl::Span<const FaultExample> FaultExamples() { return kExamples; }

const FaultExample* FindFaultExample(std::string_view code) {
  const auto* const found =
      std::find_if(std::begin(kExamples), std::end(kExamples),
                   [&](const FaultExample& one) { return one.code == code; });
  return found == std::end(kExamples) ? nullptr : found;
}

}  // namespace audienced
