# audiencectl on real data, which lies beside the project (AUDIENCED_SHARED_DIR)
# and whose tests are skipped loudly where it does not.
add_executable(real_data_test data/real_data_test.cc)
target_compile_definitions(real_data_test PRIVATE
  AUDIENCED_PROJECT_DIR="${PROJECT_SOURCE_DIR}"
  AUDIENCED_AUDIENCECTL="$<TARGET_FILE:audiencectl>")
add_dependencies(real_data_test audiencectl)
target_link_libraries(real_data_test PRIVATE
  absl::status absl::statusor audienced_flags GTest::gtest_main)
gtest_discover_tests(real_data_test PROPERTIES LABELS ci)

add_test(NAME cdnow_equals_sql
  COMMAND ${PROJECT_SOURCE_DIR}/tests/data/cdnow/compare_with_sql.sh
          $<TARGET_FILE:audiencectl>)
set_tests_properties(cdnow_equals_sql PROPERTIES LABELS ci
  SKIP_RETURN_CODE 77)

add_test(NAME ladder_reports_equal_sql
  COMMAND ${PROJECT_SOURCE_DIR}/tests/data/retentioneering/compare_with_sql.sh
          $<TARGET_FILE:audiencectl>)
set_tests_properties(ladder_reports_equal_sql PROPERTIES LABELS ci
  SKIP_RETURN_CODE 77)

add_test(NAME audiencectl_offline
  COMMAND ${PROJECT_SOURCE_DIR}/tests/data/audiencectl_offline_test.sh
          $<TARGET_FILE:audiencectl>)
set_tests_properties(audiencectl_offline PROPERTIES LABELS ci)

add_test(NAME backtest_offline
  COMMAND ${PROJECT_SOURCE_DIR}/tests/data/backtest_offline_test.sh
          $<TARGET_FILE:audiencectl> $<TARGET_FILE:audienced-shop>
          ${PROJECT_SOURCE_DIR}/examples/shop)
set_tests_properties(backtest_offline PROPERTIES LABELS ci)
