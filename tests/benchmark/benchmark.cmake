# Benchmarks report and assert nothing about time; the tests of the label `long`
# run them, for what they print and for what they check of their answers.
find_package(benchmark REQUIRED)

add_executable(rules_benchmark ${CMAKE_CURRENT_LIST_DIR}/rules_benchmark.cc)
target_link_libraries(rules_benchmark PRIVATE
  rules_engine rules_language audienced_flags absl::strings
  benchmark::benchmark)
add_test(NAME rules_benchmark COMMAND rules_benchmark)
set_tests_properties(rules_benchmark PROPERTIES LABELS long)

# Evaluation: how long it takes, and the instructions that it takes, which are
# the same whatever else the machine does.
add_library(sample_people STATIC ${CMAKE_CURRENT_LIST_DIR}/sample_people.cc)
target_link_libraries(sample_people PUBLIC
  rules_engine rules_language rules_history audienced_flags absl::strings
  absl::time)

add_executable(engine_benchmark ${CMAKE_CURRENT_LIST_DIR}/engine_benchmark.cc)
target_link_libraries(engine_benchmark PRIVATE
  sample_people benchmark::benchmark)

add_executable(evaluation_instructions
  ${CMAKE_CURRENT_LIST_DIR}/evaluation_instructions.cc)
target_link_libraries(evaluation_instructions PRIVATE sample_people)
