add_executable(end_to_end_test
  end_to_end/backtest_test.cc
  end_to_end/backup_test.cc
  end_to_end/client.cc
  end_to_end/clock_test.cc
  end_to_end/crash_test.cc
  end_to_end/daemon_process.cc
  end_to_end/destination_test.cc
  end_to_end/freshness_test.cc
  end_to_end/kept_histories_test.cc
  end_to_end/late_early_twice_test.cc
  end_to_end/member_fields_test.cc
  end_to_end/merge_test.cc
  end_to_end/operator.cc
  end_to_end/publish_test.cc
  end_to_end/rebuild_test.cc
  end_to_end/reread_test.cc
  end_to_end/rules_test.cc
  end_to_end/start_and_stop_test.cc
  end_to_end/subscription_test.cc)
target_compile_definitions(end_to_end_test PRIVATE
  AUDIENCED_BINARY="$<TARGET_FILE:audienced>"
  AUDIENCED_AUDIENCECTL="$<TARGET_FILE:audiencectl>"
  AUDIENCED_ADS_RULES="${PROJECT_SOURCE_DIR}/tests/end_to_end/destinations"
  AUDIENCED_RULES="${PROJECT_SOURCE_DIR}/examples/shop")
add_dependencies(end_to_end_test audienced audiencectl)
target_link_libraries(end_to_end_test PRIVATE
  audienced_grpc absl::time audienced_flags GTest::gtest_main)
gtest_discover_tests(end_to_end_test PROPERTIES LABELS ci TIMEOUT 300)

add_test(NAME import_real_data
  COMMAND ${PROJECT_SOURCE_DIR}/tests/end_to_end/import_real_data_test.sh
          $<TARGET_FILE:audienced> $<TARGET_FILE:audiencectl>
          ${PROJECT_SOURCE_DIR})
set_tests_properties(import_real_data PROPERTIES LABELS ci
  SKIP_RETURN_CODE 77 TIMEOUT 300)

# Funnels and the worth of conversions, by a daemon and by files.
add_test(NAME ladder_reports
  COMMAND ${PROJECT_SOURCE_DIR}/tests/end_to_end/ladder_reports_test.sh
          $<TARGET_FILE:audienced> $<TARGET_FILE:audiencectl>
          $<TARGET_FILE:audienced-shop> ${PROJECT_SOURCE_DIR})
set_tests_properties(ladder_reports PROPERTIES LABELS ci TIMEOUT 300)

# What a watch tells through a kill of the daemon.
add_test(NAME watch_verb
  COMMAND ${PROJECT_SOURCE_DIR}/tests/end_to_end/watch_verb_test.sh
          $<TARGET_FILE:audienced> $<TARGET_FILE:audiencectl>
          ${PROJECT_SOURCE_DIR})
set_tests_properties(watch_verb PROPERTIES LABELS ci TIMEOUT 300)

# The verbs that change rules, against a daemon.
add_test(NAME rule_verbs
  COMMAND ${PROJECT_SOURCE_DIR}/tests/end_to_end/rule_verbs_test.sh
          $<TARGET_FILE:audienced> $<TARGET_FILE:audiencectl>
          ${PROJECT_SOURCE_DIR})
set_tests_properties(rule_verbs PROPERTIES LABELS ci TIMEOUT 300)

# An audience as files, in each format, read by other readers.
add_test(NAME export_verb
  COMMAND /usr/bin/python3 ${PROJECT_SOURCE_DIR}/tests/end_to_end/export_test.py
          $<TARGET_FILE:audienced> $<TARGET_FILE:audiencectl>)
set_tests_properties(export_verb PROPERTIES LABELS ci TIMEOUT 300)

# The verbs about single persons, against a daemon.
add_test(NAME profile_verbs
  COMMAND ${PROJECT_SOURCE_DIR}/tests/end_to_end/profile_verbs_test.sh
          $<TARGET_FILE:audienced> $<TARGET_FILE:audiencectl>
          ${PROJECT_SOURCE_DIR})
set_tests_properties(profile_verbs PROPERTIES LABELS ci TIMEOUT 300)

# `audiencectl test`, and the conformance suite through it.
add_test(NAME rule_tests
  COMMAND ${PROJECT_SOURCE_DIR}/tests/end_to_end/rule_tests_test.sh
          $<TARGET_FILE:audiencectl>)
add_test(NAME rule_tests_conformance
  COMMAND ${PROJECT_SOURCE_DIR}/tests/end_to_end/rule_tests_test.sh
          $<TARGET_FILE:audiencectl> ${PROJECT_SOURCE_DIR}/../shared/conformance)
add_test(NAME explain_code
  COMMAND ${PROJECT_SOURCE_DIR}/tests/end_to_end/explain_code_test.sh
          $<TARGET_FILE:audiencectl>)
set_tests_properties(rule_tests rule_tests_conformance explain_code
  PROPERTIES LABELS ci SKIP_RETURN_CODE 77)
