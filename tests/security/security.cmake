# security_test: what the daemon lets whom do, over real connections.
add_executable(security_test
  ${CMAKE_CURRENT_LIST_DIR}/frames_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/limits_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/scopes_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/secured_daemon.cc
  ${CMAKE_CURRENT_LIST_DIR}/sight_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/tls_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/tokens_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/../end_to_end/client.cc
  ${CMAKE_CURRENT_LIST_DIR}/../end_to_end/daemon_process.cc
  ${CMAKE_CURRENT_LIST_DIR}/../end_to_end/operator.cc)
target_compile_definitions(security_test PRIVATE
  AUDIENCED_BINARY="$<TARGET_FILE:audienced>"
  AUDIENCED_AUDIENCECTL="$<TARGET_FILE:audiencectl>"
  AUDIENCED_PROTOSET="${PROJECT_BINARY_DIR}/audienced.protoset"
  AUDIENCED_RULES="${PROJECT_SOURCE_DIR}/examples/shop")
add_dependencies(security_test audienced audiencectl audienced_protoset)
target_link_libraries(security_test PRIVATE
  audienced_grpc absl::time audienced_flags GTest::gtest_main)
# One test: the suites share a daemon each.
add_test(NAME security_test COMMAND security_test)
set_tests_properties(security_test PROPERTIES LABELS ci TIMEOUT 300)
