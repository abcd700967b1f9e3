# Everyone who follows the changes, against the real daemon and PostgreSQL.
set(feed_run ${PROJECT_SOURCE_DIR}/tests/feed/run.py
             --binary-dir $<TARGET_FILE_DIR:audienced>)
add_test(NAME feed
  COMMAND ${feed_run} --minutes 0.25 --rate 300 --persons 1000 --followers 20
          --share 50% --unit 1)
set_tests_properties(feed PROPERTIES LABELS ci TIMEOUT 600)
add_test(NAME feed_at_full_rate
  COMMAND ${feed_run})
set_tests_properties(feed_at_full_rate PROPERTIES
  LABELS long TIMEOUT 3600 RUN_SERIAL TRUE)
