# The language read slowly and obviously, and what asks it: oracle_test holds the
# engine against it, on seeded random rulebooks and histories.
find_package(GTest REQUIRED)
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-uc)
include(GoogleTest)

add_library(oracle STATIC
  ${CMAKE_CURRENT_LIST_DIR}/announcements.cc
  ${CMAKE_CURRENT_LIST_DIR}/comparison.cc
  ${CMAKE_CURRENT_LIST_DIR}/conditions.cc
  ${CMAKE_CURRENT_LIST_DIR}/crossings.cc
  ${CMAKE_CURRENT_LIST_DIR}/facts.cc
  ${CMAKE_CURRENT_LIST_DIR}/glances.cc
  ${CMAKE_CURRENT_LIST_DIR}/implications.cc
  ${CMAKE_CURRENT_LIST_DIR}/oracle.cc
  ${CMAKE_CURRENT_LIST_DIR}/resumptions.cc
  ${CMAKE_CURRENT_LIST_DIR}/seeds.cc
  ${CMAKE_CURRENT_LIST_DIR}/generator/random_case.cc
  ${CMAKE_CURRENT_LIST_DIR}/generator/random_condition.cc
  ${CMAKE_CURRENT_LIST_DIR}/generator/random_history.cc
  ${CMAKE_CURRENT_LIST_DIR}/generator/random_rulebook.cc
  ${CMAKE_CURRENT_LIST_DIR}/generator/random_where.cc
  ${CMAKE_CURRENT_LIST_DIR}/generator/shrinking.cc
  ${CMAKE_CURRENT_LIST_DIR}/generator/tree.cc)
target_include_directories(oracle PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(oracle PUBLIC
  audienced_flags rules_engine rules_language rules_history PkgConfig::icu PkgConfig::re2
  absl::strings absl::str_format absl::time absl::function_ref)

add_executable(oracle_test ${CMAKE_CURRENT_LIST_DIR}/oracle_test.cc)
target_link_libraries(oracle_test PRIVATE oracle GTest::gtest_main)
gtest_discover_tests(oracle_test
  DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ci)
