# store_test: daemon/store against a PostgreSQL of its own, one for the program,
# emptied before each test. Started by root, it runs as the user `postgres`.
add_executable(store_test
  ${CMAKE_CURRENT_LIST_DIR}/access_tables_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/admission_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/asked_json_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/binary_format_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/commit_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/doubt_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/erasure_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/event_key_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/event_scan_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/history_loading_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/migrations_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/plain_json_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/reading_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/retention_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/sample_records.cc
  ${CMAKE_CURRENT_LIST_DIR}/subscription_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/throwaway_cluster.cc
  ${CMAKE_CURRENT_LIST_DIR}/value_json_test.cc)
target_link_libraries(store_test PRIVATE
  daemon_pipeline daemon_store audienced_flags GTest::gmock GTest::gtest_main)
add_test(NAME store_test COMMAND store_test)
set_tests_properties(store_test PROPERTIES LABELS "ci;sanitized" TIMEOUT 300)

# embedded_postgres_test: makes, kills and adopts servers.
add_executable(embedded_postgres_test
  ${CMAKE_CURRENT_LIST_DIR}/embedded_postgres_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/sample_records.cc)
target_link_libraries(embedded_postgres_test PRIVATE
  daemon_store audienced_flags GTest::gmock GTest::gtest_main)
add_test(NAME embedded_postgres_test COMMAND embedded_postgres_test)
set_tests_properties(embedded_postgres_test PROPERTIES
  LABELS ci TIMEOUT 300)
