# Benchmarks report and assert nothing about time; the tests of the label `long`
# run them, for what they print and for what they check of their answers. They
# are built by the target `benchmarks`, not with everything else.
find_package(benchmark REQUIRED)
find_package(CLI11 REQUIRED)

add_executable(rules_benchmark ${CMAKE_CURRENT_LIST_DIR}/rules_benchmark.cc)
target_link_libraries(rules_benchmark PRIVATE
  rules_engine rules_language audienced_flags absl::strings
  benchmark::benchmark)
add_test(NAME rules_benchmark COMMAND rules_benchmark)
set_tests_properties(rules_benchmark PROPERTIES LABELS long)

add_executable(text_benchmark ${CMAKE_CURRENT_LIST_DIR}/text_benchmark.cc)
target_link_libraries(text_benchmark PRIVATE
  daemon_destination daemon_digest daemon_publish daemon_store rules_engine
  audienced_flags absl::statusor absl::strings benchmark::benchmark)
add_test(NAME text_benchmark COMMAND text_benchmark)
set_tests_properties(text_benchmark PROPERTIES LABELS long)

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
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_test(NAME evaluation_instructions
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/evaluation_instructions_test.sh
      $<TARGET_FILE:evaluation_instructions>)
  set_tests_properties(evaluation_instructions PROPERTIES
    LABELS long SKIP_RETURN_CODE 77)
endif()

# The suite, run.sh: what it measures is built here, the rest is Python. Its
# README says what each of these programs is for.
audienced_library(benchmark_shop
  ${CMAKE_CURRENT_LIST_DIR}/shop/event_forms.cc
  ${CMAKE_CURRENT_LIST_DIR}/shop/shop_event.cc
  ${CMAKE_CURRENT_LIST_DIR}/shop/shop_visitors.cc
  DEPS daemon_ingest rules_engine absl::statusor absl::strings absl::str_format
       absl::time)

add_executable(benchmark_events ${CMAKE_CURRENT_LIST_DIR}/shop/make_events.cc)
target_link_libraries(benchmark_events PRIVATE
  benchmark_shop audienced_flags OpenSSL::Crypto)

# As the daemon evaluates, and with its malloc.
add_executable(benchmark_resident
  ${CMAKE_CURRENT_LIST_DIR}/resident/inputs.cc
  ${CMAKE_CURRENT_LIST_DIR}/resident/resident.cc)
target_link_libraries(benchmark_resident PRIVATE
  benchmark_shop daemon_ingest rules_engine rules_language audienced_flags
  absl::strings Threads::Threads PkgConfig::jemalloc)

add_executable(benchmark_memory
  ${CMAKE_CURRENT_LIST_DIR}/resident/history_memory.cc
  ${CMAKE_CURRENT_LIST_DIR}/resident/inputs.cc)
target_link_libraries(benchmark_memory PRIVATE
  benchmark_shop daemon_ingest rules_engine rules_language audienced_flags
  PkgConfig::jemalloc)

add_executable(benchmark_client
  ${CMAKE_CURRENT_LIST_DIR}/client/bare_server.cc
  ${CMAKE_CURRENT_LIST_DIR}/client/calls.cc
  ${CMAKE_CURRENT_LIST_DIR}/client/check.cc
  ${CMAKE_CURRENT_LIST_DIR}/client/ingest.cc
  ${CMAKE_CURRENT_LIST_DIR}/client/latency.cc
  ${CMAKE_CURRENT_LIST_DIR}/client/list.cc
  ${CMAKE_CURRENT_LIST_DIR}/client/main.cc
  ${CMAKE_CURRENT_LIST_DIR}/client/probe.cc
  ${CMAKE_CURRENT_LIST_DIR}/client/watch.cc)
target_link_libraries(benchmark_client PRIVATE
  audiencectl_client benchmark_shop audienced_grpc daemon_event_message
  daemon_system audienced_flags absl::flat_hash_map CLI11::CLI11
  Threads::Threads)

add_executable(benchmark_bare
  ${CMAKE_CURRENT_LIST_DIR}/bare/copy_rows.cc
  ${CMAKE_CURRENT_LIST_DIR}/bare/main.cc
  ${CMAKE_CURRENT_LIST_DIR}/bare/postgres.cc
  ${CMAKE_CURRENT_LIST_DIR}/bare/read_rows.cc
  ${CMAKE_CURRENT_LIST_DIR}/bare/single_commits.cc)
target_link_libraries(benchmark_bare PRIVATE
  benchmark_shop audienced_flags PkgConfig::pq CLI11::CLI11 Threads::Threads)

set(benchmark_programs
  rules_benchmark engine_benchmark text_benchmark evaluation_instructions
  benchmark_bare benchmark_client benchmark_events benchmark_memory
  benchmark_resident)
add_custom_target(benchmarks)
add_dependencies(benchmarks audienced audiencectl ${benchmark_programs})
set_target_properties(benchmark_shop sample_people ${benchmark_programs}
  PROPERTIES EXCLUDE_FROM_ALL ON)

# All of it on a few events: that it runs, and that all answers agree. What npm
# or Debian cannot install is left out, and said.
add_test(NAME benchmark_suite
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/run.sh --size 100k --runs 1
          --binary-dir $<TARGET_FILE_DIR:audienced>)
set_tests_properties(benchmark_suite PROPERTIES
  LABELS long TIMEOUT 3600 RUN_SERIAL TRUE)

add_test(NAME benchmark_table
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/readme_table.py --check)
add_test(NAME benchmark_checks
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/suite_test.py)
set_tests_properties(benchmark_table benchmark_checks PROPERTIES LABELS ci)
