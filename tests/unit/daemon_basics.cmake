# daemon_basics_test: what the daemon stands on and what knows nothing of it:
# settings, log, metrics, HTTP, clock, signals.
find_package(GTest REQUIRED)
include(GoogleTest)

add_executable(daemon_basics_test
  ${CMAKE_CURRENT_LIST_DIR}/daemon/clock_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/daemon/folder_watch_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/daemon/http_server_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/daemon/logging_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/daemon/metrics_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/daemon/part_file_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/daemon/process_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/daemon/settings_test.cc)
target_compile_definitions(daemon_basics_test PRIVATE
  AUDIENCED_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(daemon_basics_test PRIVATE
  audienced_flags daemon_config daemon_http daemon_logging daemon_metrics daemon_part_file
  daemon_system GTest::gtest_main)
gtest_discover_tests(daemon_basics_test
  DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ci)
