# destination_test: people as destinations match them.
add_executable(destination_test
  ${CMAKE_CURRENT_LIST_DIR}/destination/matching_identifiers_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/destination/normal_form_test.cc)
target_link_libraries(destination_test PRIVATE
  daemon_destination audienced_flags GTest::gtest_main GTest::gmock)
gtest_discover_tests(destination_test PROPERTIES LABELS ci)
