# pipeline_test: commits in the making, and what is told of them, without clock
# and database.
find_package(GTest REQUIRED)
include(GoogleTest)

add_executable(pipeline_test
  ${CMAKE_CURRENT_LIST_DIR}/history_cache_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/identity_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/event_counts_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/freshness_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/gathered_events_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/large_commit_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/overlapping_commits_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/person_scene.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/episodes_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/persons_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/publication_scene.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/publication_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/recent_evaluation_test.cc
  ${CMAKE_CURRENT_LIST_DIR}/pipeline/rule_move_test.cc)
target_link_libraries(pipeline_test PRIVATE
  audienced_flags daemon_pipeline rules_language GTest::gtest_main)
gtest_discover_tests(pipeline_test
  DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ci)
