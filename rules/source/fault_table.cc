#include "rules/source/fault_table.h"

namespace audienced {
namespace {

constexpr FaultCode kTable[] = {
    // The text and its YAML.
    {"duplicate-key", Severity::kError, "a key stands twice in one mapping",
     "Only one of the two values could count, and nobody sees which. Keep one "
     "of them. To give an audience two conditions, combine them: all: [{ did: "
     "carted }, { did_not: purchased }]."},
    {"file-too-large", Severity::kError, "the file is larger than 1 MiB",
     "A rule file is written by people and has at most 1 MiB. Split it: all "
     "*.yaml files of a folder are read as one rulebook."},
    {"key-not-text", Severity::kError, "a key is a list, a mapping or empty",
     "Every key is one word. A plain ~ or null is no word for YAML. Where "
     "such a word is meant as a name, put it in quotes: \"null\": 3."},
    {"not-text", Severity::kError, "the file is not UTF-8 text",
     "A rule file is UTF-8 and has no control characters except tab and line "
     "ends. Editors call this encoding UTF-8; save the file with it."},
    {"second-document", Severity::kError,
     "a second YAML document begins in the file",
     "A rule file holds one document. Remove the line '---', or move what "
     "follows it to a file of its own in the same folder."},
    {"too-deep", Severity::kError, "the nesting is deeper than 64 levels",
     "No condition that a person understands is that deep. Name a part as an "
     "audience of its own, for example 'recent-buyers', and write "
     "in_audience: recent-buyers. Audiences that use audiences count as levels "
     "as well."},
    {"yaml-anchor", Severity::kError,
     "the file uses an anchor or an alias of YAML",
     "Anchors (&name) and aliases (*name) hide what a rule says. Give the "
     "common part a name: a conversion for events, an audience for "
     "conditions. A star that is meant as text goes in quotes: event: \"*\"."},
    {"yaml-merge-key", Severity::kError, "the file uses the merge key '<<'",
     "YAML readers disagree on merge keys. Write the keys out where they are "
     "meant, or name the common part as a conversion."},
    {"yaml-syntax", Severity::kError, "the file is no YAML",
     "Often a quote or a bracket is not closed, a colon has no space behind "
     "it, or a line is indented by a tab. The place is where the reader "
     "noticed; the cause may stand some lines before: who: { did: carted "
     "needs its closing bracket."},
    {"yaml-tag", Severity::kError, "the file uses a tag of YAML",
     "Tags (!name, !!str) are not needed: a value in quotes is text, one "
     "without is what it looks like. Instead of !!str 5 write \"5\"."},

    // The shape of mappings and lists.
    {"conflicting-keys", Severity::kError, "two keys do not go together",
     "'same' groups the events by a property and asks each group, so 'which' "
     "and 'in_one' have no clear meaning beside it. Keep one: did: "
     "product_viewed, times: 3, same: item_id."},
    {"empty-list", Severity::kError, "a list has no elements",
     "A list that names nothing would make the rule mean everything or "
     "nothing. Write its elements, for example consent: [marketing_email], or "
     "leave the key out."},
    {"empty-mapping", Severity::kError, "a mapping has no keys",
     "A mapping that says nothing would change the meaning of the rule "
     "silently. Fill it, for example where: { country: ES }, or leave the key "
     "out."},
    {"misplaced-key", Severity::kError,
     "a key belongs to another kind of mapping",
     "The key exists, but not here. A window such as in_last stands beside "
     "did or sequence, within on a step of a sequence, all_within on the "
     "sequence itself: sequence: [{ did: viewed }, { did: carted, within: 1h "
     "}]."},
    {"missing-key", Severity::kError, "a key that must be there is missing",
     "Some keys have no sensible default: the version of a file, the event of "
     "a conversion, the 'who' of an audience. Add it, for example version: 1."},
    {"unknown-key", Severity::kError, "a key is not known here",
     "Most often it is misspelt. Unknown keys are never passed over, because "
     "a rule would then mean something else than it says: in_lst: 7d would "
     "look back for ever."},
    {"wrong-kind", Severity::kError,
     "a value, a list or a mapping stands where another is wanted",
     "YAML tells three shapes apart: a value (7d), a list ([a, b]) and a "
     "mapping ({ a: b }). The message says which was found and which is "
     "wanted, for example consent: [marketing_email] and not consent: "
     "marketing_email."},

    // Single values.
    {"any-event-in-list", Severity::kError, "'*' stands in a list of events",
     "A star means any event, which includes all others of the list. Write it "
     "alone: event: \"*\"."},
    {"bad-duration", Severity::kError, "a duration has another form",
     "Durations are whole numbers with units, the larger first: 90s, 15m, 1h, "
     "7d, 2w, 1d12h. Months and years are not durations, since they differ in "
     "length; write 30d, or use a calendar word such as in: last_month."},
    {"bad-instant", Severity::kError, "a date or timestamp has another form",
     "Write a date, 2026-11-01, which is its midnight in the time zone of the "
     "file, or a timestamp with a zone, 2026-11-01T09:00:00Z. Timestamps "
     "without a zone are refused, because nobody knows which was meant."},
    {"bad-name", Severity::kError, "a name has another form",
     "Names begin with a lower-case letter and go on with lower-case letters, "
     "digits, '_' and '-', at most 63 in all: cart-abandoners. They appear in "
     "file names, URLs and reports; put the wording for people into 'title'."},
    {"bad-number", Severity::kError,
     "a number has another form or is out of range",
     "Numbers are written like 12, 0.5 or 1e3, with at most 6 decimal places "
     "and below 10^12. Counts are whole and not negative: times: 3."},
    {"bad-pattern", Severity::kError, "a regular expression does not compile",
     "Patterns are those of RE2, which looks for them anywhere in the text. "
     "Look-around and back-references do not exist there, and brackets must "
     "be closed: matches: \"(?i)e-?book\"."},
    {"bad-percentage", Severity::kError,
     "a percentage has another form or is out of range",
     "Write a number from 0 to 100 with the sign: sample: 10%. Without the "
     "sign 10 could be read as ten profiles."},
    {"bad-timezone", Severity::kError, "the time zone is not known",
     "The time zone is a name of the IANA database, such as Europe/London or "
     "UTC. Offsets like +01:00 are refused, because they know no summer time."},
    {"bad-version", Severity::kError, "the version of the language is not 1",
     "Each rule file says in which version of the language it is written. "
     "This program reads version 1: version: 1, without quotes."},
    {"boolean-word", Severity::kError,
     "an unquoted word is a boolean for YAML where text is wanted",
     "YAML readers take NO, yes, on, y and their like for booleans, so "
     "Norway's code becomes 'false'. Put the word in quotes: country: \"NO\"."},
    {"empty-range", Severity::kError,
     "the second number of a range is below the first",
     "No number lies in such a range. Both ends of between are included: "
     "between: [10, 20]."},
    {"empty-text", Severity::kError, "a text is empty",
     "A name, a title or a pattern without a character says nothing. Leave "
     "the key out, or test for a missing property with { exists: false }."},
    {"empty-window", Severity::kError, "a window or span has no length",
     "Nothing ever lies in a window of 0s, or in one that ends before it "
     "begins. A window must be at least 1s: in_last: 7d. The second day of "
     "between is not included: between: [2026-11-20, 2026-11-21] is one day."},
    {"beyond-retention", Severity::kError, "a span is longer than events count",
     "Where histories are kept for a span, the retention, an event counts for "
     "less than that. A window, a wait or a way that is longer asks for what "
     "nobody keeps. Shorten it, or have histories kept longer. Told by a "
     "daemon with a retention, and by audiencectl check DIR --retention 90d."},
    {"quoted-number", Severity::kError,
     "a number stands in quotes where a number is compared",
     "In quotes it is text, and text is not compared by size. Write it "
     "without quotes: value: { above: 50 }."},
    {"typographic-quotes", Severity::kError,
     "a text stands in typographic quotes",
     "Word processors turn quotes into typographic ones, which YAML takes for "
     "a part of the text, so the rule would never match. Write straight "
     "quotes: country: \"NO\". Where the typographic ones are meant, put "
     "straight ones around them."},
    {"unknown-word", Severity::kError,
     "a word is not among those that may stand here",
     "Some keys take one of a few words: kind is micro or macro, anchor is "
     "last or any, in is a calendar word such as in: today. The message lists "
     "them."},

    // Conditions.
    {"all-within-one-step", Severity::kError,
     "'all_within' stands on a sequence with one 'did' step",
     "all_within is the time from the first chosen event to the last; with "
     "one event there is none. For the time without an event put 'within' or "
     "'for' on the did_not step: sequence: [{ did: carted }, { did_not: "
     "purchased, for: 1h }]."},
    {"below-alone", Severity::kError, "'ago' has 'below' without 'at_least'",
     "ago: { below: 7d } says the same as in_last: 7d, which reads better. "
     "'ago' is for events that are some time past: ago: { at_least: 7d, "
     "below: 30d }."},
    {"first-step", Severity::kError, "a sequence begins with 'did_not'",
     "What did not happen needs a beginning: nothing comes before the first "
     "step. Begin with a 'did', or use a did_not condition beside the "
     "sequence: all: [{ did_not: purchased }, { did: carted }]."},
    {"for-and-within", Severity::kError, "a step has both 'for' and 'within'",
     "'for: 1h' waits an hour and ends when the event comes; 'within: 1h' "
     "judges the first hour once and then stays. A step can say one of them: "
     "{ did_not: purchased, for: 1h }."},
    {"holds-for-nothing", Severity::kError,
     "an aggregate that zero events satisfy stands beside 'same' or 'in_one'",
     "Groups and sessions exist only where events are, so 'at most 2 per "
     "item' would miss every item with none. Turn it round: did_not: "
     "product_viewed, times: 3, same: item_id."},
    {"item-property", Severity::kError,
     "a property of items stands where one of the event is wanted",
     "An event can hold several items, so it has no single item_id. "
     "'once_per' needs one value per event: once_per: transaction_id."},
    {"misplaced-wait", Severity::kError,
     "'for' or 'within' stands on a step that cannot wait",
     "'for' belongs to did_not steps at the end of a sequence, 'within' to "
     "them and to 'did' steps after the first. A did_not between two did "
     "steps covers the whole time between them: put 'within' on the next did: "
     "{ did: carted, within: 1h }."},
    {"no-condition", Severity::kError, "a mapping names no condition",
     "Each condition has one key that names its kind: did, did_not, sequence, "
     "all, any, none, trait, in_audience, not_in_audience, on_rung, score, "
     "known_for, sample or consented. A window alone is none: { did: carted, "
     "in_last: 7d }."},
    {"two-aggregates", Severity::kError, "a condition has two aggregates",
     "One condition counts or adds one thing. For two write two conditions: "
     "all: [{ did: purchased, times: 2 }, { did: purchased, sum: { of: value, "
     "at_least: 500 } }]."},
    {"two-comparisons", Severity::kError, "a number is compared twice",
     "Both comparisons could hold or only one; a range says what is meant: "
     "times: { between: [2, 5] }, both ends included."},
    {"two-conditions", Severity::kError, "a mapping holds two conditions",
     "Nothing says whether both or one of them must hold. Combine them: all: "
     "[{ did: carted }, { did_not: purchased }], or any: [...]."},
    {"two-windows", Severity::kError, "a condition has two windows",
     "One condition has one window. Choose one, or write two conditions with "
     "'all'; for a stretch in the past use ago: { at_least: 7d, below: 30d }."},
    {"within-on-first-step", Severity::kError,
     "'within' stands on the first step of a sequence",
     "'within' is the time after the step before, and the first step has "
     "none. To say how long ago, put a window beside the sequence: sequence: "
     "[...], in_last: 7d."},

    // Names and what must agree.
    {"audience-cycle", Severity::kError, "an audience depends on itself",
     "Through in_audience the audience would have to be known before it is "
     "computed. Move the common conditions to an audience of their own, and "
     "let both use it: in_audience: recent-buyers."},
    {"duplicate-name", Severity::kError, "a name is defined or listed twice",
     "All files of a folder are one rulebook, so each name stands for one "
     "thing. Rename or remove one of the two; in a list name each conversion "
     "once: did: [carted, viewed]."},
    {"duplicate-priority", Severity::kError,
     "two audiences of a group have the same priority",
     "In a group a profile belongs to the audience of the smallest priority; "
     "with two alike nothing decides. Give each its own: priority: 1, "
     "priority: 2."},
    {"group-without-priority", Severity::kError,
     "an audience has a group and no priority",
     "In a group a profile belongs only to the audience of the smallest "
     "priority that holds. Add one: group: cart, priority: 1."},
    {"ladder-end", Severity::kError, "a ladder ends in a micro conversion",
     "A ladder is the way to the goal, so its last rung is a macro "
     "conversion: rungs: [viewed, carted, purchased]."},
    {"too-many-steps", Severity::kError,
     "a sequence or a ladder has more than 64 steps",
     "A sequence has at most 64 steps and a ladder at most 64 rungs. Leave out "
     "those between that change nothing, or make two of it."},
    {"priority-without-group", Severity::kError,
     "an audience has a priority and no group",
     "A priority orders the audiences of one group. Add the group, or leave "
     "the priority out: group: cart, priority: 1."},
    {"role-on-macro", Severity::kError, "a macro conversion has a role",
     "Roles tell micro conversions apart: a step on the way (process) or a "
     "sign of interest beside it (secondary). The goal itself has none: "
     "purchased: { kind: macro, event: purchase }."},
    {"unknown-audience", Severity::kError,
     "an audience is used and not defined",
     "in_audience and not_in_audience name an audience of the same rulebook. "
     "Most often the name is misspelt, or its file is in another folder: "
     "in_audience: cart-abandoners."},
    {"unknown-consent", Severity::kError,
     "a consent purpose is used and not defined",
     "Purposes are named once, with what holds for a profile that has said "
     "nothing: consents: { marketing_email: denied }. A purpose that is not "
     "there would never be granted."},
    {"unknown-conversion", Severity::kError,
     "a conversion is used and not defined",
     "did, did_not, ladders and scores name conversions. Most often the name "
     "is misspelt. For a single use an inline selector will do: did: { event: "
     "add_to_cart }."},
    {"unknown-file", Severity::kError,
     "a test file names a rule file that is not there",
     "The names under 'rules' are relative to the test file itself, so a file "
     "beside it is named alone: rules: [shop.yaml]. Most often the name is "
     "misspelt or the file was moved."},
    {"unknown-ladder", Severity::kError, "a ladder is used and not defined",
     "on_rung names a ladder that stands under 'ladders': ladders: { "
     "checkout: { rungs: [viewed, carted, purchased] } }."},
    {"unknown-rung", Severity::kError, "a ladder has no such rung",
     "A rung has the name of its conversion: on_rung: { ladder: checkout, "
     "rung: carted } needs 'carted' among the rungs of 'checkout'."},
    {"unknown-score", Severity::kError, "a score is used and not defined",
     "The condition 'score' and 'context' name a score that stands under "
     "'scores': scores: { heat: { points: { viewed: 1, carted: 5 } } }."},

    // Lints: the rule can be used, but probably says something else than its
    // author meant.
    {"ad-audience-without-consent", Severity::kLint,
     "an audience for ad tools asks for no consent",
     "An audience with the tag ad, ads, advertising or retargeting goes to ad "
     "tools, and these may be told only of people who agreed. Name the "
     "purpose: consent: [ad_personalization], with its default under "
     "'consents'."},
    {"always-true", Severity::kLint, "a condition holds for every profile",
     "It narrows nothing, so it is either not needed or not what was meant. "
     "times: { at_least: 0 } is such a condition; did: carted asks for at "
     "least one."},
    {"end-not-included", Severity::kLint,
     "the end of a window looks as if it were meant to be included",
     "The second day of between and the until day are not included: between: "
     "[2026-11-01, 2026-11-30] leaves out the 30th. Write the first day of "
     "the next month: between: [2026-11-01, 2026-12-01]."},
    {"negation-only", Severity::kLint,
     "an audience asks only for what profiles did not do",
     "did_not: purchased is true for every profile from its first event on, "
     "which is nearly everybody. Add what they did, or how long they are "
     "known: all: [{ did_not: purchased }, { known_for: 30d }]."},
    {"never-matches", Severity::kLint, "a condition or audience can never hold",
     "Its parts exclude each other, so the audience stays empty. Examples are "
     "times: { below: 0 }, a condition and its opposite in one 'all', "
     "which: first with times: 2, or a wait that is as long as the window: "
     "for: 3d with in_last: 3d."},
    {"same-audience", Severity::kLint, "two audiences have the same members",
     "They differ in name or description only, and each change must be made "
     "twice. Keep one of them, or let one build on the other: who: { "
     "in_audience: cart-abandoners }."},
    {"stay-outlives-absence", Severity::kLint,
     "'stay' keeps members after the absence in 'who' has ended",
     "stay counts from the last instant of the match, so who buys after all "
     "remains a member for that time. Move the absence to 'except', which "
     "wins over 'stay': except: { did: purchased }."},
    {"never-seen-event", Severity::kLint,
     "no event of that name is in the database",
     "Either the name is misspelt, or the shop does not send the event yet. "
     "Told only where a daemon is asked: audiencectl check DIR --server."},
    {"no-property", Severity::kLint,
     "no event can have a property of that name",
     "items, traits and consent are fields of an event beside its properties, "
     "so such a test is false of every event, and its negation true. "
     "Properties "
     "of items are written without a prefix: where: { item_id: sku-1 }; "
     "several "
     "of one item: where: { item: { item_id: sku-1, color: red } }. Traits and "
     "consents have conditions of their own: trait: { plan: pro }, consented: "
     "email."},
    {"never-seen-property", Severity::kLint,
     "no event has a property of that name, or no profile a trait",
     "A test on a missing property is false, so the rule may never match. "
     "Either the name is misspelt, or the shop does not send it yet. Told only "
     "where a daemon is asked: audiencectl check DIR --server."},
    {"several-currencies", Severity::kLint,
     "amounts of several currencies are added",
     "Ten euros and ten yen are not twenty of anything. Add the amounts of one "
     "currency: where: { currency: EUR }. Told only where a daemon is asked, "
     "and only where its events have several: audiencectl check DIR --server."},
    {"looks-beyond-retention", Severity::kLint,
     "a rule looks further back than events count",
     "Where histories are kept for a span, the retention, 'ever' means that "
     "span: did_not: purchased is true again once the last purchase is that "
     "old. Where this is meant, say it: in_last: 90d. Told by a daemon with a "
     "retention, and by audiencectl check DIR --retention 90d."},
    {"unused-conversion", Severity::kLint, "a conversion is used by nothing",
     "No audience, ladder or score names it. Remove it, or use it; often an "
     "audience names its event in an inline selector instead: did: "
     "ebook_downloaded. One that is there for the report audiencectl "
     "conversions alone says what it is worth: worth: learned."},
};

}  // namespace

absl::Span<const FaultCode> FaultTable() { return kTable; }

}  // namespace audienced
