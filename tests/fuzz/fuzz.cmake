# The fuzzers: the preset `fuzz` builds them and what they need of rules/, with
# clang, and nothing else. tests/fuzz/run_fuzzers.sh runs them.
if(AUDIENCED_FUZZ)
  add_executable(rule_loader_fuzz ${CMAKE_CURRENT_LIST_DIR}/rule_loader_fuzz.cc)
  add_executable(rule_test_fuzz ${CMAKE_CURRENT_LIST_DIR}/rule_test_fuzz.cc)
  foreach(fuzzer IN ITEMS rule_loader_fuzz rule_test_fuzz)
    target_link_libraries(${fuzzer} PRIVATE
      rules_engine rules_language rules_scenario rules_source audienced_flags)
    target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
  endforeach()
  add_custom_target(fuzzers)
  add_dependencies(fuzzers rule_loader_fuzz rule_test_fuzz)
endif()
