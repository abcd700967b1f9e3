# The fuzzers: the preset `fuzz` builds them and what they need, with clang, and
# nothing else. tests/fuzz/run_fuzzers.sh runs them.
if(AUDIENCED_FUZZ)
  add_executable(rule_loader_fuzz ${CMAKE_CURRENT_LIST_DIR}/rule_loader_fuzz.cc)
  add_executable(rule_test_fuzz ${CMAKE_CURRENT_LIST_DIR}/rule_test_fuzz.cc)
  foreach(fuzzer IN ITEMS rule_loader_fuzz rule_test_fuzz)
    target_link_libraries(${fuzzer} PRIVATE
      rules_engine rules_language rules_scenario rules_source audienced_flags)
    target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
  endforeach()

  # By their files: the libraries they are in want PostgreSQL and gRPC.
  set(daemon ${PROJECT_SOURCE_DIR}/daemon)
  add_executable(cursor_fuzz ${CMAKE_CURRENT_LIST_DIR}/cursor_fuzz.cc
    ${daemon}/publish/cursor.cc)
  target_link_libraries(cursor_fuzz PRIVATE
    daemon_digest daemon_error_reason rules_history OpenSSL::Crypto
    absl::statusor absl::strings audienced_flags)
  add_executable(event_fuzz ${CMAKE_CURRENT_LIST_DIR}/event_fuzz.cc
    ${daemon}/ingest/identity/large_profile.cc
    ${daemon}/service/conversion/event_conversion.cc
    ${daemon}/service/conversion/property_conversion.cc
    ${daemon}/service/conversion/refusal.cc
    ${daemon}/service/conversion/time_conversion.cc)
  target_link_libraries(event_fuzz PRIVATE
    daemon_error_reason daemon_value_json rules_history rules_source
    absl::statusor absl::strings audienced_flags)
  foreach(fuzzer IN ITEMS cursor_fuzz event_fuzz)
    target_include_directories(${fuzzer} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
  endforeach()

  add_custom_target(fuzzers)
  add_dependencies(fuzzers rule_loader_fuzz rule_test_fuzz cursor_fuzz
                   event_fuzz)
endif()
