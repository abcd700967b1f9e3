# Benchmarks report and assert nothing about time; the tests of the label `long`
# run them, for what they print and for what they check of their answers.
find_package(benchmark REQUIRED)

add_executable(rules_benchmark ${CMAKE_CURRENT_LIST_DIR}/rules_benchmark.cc)
target_link_libraries(rules_benchmark PRIVATE
  rules_engine rules_language audienced_flags absl::strings
  benchmark::benchmark)
add_test(NAME rules_benchmark COMMAND rules_benchmark)
set_tests_properties(rules_benchmark PROPERTIES LABELS long)
