# A folder and an endpoint that follow an audience: the parts, and the whole
# through kill -9 against the real daemon.
add_executable(ctl_sync_test
  unit/sync/sync_state_test.cc
  unit/sync/target_test.cc)
target_link_libraries(ctl_sync_test PRIVATE
  audiencectl_sync audienced_flags GTest::gmock GTest::gtest_main)
gtest_discover_tests(ctl_sync_test PROPERTIES LABELS ci)

add_test(NAME sync
  COMMAND ${PROJECT_SOURCE_DIR}/tests/sync/sync_test.py
          --binary-dir $<TARGET_FILE_DIR:audienced>)
set_tests_properties(sync PROPERTIES LABELS ci TIMEOUT 300)
