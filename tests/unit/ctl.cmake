# ctl_format_test: what audiencectl says of the daemon's answers, and how it
# says events to it. No daemon.
add_executable(ctl_format_test
  unit/ctl_event_message_test.cc
  unit/ctl_format_test.cc
  unit/ctl_status_test.cc)
target_link_libraries(ctl_format_test PRIVATE
  audiencectl_client audienced_flags GTest::gtest_main)
gtest_discover_tests(ctl_format_test PROPERTIES LABELS ci)

# ctl_export_test: what audiencectl export writes. No daemon.
add_executable(ctl_export_test
  unit/export/export_scene.cc
  unit/export/files_test.cc
  unit/export/format_test.cc)
target_compile_definitions(ctl_export_test PRIVATE
  AUDIENCED_EXPORT_DIR="${CMAKE_CURRENT_SOURCE_DIR}/unit/export")
target_link_libraries(ctl_export_test PRIVATE
  audiencectl_client audienced_flags GTest::gtest_main GTest::gmock)
gtest_discover_tests(ctl_export_test PROPERTIES LABELS ci)

# ctl_client_test: how audiencectl asks a daemon. The answers are made up.
add_executable(ctl_client_test unit/ctl_member_pages_test.cc)
target_link_libraries(ctl_client_test PRIVATE
  audiencectl_client audienced_flags GTest::gtest_main)
gtest_discover_tests(ctl_client_test PROPERTIES LABELS ci)
