add_executable(engine_test
  unit/consent_standing_test.cc
  unit/context_test.cc
  unit/decimal_test.cc
  unit/explanation_test.cc
  unit/glance_test.cc
  unit/history_test.cc
  unit/membership_test.cc
  unit/packed_history_test.cc
  unit/recent_signal_test.cc
  unit/signal_test.cc
  unit/step_assignment_test.cc)
target_link_libraries(engine_test PRIVATE
  rules_engine rules_language rules_history audienced_flags GTest::gtest_main)
gtest_discover_tests(engine_test PROPERTIES LABELS ci)

add_executable(publish_test
  unit/cursor_test.cc
  unit/subscriptions_test.cc
  unit/told_changes_test.cc
  unit/directory_test.cc)
target_link_libraries(publish_test PRIVATE
  daemon_pipeline daemon_publish audienced_flags GTest::gtest_main)
gtest_discover_tests(publish_test PROPERTIES LABELS ci)

add_executable(access_test unit/access_test.cc)
target_link_libraries(access_test PRIVATE
  daemon_access audienced_flags GTest::gtest_main)
gtest_discover_tests(access_test PROPERTIES LABELS ci)

add_executable(service_test
  unit/identifier_view_test.cc
  unit/member_writer_test.cc
  unit/service_conversion_test.cc)
target_link_libraries(service_test PRIVATE
  daemon_service audienced_flags GTest::gtest_main GTest::gmock)
gtest_discover_tests(service_test PROPERTIES LABELS ci)

add_executable(report_test
  unit/report/backtest_test.cc
  unit/report/conversion_study_test.cc
  unit/report/foretelling_test.cc
  unit/report/funnel_test.cc
  unit/report/statistics_test.cc)
target_link_libraries(report_test PRIVATE
  rules_report rules_engine rules_language audienced_flags GTest::gtest_main)
gtest_discover_tests(report_test PROPERTIES LABELS ci)

add_executable(hostile_rules_test unit/hostile_rules_test.cc)
target_link_libraries(hostile_rules_test PRIVATE
  rules_engine rules_language rules_source audienced_flags GTest::gtest_main)
gtest_discover_tests(hostile_rules_test PROPERTIES LABELS ci)
