# Histories lived through by the daemon, on a clock that is stepped: the rule
# tests of the language, and random ones.
add_library(live_run STATIC
  end_to_end/daemon_process.cc
  live/live_run.cc
  store/throwaway_cluster.cc)
target_include_directories(live_run PUBLIC ${PROJECT_SOURCE_DIR})
target_compile_definitions(live_run PUBLIC
  AUDIENCED_BINARY="$<TARGET_FILE:audienced>"
  AUDIENCED_RULES="${PROJECT_SOURCE_DIR}/examples/shop"
  AUDIENCED_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
add_dependencies(live_run audienced)
target_link_libraries(live_run PUBLIC
  audienced_grpc audiencectl_client daemon_store rules_scenario absl::time
  audienced_flags GTest::gtest)

add_executable(live_test live/live_test.cc)
target_link_libraries(live_test PRIVATE live_run GTest::gtest_main)

add_executable(random_live_test
  live/random_live_test.cc
  live/random_scenario.cc)
target_link_libraries(random_live_test PRIVATE
  live_run oracle GTest::gtest_main)

# Persons: joined, taken apart, told, forgotten.
add_executable(persons_live_test
  end_to_end/client.cc
  live/person_client.cc
  live/persons_live_test.cc)
target_link_libraries(persons_live_test PRIVATE live_run GTest::gtest_main)
add_test(NAME live_persons COMMAND persons_live_test)
set_tests_properties(live_persons PROPERTIES LABELS ci TIMEOUT 300)

# In two shards, each with one PostgreSQL for all of its tests.
foreach(shard IN ITEMS 0 1)
  add_test(NAME live_rule_tests_${shard} COMMAND live_test)
  add_test(NAME live_random_tests_${shard} COMMAND random_live_test)
  set_tests_properties(live_rule_tests_${shard} live_random_tests_${shard}
    PROPERTIES LABELS ci TIMEOUT 600
    ENVIRONMENT "GTEST_TOTAL_SHARDS=2;GTEST_SHARD_INDEX=${shard}")
endforeach()

add_executable(retention_test
  end_to_end/client.cc
  live/retention_test.cc)
target_link_libraries(retention_test PRIVATE live_run GTest::gtest_main)
add_test(NAME retention_test COMMAND retention_test)
set_tests_properties(retention_test PROPERTIES LABELS ci TIMEOUT 300)
