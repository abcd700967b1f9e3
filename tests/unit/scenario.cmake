# Rule tests in virtual time, event files, and audiencectl on real data.
add_executable(conformance_test unit/conformance_test.cc)
target_compile_definitions(conformance_test PRIVATE
  AUDIENCED_PROJECT_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(conformance_test PRIVATE
  rules_scenario daemon_ingest audienced_flags GTest::gtest_main)
gtest_discover_tests(conformance_test PROPERTIES LABELS ci)

# rules/README.md: its tables and its examples.
add_executable(reference_test unit/reference_test.cc)
target_compile_definitions(reference_test PRIVATE
  AUDIENCED_PROJECT_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(reference_test PRIVATE
  rules_scenario rules_language audienced_flags GTest::gtest_main)
gtest_discover_tests(reference_test PROPERTIES LABELS ci)

add_executable(event_file_test
  unit/csv_reader_test.cc
  unit/event_file_test.cc
  unit/file_projection_test.cc
  unit/offline_profiles_test.cc
  ${PROJECT_SOURCE_DIR}/daemon/ctl/offline/events_by_profile.cc
  ${PROJECT_SOURCE_DIR}/daemon/ctl/offline/file_projection.cc
  ${PROJECT_SOURCE_DIR}/daemon/ctl/offline/identifier_sets.cc
  ${PROJECT_SOURCE_DIR}/daemon/ctl/offline/offline_profiles.cc
  ${PROJECT_SOURCE_DIR}/daemon/ctl/offline/people.cc
  ${PROJECT_SOURCE_DIR}/daemon/ctl/offline/projected_lines.cc)
target_link_libraries(event_file_test PRIVATE
  daemon_ingest rules_engine rules_language audienced_flags GTest::gtest_main)
gtest_discover_tests(event_file_test PROPERTIES LABELS ci)

add_executable(scenario_test
  unit/retention_test.cc
  unit/scenario_file_test.cc
  unit/scenario_test.cc)
target_link_libraries(scenario_test PRIVATE
  rules_scenario audienced_flags GTest::gtest_main)
gtest_discover_tests(scenario_test PROPERTIES LABELS ci)

include(${CMAKE_CURRENT_LIST_DIR}/../data/data.cmake)
