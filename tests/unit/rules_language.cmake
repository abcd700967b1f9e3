# Tests of rules/source and rules/language.
find_package(GTest REQUIRED)
include(GoogleTest)

add_executable(rules_language_test
  ${CMAKE_CURRENT_LIST_DIR}/checker_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/definition_parser_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/diagnostics_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/duration_text_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/fault_examples_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/lints_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/load_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/meaning_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/parser_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/render_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/yaml_reader_test.cc)
target_link_libraries(rules_language_test PRIVATE
  rules_language rules_scenario rules_source audienced_flags GTest::gtest_main GTest::gmock)
target_compile_definitions(rules_language_test PRIVATE
  AUDIENCED_DIAGNOSTICS_DIR="${CMAKE_CURRENT_LIST_DIR}/../diagnostics"
  AUDIENCED_DATA_DIR="${CMAKE_CURRENT_LIST_DIR}/../data"
  AUDIENCED_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
gtest_discover_tests(rules_language_test PROPERTIES LABELS ci)

# The JSON Schema of rule files, judged by a validator that is not ours.
find_package(valijson REQUIRED)
find_package(nlohmann_json REQUIRED)
add_executable(schema_test ${CMAKE_CURRENT_LIST_DIR}/schema_test.cc)
target_link_libraries(schema_test PRIVATE
  rules_language rules_source audienced_flags nlohmann_json::nlohmann_json
  valijson GTest::gtest_main)
target_compile_definitions(schema_test PRIVATE
  AUDIENCED_PROJECT_DIR="${PROJECT_SOURCE_DIR}"
  AUDIENCED_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
gtest_discover_tests(schema_test PROPERTIES LABELS ci)
